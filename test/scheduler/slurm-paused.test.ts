import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PAUSING, TRAIN } from '../support/pausing.ts';
import { describeSlurm } from '../support/slurm.ts';
import { slurmProject, SMALL } from '../support/slurm-project.ts';
import { until } from '../support/until.ts';

interface Shown {
  readonly attempts: readonly { readonly status: string; readonly said: string | null }[];
}

describeSlurm('a member of a sweep that is paused', (cluster) => {
  test('goes on as another job, from its checkpoint, when later results lift it', async () => {
    const project = slurmProject(cluster, { t: `${PAUSING}${SMALL}` });
    writeFileSync(join(project.path, 'train.sh'), TRAIN);
    const open = (...names: string[]): Promise<unknown> => project.run(['touch', ...names]);
    const statesOf = async (expId: string): Promise<string[]> => {
      await project.sheaf(['status']);
      const { stdout } = await project.sheaf(['show', expId, '--json']);
      const { data } = JSON.parse(stdout) as { data: Shown };
      return data.attempts.map(({ status, said }) => `${status}${said === null ? '' : `: ${said}`}`);
    };
    await project.sweep('s', 't', '--grid', 'x=9,8,1,2,3,4');
    await open('start_9', 'start_8');
    await project.submit('--sweep', 's', '--yes');
    const paused = 'stopped: paused at rung 1: 0.81, 2nd of 2, the first one goes on';
    await until(async () => (await statesOf('s_x8')).join() === paused);
    // Of six at the rung, two go on: the second best is lifted.
    await open('start_1', 'start_2', 'start_3', 'start_4');
    await until(async () => (await statesOf('s_x8')).join() === `${paused},running`);
    await open('finish');
    await project.waitFor('s_x8', 'completed');
    await project.waitFor('s_x9', 'completed');
    expect(await statesOf('s_x8')).toEqual([paused, 'completed']);
    expect(project.read('experiments/s_x8/attempts/train-2/out.log')).toBe(
      'step=2 acc=0.82\nstep=3 acc=0.83\nstep=4 acc=0.84\n',
    );
  }, 170_000);
});
