import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LIFE_MS, ended, recordedProject, started, type Life } from '../../../test/support/recorded-project.ts';
import type { EventBody } from '../../core/experiment/event.ts';
import { asKey, parseExpId } from '../../core/ids.ts';
import { ownerText } from '../../system/index.ts';
import { chooseCheckpoint } from '../checkpoints/choose-checkpoint.ts';
import { listCheckpoints } from '../checkpoints/list-checkpoints.ts';
import { examine } from '../doctor.ts';
import { createExperiments } from '../experiments/create.ts';
import { showExperiment } from '../inspect/show.ts';
import { pinCheckpoint } from '../checkpoints/pins.ts';
import { findExperiment } from '../project/find.ts';
import type { Project } from '../project/project.ts';
import { writeSeriesFile } from '../series/series-file.ts';
import { openAutoPruner } from './auto-prune.ts';
import { listBatches, setAside } from '../checkpoints/set-aside.ts';
import type { AskedPolicy } from './keep-policy.ts';
import { planPrune, type PrunePlan } from './plan-prune.ts';
import { pruneCheckpoints, type Pruning } from './prune-checkpoints.ts';

const checkpoint = { path: 'ck_{step}.pt', pick: 'newest' } as const;
const settings = { resources: {}, command: 'true', checkpoint };
const done: Life = { settings, attempts: { 'train-1': [started(), ended()] } };
const KEEP = "command: 'true'\ncheckpoint: {files: 'ck_{step}.pt', keep: {last: 1}}\n";

interface Fixture {
  readonly project: Project;
  readonly record: (lives: { readonly [expId: string]: Life }) => Promise<void>;
  /** A checkpoint of `bytes` in the folder of an experiment. */
  readonly save: (expId: string, path: string, bytes?: number) => string;
  readonly has: (expId: string, ...steps: readonly number[]) => boolean[];
  readonly prune: (asked?: AskedPolicy) => Promise<Pruning>;
  readonly plan: (asked?: AskedPolicy, dryRun?: boolean) => Promise<PrunePlan>;
}

/** Experiments that completed, each with checkpoints of these steps; the later one is newer. */
async function fixture(
  lives: { readonly [expId: string]: Life } = { a: done },
  template = KEEP,
  steps: readonly number[] = [100, 200, 300],
): Promise<Fixture> {
  const opened = await recordedProject(lives, { 'templates/t.yaml': template });
  const { project } = opened;
  let count = 0;
  const save = (expId: string, path: string, bytes = 10): string => {
    const file = join(project.store.paths.experiments, expId, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, 'x'.repeat(bytes));
    count += 1;
    utimesSync(file, LIFE_MS / 1000 + count, LIFE_MS / 1000 + count);
    return file;
  };
  for (const expId of Object.keys(lives)) for (const step of steps) save(expId, at(step));
  const plan: Fixture['plan'] = (asked = {}, dryRun = false) => planPrune(project, {}, { asked, dryRun });
  return {
    project,
    record: (more) => opened.record(more),
    save,
    plan,
    has: (expId, ...some) => some.map((step) => existsSync(join(project.store.paths.experiments, expId, at(step)))),
    prune: async (asked) => pruneCheckpoints(project, await plan(asked)),
  };
}

const at = (step: number): string => `attempts/train-1/ck_${step}.pt`;

const pin = (expId: string, step: number, name = 'top'): EventBody => ({
  type: 'pinned',
  key: asKey(`key-${expId}`),
  exp: parseExpId(expId),
  name,
  pin: { path: at(step), step, bytes: 10, changedMs: 0 },
});

const startFrom = (expId: string, step: number) => ({
  type: 'created' as const,
  key: asKey('key-child'),
  exp: parseExpId('child'),
  description: '',
  tags: [],
  notes: [],
  config: { template: 't', params: {}, written: {}, seeds: [], settings, origins: { sources: [], at: {} } },
  start: {
    key: asKey(`key-${expId}`),
    exp: expId,
    asked: `${expId}@${step}`,
    path: at(step),
    step,
    bytes: 10,
    changedMs: 0,
  },
});

