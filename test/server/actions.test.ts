/** What a page has done by a server that may act: real servers, real jobs. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkPlace } from '../../src/server/serve-options.ts';
import type { Action, ActAnswer } from '../../src/server/index.ts';
import { on, openActingServer, type ActingServer } from '../support/acting-server.ts';
import { makeServerProject, readLog } from '../support/dashboard.ts';
import { until } from '../support/until.ts';

/** Each run leaves a line, so that one that ran twice is seen. */
const TEMPLATE = `
lr: 1e-3
end: well
code: live
command: |
  echo ran >> ran.$SHEAF_EXP_ID
  case {{ end }} in badly) exit 3 ;; never) sleep 1000 ;; esac
`;

let acting: ActingServer;

beforeAll(async () => {
  acting = await openActingServer(TEMPLATE);
});
afterAll(() => acting.end());

/** How often a job of it ran. */
function countRuns(id: string): number {
  const file = join(acting.project.root, `ran.${id}`);
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').length : 0;
}

test('without --actions the calls that change something do not exist, and the page says why', async () => {
  const other = makeServerProject();
  try {
    const looking = await other.serve();
    const headers = await looking.logIn();
    for (const name of ['plan', 'act', 'outcome', 'saveView', 'planAction', 'performAction']) {
      expect(`${name} ${(await looking.send({ path: `/api/${name}`, headers, body: {} })).status}`).toBe(`${name} 404`);
    }
    const { text } = await looking.send({ path: '/api/project', headers, body: {} });
    expect(text).toContain('"actions":{"on":false,"why":"this server only looks');
    expect(other.sheaf('serve', '--actions').stderr).toContain('the server that is running only looks');
  } finally {
    await other.remove();
  }
});

test('a server that others reach through a proxy does not act', () => {
  const options = { port: 0, allowHosts: [], peers: 'same', keep: false, actions: true } as const;
  for (const more of [{ peers: 'any' }, { basePath: '/node/a/1' }, { allowHosts: ['portal'] }] as const) {
    expect(() => checkPlace({ ...options, ...more })).toThrow('--actions cannot be used behind a proxy');
  }
  expect(checkPlace(options).address).toBe('127.0.0.1');
});

test('jobs are submitted, cancelled and retried, and experiments tagged, from a page, and the journal says so', async () => {
  acting.create('a', '--end', 'never');
  const submit = { kind: 'submit', ...on('a') } as const;
  const planned = await acting.ask('plan', { action: submit });
  expect(planned).toMatchObject({
    title: 'Submit 1 experiment',
    count: 1,
    command: 'sheaf submit a',
    price: { jobs: 1, gpuHours: 0, limits: [] },
  });
  expect((await acting.show('a')).status).toBe('created');
  expect(await acting.ask('act', { plan: planned.id, action: submit })).toMatchObject({
    kind: 'done',
    outcome: { title: 'Submitted 1 experiment', expIds: ['a'] },
  });
  await acting.reach('a', 'running');
  expect(await acting.carryOut({ kind: 'cancel', ...on('a') })).toBe('Cancelled 1 experiment');
  acting.project.sheaf('wait', 'a');
  expect(await acting.carryOut({ kind: 'retry', ...on('a'), fresh: true })).toBe('Submitted 1 experiment');
  await acting.reach('a', 'running');
  await acting.carryOut({ kind: 'cancel', ...on('a') });
  expect(await acting.carryOut({ kind: 'tag', ...on('a'), add: ['seen'] })).toBe('Tagged 1 experiment');
  expect(await acting.carryOut({ kind: 'note', ...on('a'), text: 'too slow' })).toBe('Added a note to 1 experiment');
  expect(await acting.carryOut({ kind: 'archive', ...on('a') })).toBe('Archived 1 experiment');
  const { tags, events = [] } = await acting.show('a');
  expect(tags).toEqual(['seen']);
  expect(countRuns('a')).toBe(2);
  const by = (type: string): unknown[] => [
    ...new Set(events.filter((event) => event.type === type).map((event) => event.by)),
  ];
  expect(['created', 'submitting', 'tagged', 'noted', 'archived'].map((type) => [type, ...by(type)])).toEqual([
    ['created', null],
    ['submitting', 'web'],
    ['tagged', 'web'],
    ['noted', 'web'],
    ['archived', 'web'],
  ]);
  expect(acting.project.sheaf('show', 'a', '--events').stdout).toContain('(web): note: too slow');
  expect(readLog(acting.project)).toMatch(/ note \w+: done\n/);
});

