import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeSlurm } from '../support/slurm.ts';
import { slurmProject, SMALL } from '../support/slurm-project.ts';
import { until } from '../support/until.ts';

const COMMAND = 'touch ready_$SHEAF_EXP_ID; until test -e go; do sleep 0.2; done';

describeSlurm('members of an array that are stopped', (cluster) => {
  test('end without a call to the scheduler if they run, leave the queue by one call if they wait; the others go on', async () => {
    const project = slurmProject(cluster, { t: `x: 0\ncommand: ${COMMAND}\n${SMALL}` });
    await project.sweep('s', 't', '--grid', 'x=1,2,3,4');
    await project.submit('--sweep', 's', '--max-parallel', '2', '--yes');
    await until(() => ['s_x1', 's_x2'].every((expId) => existsSync(join(project.path, `ready_${expId}`))));
    const cancels = (calls: string[]): string[] => calls.filter((call) => call.startsWith('scancel'));
    const waiting = project.calls();
    expect(
      (await project.sheaf(['cancel', '--stop', 'lost', 's_x3', 's_x4', '--yes'], { env: waiting.env })).exitCode,
    ).toBe(0);
    expect(cancels(waiting.taken())).toHaveLength(1);
    const running = project.calls();
    expect((await project.sheaf(['cancel', '--stop', 'lost', 's_x1'], { env: running.env })).exitCode).toBe(0);
    expect(running.taken()).toEqual([]);
    for (const expId of ['s_x1', 's_x3', 's_x4']) {
      expect(await project.waitFor(expId, 'stopped')).toMatchObject({ status: 'stopped', note: 'lost' });
    }
    await project.run(['touch', 'go']);
    await project.waitFor('s_x2', 'completed');
  }, 170_000);
});
