import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/project-folder.ts';
import type { EventBody } from '../core/experiment/event.ts';
import { asKey, asToken, parseExpId } from '../core/ids.ts';
import { parseQuery } from '../core/query/query.ts';
import { makeFolder } from '../system/index.ts';
import { openStore, projectPaths, type Store } from './index.ts';

const NAMES = ['a', 'b', 'c', 'd'] as const;
const QUERIES = ['', 'status = created', 'status != running and archived = false', 'template = t0', 'user ~ "*"'];

function open(root: string): Promise<Store> {
  const paths = projectPaths(root, join(root, 'experiments'));
  return openStore(paths, { env: { SHEAF_LOCAL_DIR: join(root, 'local') } });
}

function madeOf(name: string): EventBody {
  const template = `t${NAMES.findIndex((each) => each === name) % 2}`;
  const config = {
    template,
    params: { lr: 0.1 },
    written: {},
    seeds: [],
    settings: { resources: {}, command: 'true' },
    origins: { sources: [], at: {} },
  };
  return { type: 'created', key: asKey(name), exp: parseExpId(name), description: '', tags: [], notes: [], config };
}

/** Something that happens to an experiment. */
function eventOf([name, what]: readonly [string, number]): EventBody {
  const [key, exp] = [asKey(name), parseExpId(name)];
  const ref = { key, stage: 'train', n: 1 };
  const token = asToken(`${name}-train-1`);
  switch (what) {
    case 0:
      return { type: 'archived', key, exp, archived: true };
    case 1:
      return { type: 'archived', key, exp, archived: false };
    case 2:
      return { type: 'removed', key, exp };
    case 3:
      return { type: 'submitting', token, scheduler: 'local:x', members: [ref], owner: 'h:1:1:1' };
    case 4:
      return { type: 'state', token, attempts: [ref], fact: { kind: 'started', atMs: 1, host: 'h', job: '1' } };
    case 5:
      return {
        type: 'state',
        token,
        attempts: [ref],
        fact: { kind: 'ended', atMs: 2, exitCode: name === 'a' ? 1 : 0 },
      };
    default: {
      const metrics = { acc: { value: what, source: { file: 'log', rule: 'log' } } };
      const harvest = { metrics, missing: {}, attempts: ['train-1'], partial: false, fingerprint: 'f' };
      return { type: 'harvested', key, exp, harvest: { ...harvest, rules: { acc: `v${what}` } } };
    }
  }
}

function expectCounts(store: Store): void {
  for (const text of QUERIES) {
    const selection = { nowMs: 0, ...(text === '' ? {} : { where: parseQuery(text) }) };
    const found = [...store.select(selection)];
    expect(store.count(selection), text).toBe(found.length);
    expect(store.templates(selection).toSorted(), text).toEqual(
      [...new Set(found.map(({ config }) => config.template))].toSorted(),
    );
    const harvested = store
      .harvestedAlike(selection)
      .flatMap(({ template, rules, expIds }) => expIds().map((expId) => ({ expId, template, rules })));
    const expected = found.flatMap(({ expId, config: { template }, record }) => {
      const rules = record.harvest?.value.harvest.rules;
      return rules === undefined ? [] : [{ expId, template, rules }];
    });
    const byName = (a: { expId: string }, b: { expId: string }): number => (a.expId < b.expId ? -1 : 1);
    expect(harvested.toSorted(byName), text).toEqual(expected.toSorted(byName));
  }
  const shown = [...store.select({ nowMs: 0, where: parseQuery('archived = false') })];
  const total = Object.values(store.countByStatus()).reduce((sum, n) => sum + n, 0);
  expect(total).toBe(shown.length);
}

const happening = fc.tuple(fc.constantFrom(...NAMES), fc.integer({ min: 0, max: 7 }));

test('the view counts what there is, whatever happens to experiments and however it is folded', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(happening, { maxLength: 4 }), { maxLength: 4 }), async (parts) => {
      const root = temporaryFolder();
      makeFolder(join(root, '.sheaf'));
      using store = await open(root);
      await store.append(NAMES.slice(0, 3).map(madeOf));
      for (const part of parts) {
        await store.append(part.map(eventOf));
        expectCounts(store);
      }
      // The event that makes an experiment comes last.
      await store.append([madeOf('d')]);
      expectCounts(store);
      await store.rebuild();
      expectCounts(store);
    }),
    { numRuns: 25 },
  );
});
