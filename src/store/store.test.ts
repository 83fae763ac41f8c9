import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/project-folder.ts';
import type { EventBody } from '../core/experiment/event.ts';
import { asKey, asToken, parseExpId } from '../core/ids.ts';
import { makeFolder } from '../system/index.ts';
import { openStore, projectPaths, type Store } from './index.ts';

function open(root: string): Promise<Store> {
  const paths = projectPaths(root, join(root, 'experiments'));
  return openStore(paths, { env: { SHEAF_LOCAL_DIR: join(root, 'local') } });
}

const token = asToken('t-train-1');

async function submitted(store: Store, members: number): Promise<void> {
  const refs = Array.from({ length: members }, (_, index) => ({
    key: asKey(`k${index}`),
    stage: 'train',
    n: 1,
    index,
  }));
  await store.append([{ type: 'submitting', token, scheduler: 'local:x', members: refs, owner: 'h:1:1:1' }]);
}

test('nothing to record needs no project that can be written', async () => {
  using store = await open(temporaryFolder());
  await expect(store.append([])).resolves.toBeUndefined();
});

test('the submission of an array is read once, however many of its tasks ask for it', async () => {
  const root = temporaryFolder();
  makeFolder(join(root, '.sheaf'));
  using store = await open(root);
  expect(store.submission(token)).toBeUndefined();
  await submitted(store, 3);
  const record = store.submission(token);
  expect(record?.request?.value.members).toHaveLength(3);
  expect(store.submission(token)).toBe(record);
});

test('a refresh shows new facts of a submission, regardless of who wrote them', async () => {
  const root = temporaryFolder();
  makeFolder(join(root, '.sheaf'));
  using store = await open(root);
  using other = await open(root);
  await submitted(store, 1);
  expect(store.submission(token)?.job).toBeUndefined();
  const job = { scheduler: 'local:x', id: '7', uid: 0, submittedMs: 1 };
  await other.append([{ type: 'submitted', token, job }]);
  await store.refresh();
  expect(store.submission(token)?.job?.value.id).toBe('7');
});

test('a process that stays lets another one fold what is long, and folds the rest itself', async () => {
  const root = temporaryFolder();
  makeFolder(join(root, '.sheaf'));
  const paths = projectPaths(root, join(root, 'experiments'));
  const env = { SHEAF_LOCAL_DIR: join(root, 'local') };
  using writer = await openStore(paths, { env: { SHEAF_LOCAL_DIR: join(root, 'elsewhere') } });
  await submitted(writer, 1);
  let folds = 0;
  const fold = async (): Promise<void> => {
    folds += 1;
    (await openStore(paths, { env })).close();
  };
  using store = await openStore(paths, { env, foldElsewhere: { fromBytes: 1, fold } });
  expect(store.openSubmissions()).toHaveLength(1);
  await store.refresh();
  expect(folds).toBe(1);
  await submitted(writer, 2);
  await store.refresh();
  expect(folds).toBe(2);
  rmSync(join(store.localFolder ?? '', 'view.sqlite'));
  await store.refresh();
  expect([folds, store.openSubmissions().length]).toEqual([3, 1]);
  using patient = await openStore(paths, { env, foldElsewhere: { fromBytes: 1_000_000, fold } });
  await submitted(writer, 1);
  await patient.refresh();
  expect(folds).toBe(3);
});

const MINUTE_MS = 60_000;

function made(name: string): EventBody {
  const config = {
    template: 't',
    params: {},
    written: {},
    seeds: [],
    settings: { resources: { qos: name }, command: 'true' },
    origins: { sources: [], at: {} },
  };
  return { type: 'created', key: asKey(name), exp: parseExpId(name), description: name, tags: [], notes: [], config };
}

function sent(name: string): EventBody[] {
  const own = asToken(`t-${name}`);
  const members = [{ key: asKey(name), stage: 'train', n: 1 }];
  const job = { scheduler: 'local:x', id: '7', uid: 0, submittedMs: 1 };
  return [
    { type: 'submitting', token: own, scheduler: 'local:x', members, owner: 'h:1:1:1' },
    { type: 'submitted', token: own, job },
  ];
}

function over(name: string, exitCode: number, atMs: number): EventBody {
  const attempts = [{ key: asKey(name), stage: 'train', n: 1 }];
  return { type: 'state', token: asToken(`t-${name}`), attempts, fact: { kind: 'ended', atMs, exitCode } };
}

test('what ended a moment ago is watched where that is asked for', async () => {
  const root = temporaryFolder();
  makeFolder(join(root, '.sheaf'));
  using store = await open(root);
  await store.append(['new', 'open', 'good', 'bad', 'old'].map(made));
  await store.append(['open', 'good', 'bad', 'old'].flatMap(sent));
  const nowMs = 100 * MINUTE_MS;
  await store.append([
    over('good', 0, nowMs - MINUTE_MS),
    over('bad', 1, nowMs - MINUTE_MS),
    over('old', 1, nowMs - 11 * MINUTE_MS),
  ]);
  const names = (...since: [number, number?]): string[] => store.watched(...since).map(({ expId }) => expId);
  expect(names(0)).toEqual(['open']);
  expect(names(nowMs, nowMs - 10 * MINUTE_MS)).toEqual(['open', 'good', 'bad']);
  expect(names(nowMs, 0)).toEqual(['open', 'good', 'bad', 'old']);
});

test('an experiment that was read stays readable after the view is rebuilt', async () => {
  const root = temporaryFolder();
  makeFolder(join(root, '.sheaf'));
  using store = await open(root);
  await store.append([...['a', 'b'].map(made), ...['b', 'a'].flatMap(sent)]);
  const [first, second] = store.active();
  // SQLite cannot continue with this: the view is closed, removed and rebuilt.
  const file = join(store.localFolder ?? '', 'view.sqlite');
  writeFileSync(file, 'x'.repeat(100_000));
  await store.refresh();
  expect(store.find('a')).toBeDefined();
  expect(second?.record.attempts).toHaveProperty('train-1');
  expect([first?.settings.resources.qos, second?.settings.resources.qos]).toEqual(['a', 'b']);
  expect(first?.description).toBe('a');
});

test('an experiment that has disappeared from the record is reported with a message', async () => {
  const root = temporaryFolder();
  makeFolder(join(root, '.sheaf'));
  using store = await open(root);
  await store.append([made('a'), ...sent('a')]);
  const [one] = store.active();
  for (const name of readdirSync(join(root, '.sheaf/journal'))) rmSync(join(root, '.sheaf/journal', name));
  await store.refresh();
  expect(() => one?.config).toThrow('a disappeared from the record while it was read');
});

test('a store that stays open goes on with a view that another process made again', async () => {
  const root = temporaryFolder();
  makeFolder(join(root, '.sheaf'));
  using store = await open(root);
  await store.append([made('a')]);
  rmSync(join(store.localFolder ?? '', 'view.sqlite'));
  using other = await open(root);
  await other.append([made('b')]);
  await store.refresh();
  expect(store.version()).toBe(other.version());
  expect(store.find('b')).toBeDefined();
});

test('a store does several things at once, as for the pages of a server', async () => {
  const root = temporaryFolder();
  makeFolder(join(root, '.sheaf'));
  using store = await open(root);
  using other = await open(root);
  const names = Array.from({ length: 20 }, (_, i) => `x${i}`);
  await Promise.all(
    names.flatMap((name, i) => [
      (i % 2 ? store : other).append([made(name)]),
      store.refresh().then(() => store.activity(0, 5)),
    ]),
  );
  await store.refresh();
  expect(names.filter((name) => store.find(name) === undefined)).toEqual([]);
});
