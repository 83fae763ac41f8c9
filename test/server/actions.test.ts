/** What a page has done by a server that may act: real servers, real jobs. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkPlace } from '../../src/server/serve-options.ts';
import type { Action, ActAnswer, Api, CallName } from '../../src/server/index.ts';
import {
  makeServerProject,
  readLog,
  type Reply,
  type ServerProject,
  type Serving,
  type SessionHeaders,
} from '../support/dashboard.ts';
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

let project: ServerProject;
let server: Serving;
let session: SessionHeaders;

beforeAll(async () => {
  project = makeServerProject();
  writeFileSync(join(project.root, 'templates/job.yaml'), TEMPLATE);
  await serve();
});
afterAll(async () => {
  project.sheaf('cancel', '--where', 'status in (queued, running)', '--yes');
  await project.remove();
});

async function serve(): Promise<void> {
  server = await project.serve(['--actions']);
  session = await server.logIn();
}

function send(name: string, body: object): Promise<Reply> {
  return server.send({ path: `/api/${name}`, headers: session, body });
}

async function ask<N extends CallName>(name: N, request: Api[N]['request']): Promise<Api[N]['answer']> {
  const { status, text } = await send(name, request);
  if (status !== 200) throw new Error(`${status} ${text}`);
  return JSON.parse(text) as Api[N]['answer'];
}

/** Plans and does it. */
async function carryOut(action: Action): Promise<string> {
  const answer = await ask('act', { plan: (await ask('plan', { action })).id, action });
  if (answer.kind !== 'done') throw new Error(JSON.stringify(answer));
  return answer.outcome.title;
}

function create(id: string, ...words: readonly string[]): void {
  const { status, stderr } = project.sheaf('new', '--template', 'job', '--exp-id', id, ...words);
  if (status !== 0) throw new Error(stderr);
}

const show = (id: string): Promise<Api['show']['answer']> => ask('show', { id, events: true });

async function reach(id: string, status: string): Promise<void> {
  await until(
    async () => {
      // The server looks at jobs while a page asks.
      await ask('changes', { since: 0 });
      return (await show(id)).status === status;
    },
    () => `${id} to be ${status}`,
  );
}

/** How often a job of it ran. */
function countRuns(id: string): number {
  const file = join(project.root, `ran.${id}`);
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').length : 0;
}

/** Events of what was done; what the server saw of jobs does not count. */
const countActs = (): number =>
  readdirSync(join(project.root, '.sheaf/journal'))
    .flatMap((name) => readFileSync(join(project.root, '.sheaf/journal', name), 'utf8').split('\n'))
    .filter((line) => line !== '' && !/"type":"(?:state|journal)"/.test(line)).length;

const on = (...ids: readonly string[]): { readonly which: { readonly ids: readonly string[] } } => ({ which: { ids } });

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
  create('a', '--end', 'never');
  const submit = { kind: 'submit', ...on('a') } as const;
  const planned = await ask('plan', { action: submit });
  expect(planned).toMatchObject({
    title: 'Submit 1 experiment',
    count: 1,
    command: 'sheaf submit a',
    price: { jobs: 1, gpuHours: 0, limits: [] },
  });
  expect((await show('a')).status).toBe('created');
  expect(await ask('act', { plan: planned.id, action: submit })).toMatchObject({
    kind: 'done',
    outcome: { title: 'Submitted 1 experiment', expIds: ['a'] },
  });
  await reach('a', 'running');
  expect(await carryOut({ kind: 'cancel', ...on('a') })).toBe('Cancelled 1 experiment');
  project.sheaf('wait', 'a');
  expect(await carryOut({ kind: 'retry', ...on('a'), fresh: true })).toBe('Submitted 1 experiment');
  await reach('a', 'running');
  await carryOut({ kind: 'cancel', ...on('a') });
  expect(await carryOut({ kind: 'tag', ...on('a'), add: ['seen'] })).toBe('Tagged 1 experiment');
  expect(await carryOut({ kind: 'note', ...on('a'), text: 'too slow' })).toBe('Added a note to 1 experiment');
  expect(await carryOut({ kind: 'archive', ...on('a') })).toBe('Archived 1 experiment');
  const { tags, events = [] } = await show('a');
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
  expect(project.sheaf('show', 'a', '--events').stdout).toContain('(web): note: too slow');
  expect(readLog(project)).toMatch(/ note \w+: done\n/);
});

test('experiments and sweeps are made from a form, with their price and the command that does the same', async () => {
  const action: Action = {
    kind: 'new',
    template: 'job',
    params: { lr: '0.5' },
    resources: { time_limit: '00:10:00' },
    submit: true,
  };
  const planned = await ask('plan', { action });
  expect(planned).toMatchObject({
    title: 'Create job-001 and submit it',
    command: 'sheaf new job --set lr=0.5 --set time_limit=00:10:00 && sheaf submit job-001',
    price: { jobs: 1 },
  });
  expect(planned.lines).toContain('lr: 1e-3 → 0.5');
  expect(await ask('act', { plan: planned.id, action })).toMatchObject({
    kind: 'done',
    outcome: { expIds: ['job-001'] },
  });
  await reach('job-001', 'completed');
  expect(await carryOut({ kind: 'clone', id: 'job-001', params: { lr: '0.6' } })).toBe('Created job-002');
  const sweep: Action = { kind: 'sweep', template: 'job', name: 'lrs', grid: { lr: '1,2' }, params: { end: 'well' } };
  expect(await carryOut(sweep)).toBe('Created 2 experiments of sweep lrs');
  expect(await carryOut({ kind: 'extend', name: 'lrs', grid: { lr: '3' } })).toBe('Created 1 experiment of sweep lrs');
  expect(await ask('saveView', { name: 'mine', where: 'lr > 0.1' })).toEqual({
    path: 'views/mine.yaml',
    replaced: false,
  });
});

