import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCluster, stopCluster, type Cluster } from '../scripts/slurm/index.ts';
import { countPrograms, type CountedCall } from './counted-programs.ts';
import { timeOnce } from './measure.ts';

/** A Slurm cluster for one benchmark, whose programs can be counted. */
export interface CountedCluster {
  readonly cluster: Cluster;
  /** For projects; removed at the end. */
  readonly folder: string;
  /** What sheaf needs to use the cluster, with nothing kept from elsewhere and no pause between two questions. */
  readonly env: NodeJS.ProcessEnv;
  /** Runs a command, and lists the programs of Slurm that it starts. */
  readonly callsOf: (argv: readonly string[], cwd: string) => CountedCall[];
  readonly stop: () => Promise<void>;
}

/** Starts the cluster; root is needed. Jobs leave its queue soon after they end. @param maxArraySize one more than the largest index of an array */
export async function startCountedCluster(maxArraySize: number): Promise<CountedCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'sheaf-bench-'));
  const dir = `/tmp/sheaf-slurm-b${process.pid}`;
  const cluster = await startCluster({ dir, maxArraySize, minJobAge: 5, bound: true });
  const counted = countPrograms(join(folder, 'counting'));
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    SLURM_CONF: cluster.conf,
    SHEAF_LOCAL_DIR: join(folder, 'local'),
    SHEAF_POLL_SECONDS: '0',
    NO_COLOR: '1',
  };
  return {
    cluster,
    folder,
    env,
    callsOf: (argv, cwd) => {
      const before = counted.calls().length;
      timeOnce(argv, { cwd, env: { ...env, PATH: counted.path } });
      return counted.calls().slice(before);
    },
    stop: async () => {
      await stopCluster(dir);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