function recorded({ project }: Fixture, expId = 'a'): { count: number; bytes: number } {
  const all = Object.values(project.store.find(expId)?.record.pruned ?? {}).map(({ value }) => value);
  return {
    count: all.reduce((sum, { count }) => sum + count, 0),
    bytes: all.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

describe('pruning', () => {
  test('deletes what the policy of the template does not keep, and records it', async () => {
    const found = await fixture();
    expect((await found.plan()).planned).toMatchObject([{ expId: 'a', freed: 20 }]);
    const { done: gone, failed, skipped } = await found.prune();
    expect([failed, skipped]).toEqual([[], []]);
    expect(gone).toMatchObject([{ expId: 'a', freed: 20, files: [{ step: 100 }, { step: 200, attempt: 'train-1' }] }]);
    expect(found.has('a', 100, 200, 300)).toEqual([false, false, true]);
    expect(recorded(found)).toEqual({ count: 2, bytes: 20 });
    expect(existsSync(join(found.project.store.paths.experiments, 'a', '.pruned'))).toBe(false);
    expect((await found.plan()).planned).toEqual([]);
  });

  test('takes flags before the template of today, and that before what the experiment was made with', async () => {
    const keep = { auto: false, last: 2 };
    const frozen: Life = { ...done, settings: { ...settings, checkpoint: { ...checkpoint, keep } } };
    const found = await fixture({ a: frozen, b: { ...frozen, template: 'gone' } });
    const removed = async (asked?: AskedPolicy): Promise<unknown> =>
      Object.fromEntries(
        (await found.plan(asked)).planned.map((one) => [one.expId, one.removed.map(({ step }) => step)]),
      );
    expect(await removed()).toEqual({ a: [100, 200], b: [100] });
    expect(await removed({ every: 200 })).toEqual({ a: [100], b: [100] });
  });

  test('without a policy deletes nothing', async () => {
    const found = await fixture({ a: done }, "command: 'true'\n");
    expect(await found.plan()).toMatchObject({ planned: [], withoutPolicy: 1 });
  });

  test('keeps the best checkpoint by the values of a series, and asks for a harvest before', async () => {
    const found = await fixture({ a: done, b: { ...done, metrics: { acc: { value: 0.5, mode: 'max' } } } });
    const points = {
      steps: new Float64Array([100, 200, 300]),
      values: new Float64Array([0.5, 0.9, 0.1]),
      times: new Float64Array(3),
    };
    const series = new Map([['acc', { parts: [{ attempt: 'train-1', points }], superseded: [] }]]);
    await writeSeriesFile(join(found.project.store.paths.experiments, 'b'), series);
    const plan = await found.plan({ best: 1 });
    expect(plan.planned.map(({ expId, removed }) => [expId, removed.map(({ step }) => step)])).toEqual([['b', [100]]]);
    expect(plan.skipped).toEqual([{ expId: 'a', why: 'its results have not been read: sheaf harvest a' }]);
    expect((await found.plan({ best: 1, metric: 'loss' })).failed).toMatchObject([
      { expId: 'b', problem: { code: 'checkpoint.metric', at: { file: 'templates/t.yaml' } } },
    ]);
  });
});

describe('what is needed', () => {
  test('stays: a pinned checkpoint, and one that another experiment starts from or a link leads to', async () => {
    const found = await fixture({ a: done }, KEEP, [100, 200, 300, 400, 500]);
    await found.project.store.append([pin('a', 100), startFrom('a', 200)]);
    symlinkSync('ck_300.pt', join(found.project.store.paths.experiments, 'a/attempts/train-1/last.pt'));
    const [planned] = (await found.plan()).planned;
    expect(
      planned?.kept.map(({ checkpoint: { step }, reasons }) => [step, ...reasons.map(({ kind }) => kind)]),
    ).toEqual([
      [100, 'pinned'],
      [200, 'start'],
      [300, 'linked'],
      [500, 'newest', 'last'],
    ]);
    await found.prune();
    expect(found.has('a', 100, 200, 300, 400, 500)).toEqual([true, true, true, false, true]);
  });

  test('stays while something of the experiment runs, waits or may run later', async () => {
    const stages = { train: { command: 'a', resources: {} }, eval: { command: 'b', after: 'train', resources: {} } };
    const found = await fixture({
      running: { ...done, attempts: { 'train-1': [started()] } },
      lost: { ...done, attempts: { 'train-1': [started(), { kind: 'lost', atMs: Date.now(), sinceMs: Date.now() }] } },
      half: { ...done, settings: { resources: {}, checkpoint, stages } },
    });
    const { planned, skipped } = await found.plan();
    expect(planned).toEqual([]);
    expect(skipped.map(({ expId, why }) => `${expId}: ${why}`).toSorted()).toEqual([
      'half: its stage eval has not completed and may need them',
      'lost: train-1 may still have a job, or get one again',
      'running: train-1 is running',
    ]);
  });

  test('stays of a run that failed: its newest checkpoint', async () => {
    const found = await fixture({ a: { ...done, attempts: { 'train-1': [started(), ended(1)] } } });
    await found.prune();
    expect(found.has('a', 100, 200, 300)).toEqual([false, false, true]);
  });

  test('stays if the newest one is half written: the newest that is whole', async () => {
    const found = await fixture();
    writeFileSync(join(found.project.store.paths.experiments, 'a', at(300)), 'PK\u0003\u0004 half an archive');
    await found.prune();
    expect(found.has('a', 100, 200, 300)).toEqual([false, true, true]);
  });

  test('stays if it is pinned or started from between the plan and the deletion', async () => {
    const found = await fixture();
    const plan = await found.plan();
    await found.project.store.append([pin('a', 100), startFrom('a', 200)]);
    expect(await pruneCheckpoints(found.project, plan)).toMatchObject({ done: [], skipped: [{ expId: 'a' }] });
    expect(found.has('a', 100, 200, 300)).toEqual([true, true, true]);
  });

  test.each(['pinned', 'started from'])('goes back if it is %s while it is set aside', async (what) => {
    const found = await fixture();
    const plan = await found.plan();
    const { store } = found.project;
    // The second look at the record is the one after checkpoints are set aside.
    let looks = 0;
    const project: Project = {
      ...found.project,
      store: {
        ...store,
        refresh: async () => {
          looks += 1;
          if (looks === 2) {
            expect(found.has('a', 100, 200)).toEqual([false, false]);
            await store.append([what === 'pinned' ? pin('a', 100) : startFrom('a', 100)]);
          }
          await store.refresh();
        },
      },
    };
    expect(await pruneCheckpoints(project, plan)).toMatchObject({ done: [{ files: [{ step: 200 }], freed: 10 }] });
    expect(found.has('a', 100, 200, 300)).toEqual([true, false, true]);
    expect(recorded(found)).toEqual({ count: 1, bytes: 10 });
  });

  test('gets no name once it is set aside: the name is refused, and free again', async () => {
    const found = await fixture();
    const { store } = found.project;
    const experiment = findExperiment(found.project, 'a');
    const chosen = await chooseCheckpoint(found.project, experiment, 100);
    const project: Project = {
      ...found.project,
      store: {
        ...store,
        append: async (events) => {
          if (found.has('a', 100)[0]) setAside(join(store.paths.experiments, 'a'), 'batch', [at(100)]);
          await store.append(events);
        },
      },
    };
    await expect(pinCheckpoint(project, experiment, chosen, 'top')).rejects.toMatchObject({ code: 'pin.gone' });
    expect(store.pinned()).toEqual([]);
  });

  test('is there for an experiment that is made from it while it is set aside', async () => {
    const found = await fixture();
    const plan = await found.plan();
    const { store } = found.project;
    const [isAside, isMade] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let looks = 0;
    const refresh: typeof store.refresh = async () => {
      looks += 1;
      if (looks === 2) {
        isAside.resolve();
        await isMade.promise;
      }
      await store.refresh();
    };
    let pruning: Promise<Pruning> | undefined;
    const append: typeof store.append = async (...events) => {
      pruning = pruneCheckpoints({ ...found.project, store: { ...store, refresh } }, plan);
      await isAside.promise;
      await store.append(...events);
      setImmediate(isMade.resolve);
    };
    const maker: Project = { ...found.project, store: { ...store, append } };
    const child = startFrom('a', 100);
    const start = { ...child.start, changedMs: LIFE_MS + 1000 };
    expect(await createExperiments(maker, [{ ...child, expId: child.exp, start }])).toEqual(['child']);
    expect(await pruning).toMatchObject({ done: [{ files: [{ step: 200 }] }] });
    expect(found.has('a', 100, 300)).toEqual([true, true]);
  });

  test('is not touched while another command submits or prunes the experiment', async () => {
    const found = await fixture();
    const plan = await found.plan();
    const { claims, paths } = found.project.store;
    const ref = { key: asKey('key-a'), stage: 'train', n: 2 };
    const other = pin('a', 1, 'x').type as never;
    claims.takeAttempt(ref, other);
    expect(await pruneCheckpoints(found.project, plan)).toMatchObject({ done: [], skipped: [{ expId: 'a' }] });
    claims.dropAttempt(ref, other);
    mkdirSync(join(paths.claims, 'prune'), { recursive: true });
    symlinkSync(ownerText(), join(paths.claims, 'prune', 'key-a'));
    expect(await pruneCheckpoints(found.project, plan)).toMatchObject({ done: [], skipped: [{ expId: 'a' }] });
    expect(found.has('a', 100, 200, 300)).toEqual([true, true, true]);
  });
});

describe('what is not in the folder of the experiment', () => {
  test('stays, whatever link leads to it', async () => {
    const found = await fixture({ a: done, b: done, c: done });
    const { experiments } = found.project.store.paths;
    const elsewhere = join(found.project.root, 'elsewhere');
    mkdirSync(elsewhere);
    renameSync(join(experiments, 'a'), join(elsewhere, 'a'));
    symlinkSync(join(elsewhere, 'a'), join(experiments, 'a'));
    renameSync(join(experiments, 'b/attempts'), join(elsewhere, 'attempts'));
    symlinkSync(join(elsewhere, 'attempts'), join(experiments, 'b/attempts'));
    renameSync(join(experiments, 'c', at(100)), join(elsewhere, 'ck_100.pt'));
    symlinkSync(join(elsewhere, 'ck_100.pt'), join(experiments, 'c', at(100)));
    expect((await found.prune()).done).toMatchObject([{ expId: 'c', files: [{ step: 200 }] }]);
    expect(
      ['a/attempts/train-1/ck_100.pt', 'attempts/train-1/ck_100.pt', 'ck_100.pt'].map((path) =>
        existsSync(join(elsewhere, path)),
      ),
    ).toEqual([true, true, true]);
    expect(found.has('c', 100, 200, 300)).toEqual([true, false, true]);
  });

  test('stays if the pattern is absolute', async () => {
    const found = await fixture({ a: done }, KEEP);
    const outside = join(found.project.root, 'shared');
    mkdirSync(outside);
    for (const step of [1, 2, 3]) writeFileSync(join(outside, `ck_${step}.pt`), 'x');
    await found.record({
      b: { ...done, settings: { ...settings, checkpoint: { ...checkpoint, path: join(outside, 'ck_{step}.pt') } } },
    });
    found.save('b', 'attempts/train-1/out.log');
    const { failed, unchanged } = await found.plan();
    expect(failed).toEqual([]);
    expect(unchanged).toMatchObject([
      { expId: 'b', why: 'sheaf may not delete its 3 checkpoints: not in the folder of the experiment' },
    ]);
    await found.prune();
    expect([1, 2, 3].map((step) => existsSync(join(outside, `ck_${step}.pt`)))).toEqual([true, true, true]);
  });
});

test('an experiment without anything to delete has the reason, or each of its checkpoints has it', async () => {
  const found = await fixture({ kept: done, linked: done, none: done, gone: done });
  const { experiments } = found.project.store.paths;
  const folder = (expId: string): string => join(experiments, expId, 'attempts/train-1');
  for (const step of [100, 200]) rmSync(join(folder('kept'), `ck_${step}.pt`));
  renameSync(folder('linked'), join(experiments, 'linked/inner'));
  symlinkSync('../inner', folder('linked'));
  for (const step of [100, 200, 300]) rmSync(join(folder('none'), `ck_${step}.pt`));
  rmSync(join(experiments, 'gone'), { recursive: true });
  const { planned, unchanged } = await found.plan();
  expect(planned).toEqual([]);
  expect(unchanged.toSorted((a, b) => (a.expId < b.expId ? -1 : 1))).toMatchObject([
    { expId: 'gone', why: 'its folder is gone' },
    { expId: 'kept', kept: [{ reasons: [{ kind: 'newest' }, { kind: 'last' }] }] },
    { expId: 'linked', why: 'sheaf may not delete its 3 checkpoints: attempts/train-1 is a link' },
    { expId: 'none', why: 'it has no checkpoints' },
  ]);
  expect(unchanged.map(({ why }) => why)).toContain(undefined);
});

describe('a fault in one experiment', () => {
  const faulty = ({ project }: Fixture): Project => ({
    ...project,
    store: {
      ...project.store,
      startedFrom: (key) => {
        if (key === asKey('key-a')) throw new TypeError('a bug');
        return project.store.startedFrom(key);
      },
    },
  });

  test('does not stop pruning the others', async () => {
    const found = await fixture({ a: done, b: done });
    const plan = await planPrune(faulty(found));
    expect(plan).toMatchObject({
      planned: [{ expId: 'b' }],
      failed: [{ expId: 'a', problem: { code: 'bug', message: 'a bug' } }],
    });
    const { planned } = await found.plan();
    expect(await pruneCheckpoints(faulty(found), { ...plan, planned })).toMatchObject({
      done: [{ expId: 'b' }],
      failed: [{ expId: 'a', problem: { code: 'bug' } }],
    });
    expect([found.has('a', 100), found.has('b', 100)]).toEqual([[true], [false]]);
  });

  test('is a warning when experiments are pruned as they complete', async () => {
    const auto = "command: 'true'\ncheckpoint: {files: 'ck_{step}.pt', keep: {last: 1, auto: true}}\n";
    const found = await fixture({ a: done, b: done }, auto);
    const { pruned, warnings } = await openAutoPruner(faulty(found)).prune(['a', 'b']);
    expect(pruned).toEqual(['b: 2 checkpoints deleted by policy, 20 bytes freed']);
    expect(warnings).toEqual(['a: checkpoints were not pruned: a bug']);
  });
});

describe('files', () => {
  test('of a sharded checkpoint go together, and a name with a newline is a name', async () => {
    const life: Life = { ...done, settings: { ...settings, checkpoint: { ...checkpoint, path: 'ck_*' } } };
    const found = await fixture({ a: life }, "command: 'true'\ncheckpoint: {files: 'ck_*', keep: {last: 1}}\n", []);
    const root = join(found.project.store.paths.experiments, 'a/attempts/train-1');
    for (const path of ['ck_100/rank0/model.pt', 'ck_100/rank1.pt', 'ck_200/rank0.pt'])
      found.save('a', `attempts/train-1/${path}`);
    found.save('a', 'attempts/train-1/ck_\nold', 5);
    found.save('a', 'attempts/train-1/ck_\nnew', 5);
    expect((await found.prune()).done).toMatchObject([{ freed: 25, files: [{ bytes: 20, step: 100 }, { bytes: 5 }] }]);
    expect(['ck_100', 'ck_200', 'ck_\nold', 'ck_\nnew'].map((name) => existsSync(join(root, name)))).toEqual([
      false,
      true,
      false,
      true,
    ]);
  });

  test('with several names free their bytes once, and none as long as a name is left', async () => {
    const found = await fixture({ a: done }, KEEP, []);
    const first = found.save('a', at(100));
    linkSync(first, join(dirname(first), 'ck_200.pt'));
    const other = found.save('a', at(300));
    linkSync(other, join(dirname(other), 'kept.bin'));
    found.save('a', at(400));
    expect((await found.prune()).done).toMatchObject([
      { freed: 10, files: [{ step: 100 }, { step: 200 }, { step: 300 }] },
    ]);
  });

  test.skipIf(process.getuid?.() === 0)('in a folder that cannot be written stay, and others go', async () => {
    const found = await fixture({ a: done, b: done });
    const folder = join(found.project.store.paths.experiments, 'a/attempts/train-1');
    chmodSync(folder, 0o555);
    try {
      expect(await found.plan()).toMatchObject({
        planned: [{ expId: 'b' }],
        failed: [{ expId: 'a', problem: { code: 'prune.readonly' } }],
      });
    } finally {
      chmodSync(folder, 0o755);
    }
  });
});

describe('a prune that was interrupted', () => {
  const interrupted = async (found: Fixture, at = 2): Promise<void> => {
    const { store } = found.project;
    let looks = 0;
    const project: Project = {
      ...found.project,
      store: {
        ...store,
        refresh: () => {
          looks += 1;
          if (looks === at) throw new Error('killed');
          return store.refresh();
        },
      },
    };
    await expect(pruneCheckpoints(project, await found.plan())).rejects.toThrow('killed');
  };

  test('puts back what is set aside', async () => {
    const found = await fixture();
    await interrupted(found);
    expect(found.has('a', 100, 200, 300)).toEqual([true, true, true]);
    expect(recorded(found)).toEqual({ count: 0, bytes: 0 });
    await found.prune();
    expect(recorded(found)).toEqual({ count: 2, bytes: 20 });
  });

  test('is finished by the next one: what is recorded goes, the rest goes back unless a run wrote it again', async () => {
    const found = await fixture({ a: done }, "command: 'true'\n", [300]);
    const folder = join(found.project.store.paths.experiments, 'a');
    const aside = (batch: string, i: number, step: number): void => {
      found.save('a', join('.pruned', batch, `${i}.3`, at(step)));
    };
    aside('recorded', 0, 100);
    aside('open', 0, 200);
    aside('open', 1, 300);
    mkdirSync(join(folder, '.pruned/open/2.3/attempts'), { recursive: true });
    await found.project.store.append([
      { type: 'pruned', key: asKey('key-a'), exp: parseExpId('a'), batch: 'recorded', files: [], bytes: 10 },
    ]);
    expect((await found.plan({}, true)).skipped).toMatchObject([{ expId: 'a' }]);
    expect(listBatches(folder)).toEqual(['open', 'recorded']);
    const experiment = findExperiment(found.project, 'a');
    const words = 'a prune set 2 checkpoints aside and has not finished';
    expect((await listCheckpoints(found.project, [experiment])).notes).toEqual([expect.stringContaining(words)]);
    expect(showExperiment(found.project, 'a').interrupted).toContain(words);
    const refused = { code: 'checkpoint.interrupted', problems: [{ fix: 'sheaf checkpoints prune a' }] };
    await expect(chooseCheckpoint(found.project, experiment, 200)).rejects.toMatchObject(refused);
    await expect(chooseCheckpoint(found.project, experiment, 'best')).rejects.toMatchObject(refused);
    expect(await examine(found.project, {})).toContainEqual(
      expect.objectContaining({ level: 'problem', fix: 'sheaf checkpoints prune a' }),
    );
    expect((await found.plan()).finished).toEqual([{ expId: 'a', putBack: 1, deleted: 2 }]);
    expect((await listCheckpoints(found.project, [experiment])).notes).toEqual([]);
    expect(found.has('a', 100, 200, 300)).toEqual([false, true, true]);
    expect(existsSync(join(folder, '.pruned'))).toBe(false);
  });

  test('that ended just before it removed the folder of what was set aside leaves no folder behind', async () => {
    const found = await fixture();
    const aside = join(found.project.store.paths.experiments, 'a', '.pruned');
    await found.prune();
    mkdirSync(aside);
    await found.prune();
    expect(existsSync(aside)).toBe(false);
  });
});
