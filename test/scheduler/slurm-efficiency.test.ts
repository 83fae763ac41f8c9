/** What accounting has of jobs that no monitor watched, and limits found from it. */
import { expect, test } from 'vitest';
import { slurmProject, SMALL, type SlurmProject } from '../support/slurm-project.ts';
import { describeSlurm } from '../support/slurm.ts';

/** About 200 MiB, and one core of two for as long as it says. */
const EATS = `python3 -c 'import time; x = bytearray(200 * 2**20); end = time.process_time() + 4
while time.process_time() < end: pass'`;

interface Runs {
  readonly groups: readonly {
    readonly runs: readonly {
      readonly exp_id: string;
      readonly source: string | null;
      readonly partition: string | null;
      readonly cpu_seconds: number | null;
      readonly peak_memory_mib: number | null;
      readonly cpu_cores: { readonly of: number } | null;
      readonly memory_mib: { readonly of: number } | null;
      readonly unknown: readonly string[];
    }[];
  }[];
}

async function used(
  project: SlurmProject,
  env: Readonly<Record<string, string>>,
  ...words: readonly string[]
): Promise<Runs['groups'][0]['runs']> {
  const { stdout } = await project.sheaf(['efficiency', ...words, '--json'], { env });
  const { data } = JSON.parse(stdout) as { readonly data: Runs };
  return data.groups.flatMap(({ runs }) => runs);
}

describeSlurm('what jobs used', (cluster) => {
  test('comes from accounting if there was no monitor, in one question, and is remembered', async () => {
    const head = `${SMALL.replace('mem: 50M', 'mem: 500M')}cpus_per_task: 2\nseed: 1\nmonitor: false\n`;
    const project = slurmProject(cluster, {
      eats: `${head}command: ${JSON.stringify(EATS)}\n`,
      steps: `${head}launcher: {use: srun, processes: 2}\ncpus_per_task: 1\ncommand: ${JSON.stringify(EATS)}\n`.replace(
        'cpus_per_task: 2\n',
        '',
      ),
    });
    await project.sweep('s', 'eats', '--grid', 'seed=1,2');
    await project.create('steps', 'steps');
    await project.submit('--sweep', 's');
    await project.submit('steps');
    for (const expId of ['s_s1', 's_s2', 'steps']) await project.waitFor(expId, 'completed');

    const { env, taken } = project.calls();
    const runs = await used(project, env, 's_s1', 's_s2', 'steps');
    expect(taken().filter((call) => call.startsWith('sacct '))).toHaveLength(1);
    for (const run of runs) {
      expect(run).toMatchObject({ source: 'accounting', partition: 'cpu', unknown: [] });
      const times = run.exp_id === 'steps' ? 2 : 1;
      expect(run.cpu_cores).toMatchObject({ of: 2 });
      expect(run.memory_mib).toMatchObject({ of: 500 });
      expect(run.cpu_seconds).toBeGreaterThanOrEqual(4 * times);
      expect(run.cpu_seconds).toBeLessThan(10 * times);
      expect(run.peak_memory_mib).toBeGreaterThan(200 * times);
      expect(run.peak_memory_mib).toBeLessThan(260 * times);
    }
    expect(runs).toHaveLength(3);
    await used(project, env, 's_s1', 's_s2', 'steps');
    expect(taken().filter((call) => call.startsWith('sacct '))).toHaveLength(1);
  }, 120_000);

  test('combines the monitor and accounting for a job on several nodes', async () => {
    const project = slurmProject(cluster, {
      two: `${SMALL.replace('cpu', 'l40s_public')}num_nodes: 2\nmonitor: 1\nlauncher: {use: srun, processes: 1}\ncommand: ${JSON.stringify(EATS.replace('200 *', '20 *'))}\n`,
    });
    await project.create('two', 'two');
    await project.submit('two');
    await project.waitFor('two', 'completed');
    const [run] = await used(project, {}, 'two');
    expect(run).toMatchObject({ source: 'both', cpu_cores: { of: 2 } });
    // Both nodes.
    expect(run?.cpu_seconds).toBeGreaterThanOrEqual(8);
    expect(run?.unknown).toEqual([]);
  }, 120_000);
});
