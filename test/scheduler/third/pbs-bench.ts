import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HOSTILE_NAME } from '../../support/hostile-name.ts';
import { clusterBench } from '../../support/cluster-bench.ts';
import { newToken, type SchedulerBench } from '../../support/local-scheduler.ts';
import { until } from '../../support/until.ts';
import { openPbsScheduler, PBS } from './pbs-scheduler.ts';

/** A simulated PBS server, and the environment that its programs need. */
export interface PlayedPbs {
  readonly env: Readonly<Record<'PATH' | 'PBS_PLAYED', string>>;
  /** From then on nobody answers. Jobs go on. */
  readonly stop: () => void;
  /** Ends it, and removes its folder. */
  readonly end: () => void;
}

const PROGRAMS = ['qsub', 'qstat', 'qdel', 'qhold', 'qrls', 'qrerun', 'qalter'];

/** @param slots processors that it allocates */
export async function playPbs(slots = 8): Promise<PlayedPbs> {
  const folder = mkdtempSync(join(tmpdir(), 'sheaf-pbs-'));
  // What is called python3 may be a script that looks for it each time.
  const python = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim();
  const client = readFileSync(join(import.meta.dirname, 'client.py'), 'utf8');
  mkdirSync(join(folder, 'bin'));
  for (const program of PROGRAMS) {
    writeFileSync(join(folder, 'bin', program), `#!${python} -IS\n${client}`, { mode: 0o755 });
  }
  const server = spawn(python, ['-IS', join(import.meta.dirname, 'server.py'), folder, String(slots)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const stop = (): void => void server.kill('SIGKILL');
  await until(() => existsSync(join(folder, 'socket')));
  return {
    env: { PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`, PBS_PLAYED: folder },
    stop,
    end: () => {
      stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A project in which one test hands jobs to it; those that are left are cancelled after it. */
export function pbsBench(pbs: PlayedPbs): SchedulerBench {
  const folder = mkdtempSync(join(tmpdir(), 'sheaf-pbs-bench-'));
  const root = join(folder, HOSTILE_NAME);
  const outputs = join(root, 'outputs');
  mkdirSync(outputs, { recursive: true });
  const request: SchedulerBench['request'] = (script, rest = {}) => ({
    token: newToken(),
    script: `#!/bin/bash\n${script}\n`,
    cwd: root,
    outputFolder: outputs,
    resources: {},
    held: false,
    after: [],
    ...rest,
    env: { ...pbs.env, ...rest.env, PATH: pbs.env.PATH },
  });
  const scheduler = openPbsScheduler({ ...process.env, ...pbs.env });
  return clusterBench({ scheduler, folder, root, outputs, request, jobShell: PBS.jobShell });
}
