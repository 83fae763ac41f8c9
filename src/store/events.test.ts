import { appendFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { recordedProject, started } from '../../test/support/recorded-project.ts';
import { asKey, asToken } from '../core/ids.ts';
import { readEvents } from './index.ts';

test('the events of one experiment are its parts of all events, in order, whatever else the journal holds', async () => {
  const { project, learn } = await recordedProject({ a: { attempts: { 'train-1': [] } }, b: { attempts: { 'train-1': [] } } });
  const { paths } = project.store;
  const [a, b] = ['key-a', 'key-b'].map((key) => ({ key: asKey(key), stage: 'train', n: 1 }));
  await project.store.append([{ type: 'state', attempts: [a, b].flatMap((ref) => ref ?? []), fact: { kind: 'unseen', atMs: 1 } }]);
  await learn('a', 'train-1', started());
  const [journal = ''] = readdirSync(paths.journal);
  appendFileSync(join(paths.journal, journal), 'damaged line about key-a\n');
  await learn('b', 'train-1', started());

  const events = readEvents(paths, asKey('key-a'), [asToken('token-a-train-1')]);
  expect(events.map(({ type }) => type)).toEqual(['created', 'submitting', 'submitted', 'state', 'state']);
  expect(events[3]).toMatchObject({ attempts: [a], fact: { kind: 'unseen' } });
  expect(readEvents(paths, asKey('key-c'), [])).toEqual([]);
});
