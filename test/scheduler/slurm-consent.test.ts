/** Whether a submit takes a place where its sweep would be computed by another method. */
import { expect, test } from 'vitest';
import { slurmProject, type SlurmProject } from '../support/slurm-project.ts';
import { describeSlurm } from '../support/slurm.ts';

/** Code in fp32 computes its convolutions in TF32 on the GPUs of this cluster, and in fp32 without a GPU. */
const FP32 = `model: resnet50\nbatch_size: 16\nprecision: fp32\nmem: 100M\ntime_limit: 10\nrequeue: false\ncommand: 'true'\n`;

describeSlurm('a submit whose best choice is another method than its sweep', (cluster) => {
  /** A sweep of two members, of which one has run without a GPU. */
  async function halfRun(): Promise<SlurmProject> {
    const project = slurmProject(cluster, { t: `partition: auto\n${FP32}` });
    await project.sweep('s', 't', '--grid', 'seed=1,2');
    await project.ok('submit', 's_s1', '--set', 'partition=cpu');
    await project.waitFor('s_s1', 'completed');
    return project;
  }

  const withGpu = ['submit', 's_s2', '--set', 'num_gpus=1'];

  test('is refused: it says why, how to agree and what else to do, and nothing is submitted', async () => {
    const project = await halfRun();
    const { stderr, exitCode } = await project.sheaf(withGpu);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 2 });
    expect(stderr).toContain('error: the best choice for s_s2 is a different method than s_s1');
    expect(stderr).toMatch(/why .*TF32/s);
    expect(stderr).toContain('--yes');
    expect(stderr.replace(/\s+/g, ' ')).toContain('Nothing was submitted');
    expect((await project.line('s_s2')).status).toBe('created');
    expect(project.queue('%i')).toEqual([]);
    expect((await project.sheaf([...withGpu, '--json'])).stderr).toContain('"advise.consent"');
  }, 120_000);

  test('goes in with --yes, and the record says that it is level C', async () => {
    const project = await halfRun();
    const text = await project.ok(...withGpu, '--yes');
    expect(text).toContain('level C');
    await project.waitFor('s_s2', 'completed');
    expect(await project.ok('show', 's_s2')).toContain('level C beside s_s1');
  }, 120_000);

  test('is submitted without a question if a partition is named instead', async () => {
    const project = await halfRun();
    await project.ok(...withGpu, '--set', 'partition=l40s_public');
    expect((await project.waitFor('s_s2', 'completed')).status).toBe('completed');
  }, 120_000);
});
