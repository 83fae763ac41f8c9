/** What happens under a running server: to its view, its journal and its disk, and by too many pages. */
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Api, CallName } from '../../src/server/index.ts';
import { makeServerProject, type ServerProject, type Serving, type SessionHeaders } from '../support/dashboard.ts';
import { listenTo, type EventClient } from '../support/event-client.ts';
import { sheafArgv } from '../support/sheaf-argv.ts';
import { until } from '../support/until.ts';

let project: ServerProject;
let server: Serving;
let session: SessionHeaders;

beforeAll(async () => {
  project = makeServerProject();
  run('sweep', 'baseline', '--name', 'old', '--grid', `lr=${listNumbers(1, 300)}`);
  server = await project.serve();
  session = await server.logIn();
});
afterAll(() => project.remove());

function run(...words: readonly string[]): string {
  const { status, stdout, stderr } = project.sheaf(...words);
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

async function ask<N extends CallName>(name: N, request: Api[N]['request']): Promise<Api[N]['answer']> {
  const { status, text } = await server.send({ path: `/api/${name}`, headers: session, body: request });
  if (status !== 200) throw new Error(`${status} ${text}`);
  return JSON.parse(text) as Api[N]['answer'];
}

function listen(of = session): EventClient {
  const client = listenTo(server, of);
  onTestFinished(() => client.close());
  return client;
}

async function logInAgain(): Promise<SessionHeaders> {
  const { data } = JSON.parse(run('serve', '--link', '--json')) as { readonly data: { readonly link: string } };
  return server.logIn(data.link);
}

const listNumbers = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i).join(',');

test('pages read everything again when another command rebuilds the view, or deletes it and makes it again', async () => {
  const client = listen();
  const { version } = await client.next('hello');
  const before = await ask('page', { limit: 1_000 });
  const view = join(project.localFolder(), 'view.sqlite');
  const changes: readonly (readonly [number, () => void])[] = [
    [0, () => run('doctor', '--rebuild')],
    [
      1,
      () => {
        rmSync(view);
        run('new', '--template', 'baseline', '--exp-id', 'after');
      },
    ],
    // Nobody has made it again when the server looks for it.
    [1, () => rmSync(view)],
  ];
  for (const [added, change] of changes) {
    const heard = client.all('changed').length;
    change();
    const answers = await Promise.all([ask('page', {}), ask('show', { id: String(before.expIds[7]) })]);
    expect(answers).toMatchObject([{ total: before.total + added }, { status: 'created' }]);
    await until(() =>
      client
        .all('changed')
        .slice(heard)
        .some(({ reset }) => reset),
    );
  }
  expect(await ask('changes', { since: version })).toMatchObject({ kind: 'reset' });
  const after = await ask('page', { limit: 1_000 });
  expect(new Set(after.expIds)).toEqual(new Set([...before.expIds, 'after']));
});

test('a page that reads in windows sees each row of the first window’s list once, while others make experiments', async () => {
  const limit = 50;
  const first = await ask('page', { limit });
  const { orderVersion, total } = first;
  const expected = [...(await ask('page', { limit: 1_000 })).expIds];
  const [program, ...words] = sheafArgv();
  const others = ['a', 'b'].map((name) =>
    spawn(program, [...words, 'sweep', 'baseline', '--name', name, '--grid', `lr=${listNumbers(1, 400)}`], {
      cwd: project.root,
      env: project.env,
      stdio: 'ignore',
    }),
  );
  const ended = Promise.all(others.map((other) => once(other, 'close')));
  let rounds = 0;
  let grown = total;
  while (grown < total + 800) {
    const seen = [...first.expIds];
    for (let offset = limit; offset < total; offset += limit) {
      const window = await ask('page', { limit, offset, orderVersion });
      expect(window).toMatchObject({ orderVersion, total });
      seen.push(...window.expIds);
    }
    expect(seen).toEqual(expected);
    grown = (await ask('page', { limit: 0 })).total;
    rounds += 1;
  }
  expect((await ended).map(([code]) => code)).toEqual([0, 0]);
  expect(rounds).toBeGreaterThan(1);
});

