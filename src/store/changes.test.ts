import { rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/project-folder.ts';
import type { EventBody } from '../core/experiment/event.ts';
import { asKey, asToken, parseExpId } from '../core/ids.ts';
import { makeFolder } from '../system/index.ts';
import { openStore, projectPaths, type Changes, type Store } from './index.ts';

function projectFolder(): string {
  const root = temporaryFolder();
  makeFolder(join(root, '.sheaf'));
  return root;
}

/** Each `host` folds into a view of its own. */
function open(root: string, host = 'a'): Promise<Store> {
  const paths = projectPaths(root, join(root, 'experiments'));
  return openStore(paths, { env: { SHEAF_LOCAL_DIR: join(root, `local-${host}`) } });
}

function made(name: string): EventBody {
  const config = {
    template: 't',
    params: {},
    written: {},
    seeds: [],
    settings: { resources: {}, command: 'true' },
    origins: { sources: [], at: {} },
  };
  return { type: 'created', key: asKey(name), exp: parseExpId(name), description: '', tags: [], notes: [], config };
}

function keysOf(changes: Changes): readonly string[] | 'reset' {
  return changes.kind === 'reset' ? 'reset' : changes.keys.toSorted();
}

const NAMES = ['a', 'b', 'c'] as const;
type Name = (typeof NAMES)[number];
const WHATS = ['made', 'archived', 'tagged', 'removed', 'submitting', 'submitted', 'started', 'swept'] as const;

/** Something that happens, and the experiments that look different afterwards. */
function happen([name, what]: readonly [Name, (typeof WHATS)[number]]): readonly [EventBody, readonly Name[]] {
  const [key, exp, token] = [asKey(name), parseExpId(name), asToken(`${name}-train-1`)];
  const ref = { key, stage: 'train', n: 1 };
  switch (what) {
    case 'made':
      return [made(name), [name]];
    case 'archived':
      return [{ type: 'archived', key, exp, archived: true }, [name]];
    case 'tagged':
      return [{ type: 'tagged', key, exp, add: ['t'], remove: [] }, [name]];
    case 'removed':
      return [{ type: 'removed', key, exp }, [name]];
    case 'submitting': {
      // An array of two.
      const other = name === 'a' ? 'b' : 'a';
      const members = [ref, { ...ref, key: asKey(other) }];
      return [{ type: 'submitting', token, scheduler: 'local:x', members, owner: 'h:1:1:1' }, [name, other]];
    }
    case 'submitted': {
      const job = { scheduler: 'local:x', id: '7', uid: 0, submittedMs: 1 };
      return [{ type: 'submitted', token, job }, []];
    }
    case 'started':
      return [
        { type: 'state', token, attempts: [ref], fact: { kind: 'started', atMs: 1, host: 'h', job: '1' } },
        [name],
      ];
    case 'swept':
      return [{ type: 'throttled', sweep: 's', maxParallel: 2 }, []];
  }
}

const step = fc.record({
  host: fc.constantFrom('a', 'b'),
  rebuild: fc.nat(5).map((n) => n === 0),
  events: fc.array(fc.tuple(fc.constantFrom(...NAMES), fc.constantFrom(...WHATS)), { maxLength: 5 }),
});

test('the changes since any version are what was written since then, by any writer and however it is folded', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 6 }), async (steps) => {
      const root = projectFolder();
      using own = await open(root);
      using sameHost = await open(root);
      using otherHost = await open(root, 'b');
      /** Versions of the own view, with what changed since. */
      const seen = [{ version: own.version(), since: new Set<string>(), epoch: 0 }];
      const members = new Map<string, readonly Name[]>();
      const jobs = new Set<string>();
      let epoch = 0;
      for (const { host, rebuild, events } of steps) {
        const happened = events.map(happen);
        await (host === 'a' ? sameHost : otherHost).append(happened.map(([event]) => event));
        await own.refresh();
        for (const [event, names] of happened) {
          // With the job of a submission, all of its members change, whichever is known first.
          if (event.type === 'submitting') members.set(event.token, names);
          if (event.type === 'submitted') jobs.add(event.token);
          const told = event.type === 'submitted' ? (members.get(event.token) ?? []) : names;
          for (const { since } of seen) for (const name of told) since.add(name);
        }
        if (rebuild) {
          await own.rebuild();
          epoch += 1;
        }
        for (const one of seen) {
          const found = keysOf(own.changes(one.version));
          if (one.epoch < epoch) expect(found).toBe('reset');
          else expect(found).toEqual([...one.since].toSorted());
        }
        const version = own.version();
        expect(version).toBeGreaterThanOrEqual(seen.at(-1)?.version ?? 0);
        seen.push({ version, since: new Set(), epoch });
      }
    }),
    { numRuns: 25 },
  );
});

test('all members of an array change when its job becomes known', async () => {
  using own = await open(projectFolder());
  await own.append(['a', 'b', 'c'].map(made));
  await own.append([happen(['a', 'submitting'])[0]]);
  const version = own.version();
  await own.append([happen(['a', 'submitted'])[0]]);
  expect(keysOf(own.changes(version))).toEqual(['a', 'b']);
});

test('a fold of many experiments is one change', async () => {
  const root = projectFolder();
  const names = Array.from({ length: 2_500 }, (_, i) => `e${i}`);
  using own = await open(root);
  const before = own.version();
  await own.append(names.map(made));
  expect(own.version()).toBe(before + 1);
  expect(keysOf(own.changes(before))).toHaveLength(names.length);
  expect(keysOf(own.changes(own.version()))).toEqual([]);
});

test('a version of another view, of an older one or of the future leads to a reset', async () => {
  const root = projectFolder();
  const version = await (async () => {
    using first = await open(root);
    await first.append([made('a')]);
    return first.version();
  })();
  rmSync(join(root, 'local-a'), { recursive: true });
  using again = await open(root);
  expect(again.version()).toBeGreaterThan(version);
  for (const since of [version, 0, -1, again.version() + 1, Number.NaN]) {
    expect(again.changes(since)).toEqual({ kind: 'reset', version: again.version() });
  }
  expect(again.changes(again.version())).toEqual({ kind: 'changes', version: again.version(), keys: [] });
});

test('more changes than are listed lead to a reset', async () => {
  const root = projectFolder();
  using own = await open(root);
  const version = own.version();
  await own.append(Array.from({ length: 10_001 }, (_, i) => made(`e${i}`)));
  expect(own.changes(version).kind).toBe('reset');
});
