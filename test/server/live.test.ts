/** What a page sees of a project while it is open, from a real server, real jobs and other commands. */
import { appendFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Api, CallName } from '../../src/server/index.ts';
import {
  listAll,
  openToNobody,
  makeServerProject,
  whyNoOtherAccount,
  type ServerProject,
  type Serving,
  type SessionHeaders,
} from '../support/dashboard.ts';
import { listenTo, type EventClient } from '../support/event-client.ts';
import { until } from '../support/until.ts';

let project: ServerProject;
let server: Serving;
let session: SessionHeaders;

beforeAll(async () => {
  project = makeServerProject();
  const templates = {
    // Goes on when the test says so.
    waits:
      'go: none\ncommand: "echo started; until [ -e {{ go }} ]; do sleep 0.05; done"\ncode: live\nharvest: { n: { log: "line (\\\\d+)" } }\n',
    retried: 'command: "exit 3"\ncode: live\nretry: { exit_code: 2 }\n',
  };
  for (const [name, text] of Object.entries(templates)) {
    writeFileSync(join(project.root, `templates/${name}.yaml`), text);
  }
  server = await project.serve();
  session = await server.logIn();
});
afterAll(async () => {
  project.sheaf('cancel', '--where', 'status in (queued, running)', '--yes');
  await project.remove();
});

async function ask<N extends CallName>(name: N, request: Api[N]['request']): Promise<Api[N]['answer']> {
  const { status, text } = await server.send({ path: `/api/${name}`, headers: session, body: request });
  if (status !== 200) throw new Error(`${status} ${text}`);
  return JSON.parse(text) as Api[N]['answer'];
}

function listen(since?: number): EventClient {
  const client = listenTo(server, session, since);
  onTestFinished(() => client.close());
  return client;
}