test('of 200 event streams a session has 20 and a server 60; the others are refused with words, and all other calls answered', async () => {
  const clients = Array.from({ length: 200 }, () => listen());
  const statuses = await Promise.all(clients.map(({ status }) => status));
  const open = clients.filter((_, i) => statuses[i] === 200);
  expect([open.length, statuses.filter((status) => status === 429).length]).toEqual([20, 180]);
  const refused = await server.send({ path: '/api/events', headers: session, body: {} });
  expect(refused.text).toContain('this session already has 20 event streams open');
  expect(refused.text).toContain('close pages of the dashboard');
  expect((await ask('page', {})).total).toBeGreaterThan(0);
  run('new', '--template', 'baseline', '--exp-id', 'told');
  await Promise.all(open.map((client) => client.next('changed', ({ ids }) => ids.some((id) => id === 'told'))));

  for (let i = 0; i < 2; i += 1) {
    const other = await logInAgain();
    for (let n = 0; n < 20; n += 1) expect(await listen(other).status).toBe(200);
  }
  const last = await logInAgain();
  const full = await server.send({ path: '/api/events', headers: last, body: {} });
  expect([full.status, full.text]).toEqual([429, expect.stringContaining('this server already has 60 event streams')]);
  open[0]?.close();
  await until(async () => (await listen(last).status) === 200);
});

test('on a full disk pages go on reading and say that facts are not recorded, which follow when there is room', async ({
  skip,
}) => {
  const other = makeServerProject();
  onTestFinished(() => other.remove());
  const journal = join(other.root, '.sheaf/journal');
  if (!moveToSmallDisk(journal)) return skip('no disk can be mounted here');
  const go = join(other.root, 'go');
  writeFileSync(
    join(other.root, 'templates/waits.yaml'),
    `command: "until [ -e ${go} ]; do sleep 0.05; done"\ncode: live\n`,
  );
  other.sheaf('new', '--template', 'waits', '--exp-id', 'job');
  other.sheaf('submit', 'job');
  const serving = await other.serve();
  const headers = await serving.logIn();
  const read = async (name: CallName, body: object): Promise<unknown> =>
    JSON.parse((await serving.send({ path: `/api/${name}`, headers, body })).text);
  const statusOf = async (): Promise<string> => ((await read('show', { id: 'job' })) as Api['show']['answer']).status;
  const client = listenTo(serving, headers);
  onTestFinished(() => client.close());
  await client.next('scheduler');
  await until(async () => (await statusOf()) === 'running');

  const filling = join(journal, 'filling');
  fill(filling);
  // The last block of the journal may have room for one more event: the next writer begins with another file.
  rmSync(join(other.localFolder(), 'writer.sqlite'));
  writeFileSync(go, '');
  const { unrecorded } = await client.next('record', (each) => each.unrecorded !== null);
  expect(unrecorded).toContain('the disk is full');
  expect(await read('summary', {})).toMatchObject({
    warnings: [expect.stringContaining('what jobs did could not be recorded: cannot write')],
  });
  expect([await statusOf(), ((await read('page', {})) as Api['page']['answer']).total]).toEqual(['running', 2]);
  expect(other.sheaf('note', 'job', 'no room').stderr).toContain('the disk is full');
  rmSync(filling);
  await client.next('record', (each) => each.unrecorded === null);
  await until(async () => (await statusOf()) === 'completed');
  expect(await read('summary', {})).toMatchObject({ warnings: [] });
});

/** Puts a folder with what is in it on a disk of its own until the test ends. @returns whether that can be done here */
function moveToSmallDisk(folder: string): boolean {
  const kept = `${folder}-kept`;
  cpSync(folder, kept, { recursive: true });
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', folder]).status !== 0) return false;
  onTestFinished(() => void spawnSync('umount', ['-l', folder]));
  cpSync(kept, folder, { recursive: true });
  return true;
}

function fill(file: string): void {
  try {
    for (;;) writeFileSync(file, Buffer.alloc(4_096), { flag: 'a' });
  } catch {
    // It is full now.
  }
}