test('experiments and sweeps are made from a form, with their price and the command that does the same', async () => {
  const action: Action = {
    kind: 'new',
    template: 'job',
    params: { lr: '0.5' },
    resources: { time_limit: '00:10:00' },
    submit: true,
  };
  const planned = await acting.ask('plan', { action });
  expect(planned).toMatchObject({
    title: 'Create job-001 and submit it',
    command: 'sheaf new job --set lr=0.5 --set time_limit=00:10:00 && sheaf submit job-001',
    price: { jobs: 1 },
  });
  expect(planned.lines).toContain('lr: 1e-3 → 0.5');
  expect(await acting.ask('act', { plan: planned.id, action })).toMatchObject({
    kind: 'done',
    outcome: { expIds: ['job-001'] },
  });
  await acting.reach('job-001', 'completed');
  expect(await acting.carryOut({ kind: 'clone', id: 'job-001', params: { lr: '0.6' } })).toBe('Created job-002');
  const sweep: Action = { kind: 'sweep', template: 'job', name: 'lrs', grid: { lr: '1,2' }, params: { end: 'well' } };
  expect(await acting.carryOut(sweep)).toBe('Created 2 experiments of sweep lrs');
  expect(await acting.carryOut({ kind: 'extend', name: 'lrs', grid: { lr: '3' } })).toBe(
    'Created 1 experiment of sweep lrs',
  );
  expect(await acting.ask('saveView', { name: 'mine', where: 'lr > 0.1' })).toEqual({
    path: 'views/mine.yaml',
    replaced: false,
  });
});

test('a plan is done once, as it was shown, by the server that made it', async () => {
  acting.create('b');
  const action = { kind: 'submit', ...on('b') } as const;
  const { id } = await acting.ask('plan', { action });
  const note = { kind: 'note', ...on('b'), text: 'x' } as const;
  const before = acting.countActs();
  expect(await acting.ask('act', { plan: id, action: note })).toMatchObject({
    kind: 'refused',
    plan: { title: 'Add a note to 1 experiment' },
  });
  expect(await acting.ask('act', { plan: `${'0'.repeat(64)}-abcdefghijkl`, action })).toMatchObject({
    kind: 'refused',
  });
  expect(await acting.ask('outcome', { plan: id })).toEqual({ kind: 'planned' });
  expect(acting.countActs()).toBe(before);
  const twice = await Promise.all([acting.ask('act', { plan: id, action }), acting.ask('act', { plan: id, action })]);
  expect(twice[0]).toEqual(twice[1]);
  expect(await acting.ask('outcome', { plan: id })).toEqual(twice[0]);
  expect(await acting.ask('act', { plan: id, action })).toEqual(twice[0]);
  await acting.reach('b', 'completed');
  expect([countRuns('b'), (await acting.show('b')).attempts.length]).toEqual([1, 1]);

  const tag = { kind: 'tag', ...on('b'), add: ['late'] } as const;
  const old = await acting.ask('plan', { action: tag });
  acting.project.sheaf('note', 'b', 'meanwhile');
  const refused = (await acting.ask('act', { plan: old.id, action: tag })) as ActAnswer & { kind: 'refused' };
  expect(refused).toMatchObject({ kind: 'refused', why: 'the project changed since the plan was made' });
  expect((await acting.show('b')).tags).toEqual([]);
  expect(await acting.ask('act', { plan: refused.plan.id, action: tag })).toMatchObject({ kind: 'done' });
});

