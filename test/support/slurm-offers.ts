/** Compares sheaf's description of the partitions of a real cluster with what Slurm does with jobs. */
import { onTestFinished } from 'vitest';
import { ask } from './slurm-faults.ts';
import { userFolder, type Cluster, type UserFolder } from './slurm.ts';
import { until } from './until.ts';

export interface Row {
  readonly partition: string;
  readonly gpu_type: string | null;
  readonly gpus_total: number;
  readonly gpus_free: number | null;
  readonly nodes: number;
  readonly pending: number | null;
  readonly pending_gpus: number | null;
  readonly max_time: string | null;
  readonly min_gpus: number | null;
  readonly accounts: readonly string[] | null;
  readonly access: readonly {
    readonly account: string;
    readonly qos: string | null;
    readonly max_gpus_per_user: number | null;
    readonly gpus_in_use: number | null;
  }[];
  readonly free_nodes: readonly { readonly gpus: number }[];
  readonly reservation: string | null;
  readonly closed: string | null;
  readonly notes: readonly string[];
}

export interface Told {
  readonly rows: readonly Row[];
  readonly unknown: readonly string[];
}

export interface Site {
  readonly folder: UserFolder;
  /** What `sheaf partitions --json` tells now. */
  told(): Promise<Told>;
  /** The one row of a partition. */
  row(partition: string): Promise<Row>;
  /** Submits a job that sleeps, which is ended after the test. @returns its id */
  submit(words: string): Promise<string>;
  /** Submits one and waits until it runs. */
  running(words: string): Promise<string>;
  /** Submits one, waits until Slurm says why it does not start, and ends it; '' where it does start. */
  waiting(words: string): Promise<string>;
  /** Ends a job and waits until it is gone. */
  end(id: string): Promise<void>;
  /** Asks Slurm as its administrator. */
  admin(line: string): string;
}

/** A project of an ordinary user, whose jobs are ended after the test. */
export function siteOn(cluster: Cluster, user: 'sheaf1' | 'sheaf2' = 'sheaf1'): Site {
  const folder = userFolder(cluster, user, { 'sheaf.yaml': 'scheduler: slurm\n' });
  onTestFinished(async () => {
    ask(cluster, `scancel -u ${user}`);
    await until(() => ask(cluster, `squeue -h -u ${user}`) === '');
  });
  const submit = async (words: string): Promise<string> => {
    const rest = ['-t', '5', '-o', '/dev/null', '--wrap', 'sleep 300'];
    const memory = words.includes('--mem') ? [] : ['--mem=100M'];
    const ran = await folder.run(['sbatch', '--parsable', ...memory, ...words.split(' '), ...rest]);
    if (ran.exitCode !== 0) throw new Error(ran.stderr.trim());
    return ran.stdout.trim();
  };
  const shown = (id: string, format: string): string => ask(cluster, `squeue -h -j ${id} -o ${format}`);
  const told = async (): Promise<Told> => {
    const ran = await folder.sheaf(['partitions', '--json'], { env: { SHEAF_POLL_SECONDS: '0' } });
    if (ran.exitCode !== 0) throw new Error(ran.stderr);
    const { data } = JSON.parse(ran.stdout) as { data: { partitions: Row[]; unknown: string[] } };
    return { rows: data.partitions, unknown: data.unknown };
  };
  const end = async (id: string): Promise<void> => {
    ask(cluster, `scancel ${id}`);
    await until(() => !ask(cluster, 'squeue -h -o %A').split('\n').includes(id));
  };
  return {
    folder,
    told,
    row: async (partition) => {
      const found = (await told()).rows.filter((row) => row.partition === partition);
      const [row] = found;
      if (row === undefined || found.length > 1) throw new Error(`${found.length} rows of ${partition}`);
      return row;
    },
    submit,
    running: async (words) => {
      const id = await submit(words);
      await until(() => shown(id, '%T') === 'RUNNING');
      return id;
    },
    waiting: async (words) => {
      const id = await submit(words);
      const why = await until(() => {
        const [state = '', reason = ''] = shown(id, '%T|%r').split('|');
        return state === 'RUNNING' ? 'it runs' : reason !== 'None' && reason;
      });
      await end(id);
      return why === 'it runs' ? '' : why;
    },
    end,
    admin: (line) => ask(cluster, line),
  };
}
