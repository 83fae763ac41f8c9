import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ExperimentManager } from '../../src/app/index.ts';
import { PAUSING, TRAIN } from '../support/pausing.ts';
import { testFolder, type TestFolder } from '../support/run-sheaf.ts';
import { until } from '../support/until.ts';

/** Lines of step and value, also of parts that a later attempt computed again. */
async function readCurve({ path, env }: TestFolder, expId: string): Promise<string[]> {
  using manager = await ExperimentManager.open({ dir: path, env: { ...process.env, ...env } });
  const [, ...rows] = (await manager.curvesCsv({ ids: [expId], metric: 'acc' })).trimEnd().split('\n');
  return rows.map((row) => row.split(',').slice(1, 3).join());
}

test('a paused member goes on from its checkpoint when later results lift it, and its curve is that of an uninterrupted run', async () => {
  const folder = testFolder({
    'sheaf.yaml': 'scheduler: local\ncluster: {local: {cpus: 8}}\n',
    'train.sh': TRAIN,
    'templates/t.yaml': PAUSING,
  });
  const open = (name: string): void => writeFileSync(join(folder.path, name), '');
  const stateOf = async (expId: string): Promise<string[]> => {
    await folder.sheaf(['status']);
    const { stdout } = await folder.sheaf(['show', expId, '--json']);
    const { attempts } = (JSON.parse(stdout) as { data: { attempts: { status: string; said: string | null }[] } }).data;
    return attempts.map(({ status, said }) => [status, ...(said === null ? [] : [said])].join(': '));
  };
  const made = await folder.sheaf(['sweep', 't', 's', '--grid', 'x=9,8,1,2,3,4', '--submit', '--yes']);
  expect(made).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('paused by asha from step 1 to 3') });
  open('start_9');
  open('start_8');
  const paused = 'stopped: paused at rung 1: 0.81, 2nd of 2, the first one goes on';
  await until(async () => (await stateOf('s_x8')).join() === paused);

  // Of six at the rung, two go on: the second best is lifted.
  for (const x of [1, 2, 3, 4]) open(`start_${x}`);
  await until(async () => (await stateOf('s_x8')).join() === `${paused},running`);
  open('finish');
  const waited = await folder.sheaf(['wait', '--sweep', 's']);
  expect(waited.exitCode).toBe(0);
  expect(await stateOf('s_x8')).toEqual([paused, 'completed']);
  expect(await stateOf('s_x9')).toEqual(['completed']);
  expect(await stateOf('s_x4')).toEqual([expect.stringMatching(/^stopped: paused at rung 1: 0\.41, /)]);
  expect(await readCurve(folder, 's_x8')).toEqual(['1,0.81', '2,0.82', '3,0.83', '4,0.84']);
  expect(await readCurve(folder, 's_x9')).toEqual(['1,0.91', '2,0.92', '3,0.93', '4,0.94']);
  const shown = await folder.sheaf(['sweep', 'show', 's', '--decisions']);
  expect(shown.stdout).toMatch(/s_x4 paused: rung 1/);
  expect(shown.stdout).not.toContain('s_x8 paused');
}, 120_000);
