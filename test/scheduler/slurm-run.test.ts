import { expect, test } from 'vitest';
import { slurmProject, SMALL } from '../support/slurm-project.ts';
import { describeSlurm } from '../support/slurm.ts';
import { until } from '../support/until.ts';

const t = `${SMALL}command: echo through
`;

describeSlurm('sheaf run on Slurm', (cluster) => {
  test('a run whose job is held says so, waits until it is released, and ends with its result', async () => {
    const project = slurmProject(cluster, { t });
    const running = project.sheaf(['run', 't', '--hold']);
    await until(async () => (await project.sheaf(['list'])).stdout.includes('t-001\tqueued'));
    await until(async () => (await project.line('t-001')).job);
    await project.ok('release', 't-001');
    const { stdout, stderr, exitCode } = await running;
    expect(stdout).toMatch(/^through\n✓ t-001 · completed · /);
    expect(stderr).toMatch(/── train · attempt 1 waits in the queue.* ──\n[^]*── train · attempt 1 completed after /);
    expect(exitCode).toBe(0);
  });
});