test('a page sets parameters and a few resources, and nothing that runs', async () => {
  const before = acting.countActs();
  const making = { kind: 'new', template: 'job' };
  const refused: readonly object[] = [
    ...['command', 'script', 'environment', 'sbatch', 'code', 'stages', 'launcher', 'start_from', 'inputs'].flatMap(
      (key) => [
        { ...making, [key]: 'x' },
        { ...making, params: { [key]: 'x' } },
        { ...making, params: { [`${key}.a`]: 'x' } },
        { ...making, resources: { [key]: 'x' } },
        { kind: 'sweep', template: 'job', grid: { [key]: 'x' } },
        { kind: 'sweep', template: 'job', zip: { [key]: 'x' } },
        { kind: 'sweep', template: 'job', random: { count: 1, seed: 1, draws: { [key]: 'choice(x,y)' } } },
        { kind: 'clone', id: 'first', params: { [key]: 'x' } },
        { kind: 'retry', ...on('first'), resources: { [key]: 'x' } },
        { kind: 'submit', ...on('first'), [key]: 'x' },
      ],
    ),
    { ...making, params: { 'command=x;y': '1' } },
    { ...making, params: { 'start-from': 'x' } },
    { ...making, params: { 'params.command': 'x' } },
    { kind: 'sweep', template: 'job', from: '/etc/passwd' },
    { kind: 'sweep', template: 'job', grid: { lr: '1' }, id: 'x' },
    ...[
      { by: { exec: 'touch owned' } },
      { by: 'exec:touch owned' },
      { by: 'exec: touch owned' },
      { trials: 0 },
      { trials: 1e9 },
      { stop: { rule: 'asha', from: 0, to: 9 } },
      { stop: { eta: 1 } },
      { stop: { resume: true } },
      { confirm: { top: 1, seeds: 1 } },
      { command: 'x' },
    ].map((search) => ({ kind: 'sweep', template: 'job', grid: { lr: '1' }, search })),
    { kind: 'extend', name: 'lrs', search: { trials: 5 } },
    { kind: 'cancel', ...on('first'), stop: 7 },
    { kind: 'cancel', ...on('first'), stop: 'x', command: 'x' },
    ...['../templates/job', '/etc/passwd', 'templates/job.yaml', ''].map((template) => ({ kind: 'new', template })),
    { kind: 'throttle', name: 'lrs', maxParallel: 1, command: 'x' },
    { kind: 'throttle', name: 'lrs', maxParallel: 'x' },
    { kind: 'rm', ...on('first') },
    { kind: '__proto__', ...on('first') },
    { kind: 'tag', which: {}, add: ['x'] },
    { kind: 'tag', which: { ids: ['first'], command: 'x' }, add: ['x'] },
  ];
  for (const action of refused) {
    for (const [name, body] of [
      ['plan', { action }],
      ['preview', { action }],
      ['act', { plan: 'x', action }],
    ] as const) {
      const { status, text } = await acting.send(name, body);
      expect(`${JSON.stringify(action)} ${status}`).toBe(`${JSON.stringify(action)} 400`);
      expect(text).toContain('"code"');
    }
  }
  expect((await acting.send('plan', { action: { ...making, params: { command: 'rm -rf ~' } } })).text).toContain(
    'request.action.params.command',
  );
  expect(acting.countActs()).toBe(before);
});

