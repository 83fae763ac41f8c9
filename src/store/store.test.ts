import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/project-folder.ts';
import { asKey, asToken } from '../core/ids.ts';
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

test('news of a submission is seen after a refresh, whoever wrote it', async () => {
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