test('a plan is done once, as it was shown, by the server that made it', async () => {
  create('b');
  const action = { kind: 'submit', ...on('b') } as const;
  const { id } = await ask('plan', { action });
  const note = { kind: 'note', ...on('b'), text: 'x' } as const;
  const before = countActs();
  expect(await ask('act', { plan: id, action: note })).toMatchObject({
    kind: 'refused',
    plan: { title: 'Add a note to 1 experiment' },
  });
  expect(await ask('act', { plan: `${'0'.repeat(64)}-abcdefghijkl`, action })).toMatchObject({ kind: 'refused' });
  expect(await ask('outcome', { plan: id })).toEqual({ kind: 'planned' });
  expect(countActs()).toBe(before);
  const twice = await Promise.all([ask('act', { plan: id, action }), ask('act', { plan: id, action })]);
  expect(twice[0]).toEqual(twice[1]);
  expect(await ask('outcome', { plan: id })).toEqual(twice[0]);
  expect(await ask('act', { plan: id, action })).toEqual(twice[0]);
  await reach('b', 'completed');
  expect([countRuns('b'), (await show('b')).attempts.length]).toEqual([1, 1]);

  const tag = { kind: 'tag', ...on('b'), add: ['late'] } as const;
  const old = await ask('plan', { action: tag });
  project.sheaf('note', 'b', 'meanwhile');
  const refused = (await ask('act', { plan: old.id, action: tag })) as ActAnswer & { kind: 'refused' };
  expect(refused).toMatchObject({ kind: 'refused', why: 'the project changed since the plan was made' });
  expect((await show('b')).tags).toEqual([]);
  expect(await ask('act', { plan: refused.plan.id, action: tag })).toMatchObject({ kind: 'done' });
});

test('a page sets parameters and a few resources, and nothing that runs', async () => {
  const before = countActs();
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
    ...['../templates/job', '/etc/passwd', 'templates/job.yaml', ''].map((template) => ({ kind: 'new', template })),
    { kind: 'rm', ...on('first') },
    { kind: '__proto__', ...on('first') },
    { kind: 'tag', which: {}, add: ['x'] },
    { kind: 'tag', which: { ids: ['first'], command: 'x' }, add: ['x'] },
  ];
  for (const action of refused) {
    for (const [name, body] of [
      ['plan', { action }],
      ['act', { plan: 'x', action }],
    ] as const) {
      const { status, text } = await send(name, body);
      expect(`${JSON.stringify(action)} ${status}`).toBe(`${JSON.stringify(action)} 400`);
      expect(text).toContain('"code"');
    }
  }
  expect((await send('plan', { action: { ...making, params: { command: 'rm -rf ~' } } })).text).toContain(
    'request.action.params.command',
  );
  expect(countActs()).toBe(before);
});

test('nothing is done twice or lost if the server is killed between plan and act, and during an act', async () => {
  await carryOut({ kind: 'sweep', template: 'job', name: 'k', grid: { lr: '1,2,3' } });
  const names = (await ask('page', { sweep: 'k' })).expIds.map(String);
  const action = { kind: 'submit', which: { sweep: 'k' } } as const;
  const { id } = await ask('plan', { action });
  process.kill(server.pid, 'SIGKILL');
  await server.ended;
  await serve();
  const refused = (await ask('act', { plan: id, action })) as ActAnswer & { kind: 'refused' };
  expect(refused).toMatchObject({ kind: 'refused', why: 'this server did not make the plan', plan: { count: 3 } });
  const before = countActs();
  ask('act', { plan: refused.plan.id, action }).catch(() => undefined);
  await until(() => countActs() > before);
  process.kill(server.pid, 'SIGKILL');
  await server.ended;
  await serve();
  expect(await ask('outcome', { plan: refused.plan.id })).toEqual({ kind: 'unknown' });
  // Whatever was cut off is finished by doing it again.
  await carryOut(action);
  for (const name of names) await reach(name, 'completed');
  expect(names.map(countRuns)).toEqual(names.map(() => 1));
});

test('an act whose process is killed is reported as cut off, and nothing is done twice when it is planned again', async () => {
  let round = 0;
  const { id, action, told } = await until(async () => {
    round += 1;
    const sweep = `cut${round}`;
    await carryOut({ kind: 'sweep', template: 'job', name: sweep, grid: { lr: '1,2,3' } });
    const submit = { kind: 'submit', which: { sweep } } as const;
    const plan = await ask('plan', { action: submit });
    const before = countActs();
    const answering = ask('act', { plan: plan.id, action: submit });
    while (countActs() === before) await setImmediate();
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
  expect(await ask('outcome', { plan: id })).toEqual(told);
  expect(await ask('act', { plan: id, action })).toEqual(told);
  await carryOut(action);
  const names = (await ask('page', { where: 'sweep ~ "cut*"' })).expIds.map(String);
  for (const name of names) await reach(name, 'completed');
  expect(names.map(countRuns)).toEqual(names.map(() => 1));
});

function findActingProcess(): number {
  const children = readFileSync(`/proc/${server.pid}/task/${server.pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .map(Number);
  const acting = children.find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').endsWith('\0acts\0'));
  if (acting === undefined) throw new Error('no process acts');
  return acting;
}