function run(...words: readonly string[]): string {
  const { status, stdout, stderr } = project.sheaf(...words);
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

const of = (id: string) => (changed: { readonly ids: readonly string[] }) => changed.ids.includes(id);

async function statusOf(id: string): Promise<string> {
  return (await ask('show', { id })).status;
}

test('a page sees the start and the end of a job, its log and its metrics grow, and results that nobody read yet', async () => {
  const client = listen();
  const { stream } = await client.next('hello');
  const go = join(project.root, 'go');
  run('new', '--template', 'waits', '--exp-id', 'job', '--go', go);
  await client.next('changed', of('job'));
  run('submit', 'job');
  await until(async () => (await statusOf('job')) === 'running');
  const attempt = join(project.root, 'experiments/job/attempts/train-1');
  await ask('follow', { stream, logs: [{ id: 'job', attempt: 'train-1', file: 'out.log' }], curves: ['job'] });
  // It may have grown since the page read it.
  await client.next('log');
  let n = 0;
  await until(() => {
    n += 1;
    appendFileSync(join(attempt, 'out.log'), `line ${n}\n`);
    mkdirSync(join(attempt, 'tracker'), { recursive: true });
    appendFileSync(join(attempt, 'tracker/metrics.jsonl'), `{"step": ${n}}\n`);
    return client.all('log').length > 1 && client.all('curve').length > 1;
  });
  expect(client.all('log')[0]).toEqual({ id: 'job', attempt: 'train-1', file: 'out.log' });
  expect(client.all('curve')[0]).toEqual({ id: 'job' });
  const before = client.all('changed').length;
  writeFileSync(go, '');
  await until(() => client.all('changed').slice(before).some(of('job')));
  await until(async () => (await statusOf('job')) === 'completed');
  expect(await ask('summary', {})).toMatchObject({ unread: 1, unreadIds: ['job'] });
});

test('a page that comes back hears what it missed, and one that has nothing to catch up with hears nothing', async () => {
  const first = listen();
  const { version } = await first.next('hello');
  first.close();
  run('new', '--template', 'baseline', '--exp-id', 'missed');
  run('tag', 'missed', '--add', 'seen');
  const second = listen(version);
  const changed = await second.next('changed', of('missed'));
  expect(changed).toMatchObject({ reset: false });
  expect(second.heard[0]).toMatchObject({ name: 'hello' });
  expect(second.heard.find(({ name }) => name === 'changed')?.id).toBe(String(changed.version));
  const third = listen(changed.version);
  expect(await third.next('changed')).toMatchObject({ version: changed.version, ids: [] });
  // A version of another view, or of none.
  expect(await listen(1).next('changed')).toMatchObject({ reset: true });
});

test('text of users cannot begin or end an event', async () => {
  const client = listen();
  const { stream } = await client.next('hello');
  const evil = 'a\n\ndata: {}\r\revent: changed\nid: 7\u2028';
  run('new', '--template', 'baseline', '--exp-id', 'evil', '--description', evil);
  run('note', 'evil', evil);
  await ask('follow', { stream, logs: [{ id: evil, attempt: `${evil}-1`, file: evil }], curves: [evil, 'evil'] });
  await client.next('changed', of('evil'));
  const strange = client.heard.filter(({ name }) => !['hello', 'changed', 'scheduler'].includes(name));
  expect(strange).toEqual([]);
  expect(client.heard.every(({ id }) => id === undefined || /^\d{10,}$/.test(id))).toBe(true);
});

test('a worker that is killed is followed by another one', async () => {
  const workers = (): number[] =>
    readFileSync(`/proc/${server.pid}/task/${server.pid}/children`, 'utf8')
      .trim()
      .split(' ')
      .filter(Boolean)
      .map(Number);
  const before = await until(() => (workers().length === 2 ? workers() : undefined));
  for (const pid of before) process.kill(pid, 'SIGKILL');
  await until(async () => (await ask('page', {}).catch(() => undefined))?.total);
  const after = await until(() => {
    const others = workers().filter((pid) => !before.includes(pid));
    return others.length === 2 ? others : undefined;
  });
  expect(after).toHaveLength(2);
});

test('a client that never reads keeps nothing from the others', async () => {
  const socket = connect({ host: '127.0.0.1', port: server.port });
  onTestFinished(() => void socket.destroy());
  socket.write(
    `POST /api/events HTTP/1.1\r\nHost: localhost:${server.port}\r\nSec-Fetch-Site: same-origin\r\nCookie: ${session.cookie}\r\n` +
      `X-Sheaf-Token: ${session['x-sheaf-token']}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`,
  );
  socket.pause();
  const client = listen();
  await client.next('hello');
  run('new', '--template', 'baseline', '--exp-id', 'heard');
  expect(await client.next('changed', of('heard'))).toMatchObject({ ids: ['heard'] });
});

test('a page shows in words that the project folder is away, and then that it is back', async () => {
  const client = listen();
  await client.next('hello');
  const away = `${project.root}-away`;
  renameSync(project.root, away);
  try {
    const { problem } = await client.next('record', (each) => each.problem !== null);
    expect(problem).toMatchObject({ code: 'project.gone' });
    await expect(ask('page', {})).rejects.toThrow('is not there any more');
  } finally {
    renameSync(away, project.root);
  }
  await client.next('record', (each) => each.problem === null);
  expect((await ask('page', {})).total).toBeGreaterThan(0);
});

test('a project that may only be read is followed, and nothing is written to it', async ({ skip }) => {
  const why = whyNoOtherAccount();
  if (why !== undefined) return skip(why);
  const other = makeServerProject();
  onTestFinished(() => other.remove());
  const { wrapper } = openToNobody(other);
  const before = listAll(other.root);
  const reader = await other.serve(['--peer', 'any'], wrapper);
  const headers = await reader.logIn();
  const client = listenTo(reader, headers);
  onTestFinished(() => client.close());
  await client.next('scheduler');
  for (const [name, body] of [
    ['page', {}],
    ['summary', {}],
    ['show', { id: 'first' }],
  ] as const) {
    expect((await reader.send({ path: `/api/${name}`, headers, body })).status).toBe(200);
  }
  expect(listAll(other.root)).toEqual(before);
});

test('ten pages together ask the scheduler once, and never retry what failed by a rule', async () => {
  const clients = Array.from({ length: 10 }, () => listen());
  run('new', '--template', 'retried', '--exp-id', 'fails');
  run('submit', 'fails');
  await until(async () => (await statusOf('fails')) === 'failed');
  const looks = clients.map((client) => client.all('scheduler').map(({ askedAt }) => askedAt));
  for (const each of looks) expect(each).toEqual(looks[0]);
  const times = (looks[0] ?? []).filter((at) => at !== null);
  expect(times.slice(1).every((at, i) => at - (times[i] ?? 0) >= 29_000)).toBe(true);
  const { attempts } = await ask('show', { id: 'fails' });
  expect(attempts).toHaveLength(1);
  expect(run('status', '--json')).toContain('is retried, as its template says');
});

test('a server that is killed leaves no process behind, and the next one serves the same', async () => {
  const workers = readFileSync(`/proc/${server.pid}/task/${server.pid}/children`, 'utf8').trim().split(' ').map(Number);
  const { total } = await ask('page', {});
  process.kill(server.pid, 'SIGKILL');
  await server.ended;
  await until(() => workers.every((pid) => !isRunning(pid)));
  server = await project.serve();
  session = await server.logIn();
  expect((await ask('page', {})).total).toBe(total);
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