test('a sweep without members that is submitted proposes its first ones, as sheaf submit does', async () => {
  const harvest = "harvest: {acc: {log: 'step=(?<step>\\d+) acc=(?<value>\\S+)', mode: max}}";
  const template = `lr: 1.0\ncode: live\ncommand: echo step=1 acc={{ lr }}\n${harvest}\n`;
  writeFileSync(join(acting.project.root, 'templates/tuned.yaml'), template);
  const search = ['--draw', 'lr=uniform(0,1)', '--search', '3', '--metric', 'acc', '--max-parallel', '2'];
  const made = acting.project.sheaf('sweep', 'tuned', 'p', ...search);
  expect(made.stderr).toBe('');
  const action = { kind: 'submit', which: { sweep: 'p' } } as const;
  const plan = await acting.ask('plan', { action });
  expect(plan).toMatchObject({ title: 'Submit 2 experiments', lines: ['Sweep p proposes 2 members'], count: 2 });
  expect(await acting.ask('act', { plan: plan.id, action })).toMatchObject({
    kind: 'done',
    outcome: { title: 'Submitted 2 experiments', lines: ['Sweep p: proposed 2 members: p-0, p-1'], warnings: [] },
  });
  await acting.reach('p-0', 'completed');
});

test('nothing is done twice or lost if the server is killed between plan and act, and during an act', async () => {
  await acting.carryOut({ kind: 'sweep', template: 'job', name: 'k', grid: { lr: '1,2,3' } });
  const names = (await acting.ask('page', { sweep: 'k' })).expIds.map(String);
  const action = { kind: 'submit', which: { sweep: 'k' } } as const;
  const { id } = await acting.ask('plan', { action });
  process.kill(acting.server().pid, 'SIGKILL');
  await acting.server().ended;
  await acting.serve();
  const refused = (await acting.ask('act', { plan: id, action })) as ActAnswer & { kind: 'refused' };
  expect(refused).toMatchObject({ kind: 'refused', why: 'this server did not make the plan', plan: { count: 3 } });
  const before = acting.countActs();
  acting.ask('act', { plan: refused.plan.id, action }).catch(() => undefined);
  await until(() => acting.countActs() > before);
  process.kill(acting.server().pid, 'SIGKILL');
  await acting.server().ended;
  await acting.serve();
  expect(await acting.ask('outcome', { plan: refused.plan.id })).toEqual({ kind: 'unknown' });
  // Whatever was cut off is finished by doing it again.
  await acting.carryOut(action);
  for (const name of names) await acting.reach(name, 'completed');
  expect(names.map(countRuns)).toEqual(names.map(() => 1));
});

test('an act whose process is killed is reported as cut off, and nothing is done twice when it is planned again', async () => {
  let round = 0;
  const { id, action, told } = await until(async () => {
    round += 1;
    const sweep = `cut${round}`;
    await acting.carryOut({ kind: 'sweep', template: 'job', name: sweep, grid: { lr: '1,2,3' } });
    const submit = { kind: 'submit', which: { sweep } } as const;
    const plan = await acting.ask('plan', { action: submit });
    const before = acting.countActs();
    const answering = acting.ask('act', { plan: plan.id, action: submit });
    while (acting.countActs() === before) await setImmediate();
    process.kill(findActingProcess(), 'SIGKILL');
    const answer = await answering;
    // It may have been done already.
    return answer.kind === 'failed' && { id: plan.id, action: submit, told: answer };
  });
  expect(told.problem).toMatchObject({
    message: 'the process that acts was killed (SIGKILL)',
    now: expect.stringContaining('a part of it may be done') as string,
    fix: 'look at the experiments, then plan it again',
  });
  expect(await acting.ask('outcome', { plan: id })).toEqual(told);
  expect(await acting.ask('act', { plan: id, action })).toEqual(told);
  await acting.carryOut(action);
  const names = (await acting.ask('page', { where: 'sweep ~ "cut*"' })).expIds.map(String);
  for (const name of names) await acting.reach(name, 'completed');
  expect(names.map(countRuns)).toEqual(names.map(() => 1));
});

function findActingProcess(): number {
  const children = readFileSync(`/proc/${acting.server().pid}/task/${acting.server().pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .map(Number);
  const found = children.find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').endsWith('\0acts\0'));
  if (found === undefined) throw new Error('no process acts');
  return found;
}
