/** Plans and time, which only the desk knows: a real project, and a clock of the test. */
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ExperimentManager } from '../../src/app/index.ts';
import { openAuditLog } from '../../src/server/access/audit-log.ts';
import { openDesk } from '../../src/server/actions/desk.ts';
import { WORK } from '../../src/server/calls/actions.ts';
import { newRunFolder } from '../support/run-folder.ts';

test('a plan that is older than ten minutes is refused in words, and the new one that comes with this is done', async () => {
  const { path } = newRunFolder({
    'sheaf.yaml': 'scheduler: local\n',
    'templates/job.yaml': 'lr: 1\ncommand: "true"\ncode: live\n',
  });
  const manager = await ExperimentManager.open({
    dir: path,
    env: { PATH: process.env['PATH'], SHEAF_LOCAL_DIR: join(path, 'local') },
  });
  onTestFinished(() => manager.close());
  await manager.create({ template: 'job', expId: 'a' });
  let nowMs = 0;
  const context = { manager, signal: new AbortController().signal };
  const desk = openDesk(
    async (name, request) => WORK[name].answer(request as never, context),
    openAuditLog(join(path, 'serve.log')),
    () => nowMs,
  );
  const action = { kind: 'tag', which: { ids: ['a'] }, add: ['late'] } as const;
  const { id } = await desk.plan(action);
  nowMs = 10 * 60_000 + 1;
  const refused = await desk.act(id, action);
  expect(refused).toMatchObject({ kind: 'refused', why: 'the plan is older than ten minutes', plan: { count: 1 } });
  expect(manager.show('a').experiment.record.tags).toEqual({});
  const again = refused.kind === 'refused' ? refused.plan.id : '';
  nowMs += 10 * 60_000;
  expect(await desk.act(again, action)).toMatchObject({ kind: 'done', outcome: { expIds: ['a'] } });
});
