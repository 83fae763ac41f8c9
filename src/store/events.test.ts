import { appendFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { recordedProject, started } from '../../test/support/recorded-project.ts';
import type { AttemptRef } from '../core/experiment/event.ts';
import { asKey, asToken } from '../core/ids.ts';
import { readEvents } from './index.ts';

test('the events of one experiment are its parts of all events, in order, whatever else the journal holds', async () => {
  const recorded = await recordedProject({ a: { attempts: { 'train-1': [] } }, b: { attempts: { 'train-1': [] } } });
  const { store } = recorded.project;
  const { paths } = store;
  const refOf = (key: string): AttemptRef => ({ key: asKey(key), stage: 'train', n: 1 });
  const attempts = [refOf('key-a'), refOf('key-b')];
  await store.append([{ type: 'state', attempts, fact: { kind: 'unseen', atMs: 1 } }]);
  await recorded.learn('a', 'train-1', started());
  const [journal = ''] = readdirSync(paths.journal);
  appendFileSync(join(paths.journal, journal), 'damaged line about key-a\n');
  await recorded.learn('b', 'train-1', started());

  const events = readEvents(paths, asKey('key-a'), [asToken('token-a-train-1')]);
  expect(events.map(({ type }) => type)).toEqual(['created', 'submitting', 'submitted', 'state', 'state']);
  expect(events[3]).toMatchObject({ attempts: [refOf('key-a')], fact: { kind: 'unseen' } });
  expect(readEvents(paths, asKey('key-c'), [])).toEqual([]);
});
