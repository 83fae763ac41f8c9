/** Warnings about a sweep whose members would run on GPUs of different architectures. */
import { expect, test } from 'vitest';
import { slurmProject, SMALL } from '../support/slurm-project.ts';
import { describeSlurm } from '../support/slurm.ts';

describeSlurm('a sweep over GPUs of different architectures', (cluster) => {
  test('is warned of, with who would run where, and who ran already; one on the same GPUs is not', async () => {
    const head = `${SMALL.replace('partition: cpu\n', '')}num_gpus: 1\nseed: 1\ncommand: "true"\n`;
    const project = slurmProject(cluster, {
      named: `partition: a100_public\ngpu_type: a100\n${head}`,
      placed: `partition: a100_public\n${head}`,
      open: `partition: preempt\n${head}`,
    });
    const said = async (...words: readonly string[]): Promise<string> =>
      (await project.sheaf(['submit', ...words])).stderr;

    await project.sweep('s', 'placed', '--grid', 'partition=a100_public,l40s_public', '--grid', 'seed=1,2');
    expect(await said('--sweep', 's', '--dry-run')).toMatch(
      /the sweep s would mix GPU architectures, ampere \(s_\S+, s_\S+ would run there\) and ada \(s_\S+, s_\S+ would run there\), where means agree/,
    );

    await project.sweep('t', 'named', '--grid', 'seed=1,2,3');
    expect(await said('t_s1')).not.toContain('mix GPU architectures');
    await project.waitFor('t_s1', 'completed');
    expect(await said('t_s2', '--dry-run')).not.toContain('mix GPU architectures');
    expect(await said('t_s2', '--dry-run', '--set', 'partition=l40s_public', '--set', 'gpu_type=l40s')).toContain(
      'the sweep t would mix GPU architectures, ampere (t_s1 ran there) and ada (t_s2 would run there)',
    );

    await project.sweep('u', 'open', '--grid', 'seed=1,2');
    expect(await said('--sweep', 'u', '--dry-run')).toContain('(u_s1, u_s2 may come there)');
  }, 120_000);
});
