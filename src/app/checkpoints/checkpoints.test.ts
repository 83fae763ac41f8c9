import { chmodSync, linkSync, mkdirSync, symlinkSync, truncateSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  ended,
  recordedProject,
  started,
  type Life,
  type RecordedProject,
} from '../../../test/support/recorded-project.ts';
import { SheafError } from '../../core/errors.ts';
import type { Checkpoint } from '../../core/settings/run-settings.ts';
import { userId } from '../../system/index.ts';
import { rankByMetric } from '../experiments/rank-by-metric.ts';
import { findExperiment } from '../project/find.ts';
import { writeSeriesFile } from '../series/series-file.ts';
import { findBestOfAll, type BestCheckpoint } from './best-checkpoint.ts';
import { chooseCheckpoint, listComplete } from './choose-checkpoint.ts';
import { findCheckpoints, type CheckpointSearch } from './find-checkpoints.ts';
import { listCheckpoints, type CheckpointList } from './list-checkpoints.ts';

const AT_MS = Date.parse('2026-03-10T12:00:00Z');

type Files = Readonly<Record<string, string>>;

interface Run extends Pick<Life, 'attempts' | 'metrics' | 'params'> {
  readonly checkpoint?: Partial<Checkpoint>;
  /** Below the folder of the experiment; each is a minute newer than the one before. */
  readonly files?: Files;
}

const COMPLETED = { 'train-1': [started(), ended()] };

async function makeRuns(runs: Readonly<Record<string, Run>>): Promise<RecordedProject> {
  const lives = Object.entries(runs).map(([id, { checkpoint = {}, attempts = COMPLETED, files: _files, ...life }]) => {
    const settings = { resources: {}, command: 'true', checkpoint: { path: 'ck/*', pick: 'newest', ...checkpoint } };
    return [id, { ...life, attempts, settings } as Life] as const;
  });
  const recorded = await recordedProject(Object.fromEntries(lives));
  for (const [id, { files = {} }] of Object.entries(runs)) {
    Object.entries(files).forEach(([path, text], i) => {
      recorded.write(`experiments/${id}/${path}`, text);
      const seconds = AT_MS / 1000 + 60 * i;
      utimesSync(join(recorded.project.root, 'experiments', id, path), seconds, seconds);
    });
  }
  return recorded;
}

const inWork = (...names: readonly string[]): Files =>
  Object.fromEntries(names.map((name) => [`attempts/train-1/work/ck/${name}`, 'x']));

const find = ({ project }: RecordedProject, id = 'run'): Promise<CheckpointSearch> =>
  findCheckpoints(project, findExperiment(project, id));

const pathsOf = async (recorded: RecordedProject): Promise<string[]> =>
  (await find(recorded)).checkpoints.map(({ path }) => path);

function folderOf({ project }: RecordedProject, id = 'run'): string {
  return join(project.root, 'experiments', id);
}

async function errorOf(act: Promise<unknown>): Promise<SheafError['problems'][0]> {
  const error: unknown = await act.then(
    () => expect.unreachable(),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof SheafError)) throw error;
  return error.problems[0];
}

describe('the checkpoints of an experiment', () => {
  test('are found in all attempts and in its folder, by attempt and step', async () => {
    const recorded = await makeRuns({
      run: {
        attempts: { 'train-1': [started(), ended(1)], 'train-2': [started(), ended()] },
        files: {
          'attempts/train-2/work/ck/step_30': 'xyz',
          'attempts/train-1/work/ck/step_20': 'xy',
          'attempts/train-1/ck/step_3': 'x',
          'ck/step_1': 'x',
          'attempts/train-1/work/ck/last': 'x',
          'attempts/eval-1/work/ck/step_9': 'x',
        },
      },
    });
    expect((await find(recorded)).checkpoints).toMatchObject([
      { path: 'attempts/train-1/ck/step_3', attempt: 'train-1', step: 3, kind: 'file', stage: 'train' },
      { path: 'attempts/train-1/work/ck/step_20', attempt: 'train-1', step: 20, bytes: 2, changedMs: AT_MS + 60_000 },
      { path: 'attempts/train-1/work/ck/last' },
      { path: 'attempts/train-2/work/ck/step_30', attempt: 'train-2', step: 30, changedMs: AT_MS },
      { path: 'ck/step_1', step: 1, outside: false, file: join(folderOf(recorded), 'ck/step_1') },
    ]);
  });

  test('are folders with all that is in them, in bytes, and as old as their newest file', async () => {
    const recorded = await makeRuns({ run: { files: inWork('step_1/a', 'step_1/sub/.b', 'step_1/sub/c') } });
    const file = join(folderOf(recorded), 'attempts/train-1/work/ck/step_1');
    truncateSync(join(file, 'a'), 2 ** 40);
    utimesSync(join(file, 'a'), AT_MS / 1000, AT_MS / 1000);
    symlinkSync('/', join(file, 'root'));
    const [one, ...others] = (await find(recorded)).checkpoints;
    expect(others).toEqual([]);
    expect(one).toMatchObject({ kind: 'folder', step: 1, bytes: 2 ** 40 + 3, file });
  });

  test.each(['*', '*.*', '*/*', '**', '**/*', '../*', '/'])(
    'are never files that sheaf or a job made, for the pattern %s',
    async (path) => {
      const files = {
        'experiment.yaml': 'x',
        'attempts/train-1/run.sh': 'x',
        'attempts/train-1/started.json': 'x',
        'attempts/train-1/env/packages.txt': 'x',
      };
      const recorded = await makeRuns({ run: { checkpoint: { path }, files } });
      const { checkpoints } = await find(recorded);
      const inside = checkpoints.filter(({ outside }) => !outside);
      expect(inside.map((each) => each.path)).toEqual([]);
    },
  );

  test('have one entry each, whatever links lead to them', async () => {
    const recorded = await makeRuns({ run: { files: inWork('step_1', 'step_2/a', 'line\nbreak_3') } });
    const folder = join(folderOf(recorded), 'attempts/train-1/work/ck');
    symlinkSync('step_1', join(folder, 'last'));
    symlinkSync(join(folder, 'step_2/a'), join(folder, 'inside'));
    symlinkSync('missing', join(folder, 'broken'));
    symlinkSync('/etc/passwd', join(folder, 'elsewhere'));
    linkSync(join(folder, 'step_1'), join(folder, 'step_4'));
    const { checkpoints } = await find(recorded);
    expect(checkpoints.map(({ path, kind, outside }) => [path.split('/').at(-1), kind, outside])).toEqual([
      ['step_1', 'file', false],
      ['step_2', 'folder', false],
      ['step_4', 'file', false],
      ['line\nbreak_3', 'file', false],
      ['elsewhere', 'link', false],
    ]);
  });

  test('are outside at an absolute path, and behind a link of the work folder', async () => {
    const recorded = await makeRuns({ run: { checkpoint: { path: '**/*.pt' } } });
    const shared = join(recorded.project.root, 'runs');
    recorded.write('runs/deep/5.pt', 'x');
    mkdirSync(join(folderOf(recorded), 'attempts/train-1/work'), { recursive: true });
    symlinkSync(shared, join(folderOf(recorded), 'attempts/train-1/work/runs'));
    expect(await pathsOf(recorded)).toEqual([]);
    const linked = await makeRuns({ run: { checkpoint: { path: 'runs/*.pt' } } });
    mkdirSync(join(folderOf(linked), 'attempts/train-1/work'), { recursive: true });
    symlinkSync(join(shared, 'deep'), join(folderOf(linked), 'attempts/train-1/work/runs'));
    expect((await find(linked)).checkpoints).toMatchObject([
      { path: 'attempts/train-1/work/runs/5.pt', outside: true },
    ]);
    const absolute = await makeRuns({
      run: { params: { size: 5 }, checkpoint: { path: join(shared, '{{ exp_id }}*/{{ size }}.pt') } },
      deep: { params: { size: 5 }, checkpoint: { path: join(shared, '{{ exp_id }}/{{ size }}.pt') } },
    });
    expect((await find(absolute)).checkpoints).toEqual([]);
    expect((await find(absolute, 'deep')).checkpoints).toMatchObject([
      { path: join(shared, 'deep/5.pt'), file: join(shared, 'deep/5.pt'), outside: true },
    ]);
  });

  test('belong to the first of the stages that look in the same place', async () => {
    const checkpoint = { path: 'ck/*', pick: 'newest' as const };
    const stages = {
      train: { command: 'true', resources: {} },
      eval: { command: 'true', after: 'train', resources: {} },
    };
    const attempts = { 'train-1': [started(), ended()], 'eval-1': [started(), ended()] };
    const recorded = await recordedProject({ run: { settings: { resources: {}, checkpoint, stages }, attempts } });
    for (const path of ['attempts/eval-1/ck/7', 'ck/9', 'attempts/train-1/ck/8']) {
      recorded.write(`experiments/run/${path}`, 'x');
    }
    expect((await find(recorded)).checkpoints.map(({ stage, step }) => `${stage} ${step}`)).toEqual([
      'train 8',
      'train 9',
      'eval 7',
    ]);
  });

  test('are not looked for without a pattern, or if nothing was submitted', async () => {
    const recorded = await recordedProject({ bare: { attempts: COMPLETED }, never: {} });
    expect((await find(recorded, 'bare')).why).toContain("add checkpoint: {files: 'checkpoints/step_{step}.pt'}");
    expect(await find(recorded, 'never')).toMatchObject({ checkpoints: [] });
  });

  test.skipIf(userId() === 0)('in a folder that cannot be read are reported as unknown', async () => {
    const recorded = await makeRuns({ run: { files: inWork('step_1', 'step_2/a') } });
    const folder = join(folderOf(recorded), 'attempts/train-1/work/ck/step_2');
    chmodSync(folder, 0);
    const { checkpoints, unreadable } = await find(recorded);
    chmodSync(folder, 0o755);
    expect(checkpoints.map(({ step }) => step)).toEqual([1, 2]);
    expect(unreadable).toEqual([folder]);
  });
});

type Points = readonly (readonly [step: number, value: number])[];

async function writeCurve(recorded: RecordedProject, id: string, points: Points, metric = 'acc'): Promise<void> {
  const steps = Float64Array.from(points, ([step]) => step);
  const part = { attempt: 'train-1', points: { steps, values: Float64Array.from(points, ([, v]) => v), times: steps } };
  await writeSeriesFile(folderOf(recorded, id), new Map([[metric, { parts: [part], superseded: [] }]]));
}

const ACC = (value: number): NonNullable<Life['metrics']> => ({ acc: { value, mode: 'max' } });

const list = async (recorded: RecordedProject, ids: readonly string[], metric?: string): Promise<CheckpointList> =>
  listCheckpoints(
    recorded.project,
    ids.map((id) => findExperiment(recorded.project, id)),
    { metric },
  );

const best = async ({ project }: RecordedProject, metric = 'acc', mode?: 'max' | 'min'): Promise<BestCheckpoint> => {
  const { rows, judge } = rankByMetric(project, {}, metric, mode);
  return findBestOfAll(project, rows, judge);
};

describe('a list of checkpoints', () => {
  test('has the values of the only metric with a mode, and marks the newest and the best', async () => {
    const recorded = await makeRuns({
      run: { files: inWork('1', '2', '3'), metrics: { ...ACC(0.5), time: 3 } },
      bare: { files: inWork('1') },
    });
    await writeCurve(recorded, 'run', [
      [1, 0.7],
      [2, 0.9],
      [2, Number.NaN],
      [3, 0.5],
    ]);
    const { lines, metric, notes } = await list(recorded, ['run', 'bare']);
    expect(metric).toBe('acc');
    expect(notes).toEqual([]);
    expect(lines.map((line) => [line.expId, line.step, line.metric?.value, line.isNewest, line.isBest])).toEqual([
      ['run', 1, 0.7, false, false],
      ['run', 2, 0.9, false, true],
      ['run', 3, 0.5, true, false],
      ['bare', 1, undefined, true, false],
    ]);
  });

  test('marks the newest of equally good checkpoints as the best, as pruning keeps it', async () => {
    const recorded = await makeRuns({ run: { files: inWork('1', '2', '3'), metrics: ACC(0.5) } });
    await writeCurve(recorded, 'run', [
      [1, 0.9],
      [2, 0.9],
      [3, 0.5],
    ]);
    const { lines } = await list(recorded, ['run']);
    expect(lines.map(({ step, isBest }) => [step, isBest])).toEqual([
      [1, false],
      [2, true],
      [3, false],
    ]);
  });

  test('says which metrics there are to choose from, and which experiments have no pattern', async () => {
    const recorded = await makeRuns({
      run: { files: inWork('1'), metrics: { ...ACC(1), loss: { value: 1, mode: 'min' } } },
    });
    await recorded.record({ bare: { attempts: COMPLETED } });
    await writeCurve(recorded, 'run', [[1, 0.7]], 'loss');
    const { metric, notes } = await list(recorded, ['run', 'bare']);
    expect(metric).toBeUndefined();
    expect(notes).toEqual([
      expect.stringContaining('1 experiment (bare): its template does not say where checkpoints are'),
      expect.stringContaining('choose one with --metric acc|loss'),
    ]);
    expect((await list(recorded, ['run'], 'loss')).lines).toMatchObject([{ metric: { name: 'loss', value: 0.7 } }]);
    expect((await list(recorded, ['run'], 'nothing')).notes).toEqual([
      'no experiment listed here has a harvested metric nothing',
    ]);
  });

  test('without any says which pattern fits nothing, and with some does not', async () => {
    const recorded = await makeRuns({ a: {}, b: {}, full: { files: inWork('1') } });
    expect((await list(recorded, ['a', 'b'])).notes).toEqual(['2 experiments (a, b): nothing fits its pattern ck/*']);
    expect((await list(recorded, ['a', 'full'])).notes).toEqual([]);
  });

  test('says once how to write the pattern if no step is known and names have numbers', async () => {
    const files = { 'ck/s_3.pt': 'x', 'ck/s_4.pt': 'x' };
    const recorded = await makeRuns({ a: { files }, b: { files }, named: { files: { 'ck/last.pt': 'x' } } });
    const { notes } = await list(recorded, ['named', 'a', 'b']);
    expect(notes).toEqual([
      expect.stringContaining('write {step} for it, as in checkpoint: {files: "ck/s_{step}.pt"}'),
    ]);
    expect((await list(recorded, ['named'])).notes).toEqual([]);
    recorded.write('experiments/b/ck/5', 'x');
    expect((await list(recorded, ['named', 'a', 'b'])).notes).toEqual([]);
  });

  test('ends after as many experiments with checkpoints as are wanted, and says that there are more', async () => {
    const recorded = await makeRuns({ a: { files: inWork('1') }, none: {}, b: { files: inWork('1') } });
    const all = ['a', 'none', 'b'].map((id) => findExperiment(recorded.project, id));
    expect(await listCheckpoints(recorded.project, all, { limit: 1 })).toMatchObject({ isCut: true, lines: [{}] });
    expect(await listCheckpoints(recorded.project, all, { limit: 2 })).toMatchObject({ isCut: false, lines: [{}, {}] });
  });
});

describe('the best checkpoint', () => {
  test('is the one with the best value in the best experiment', async () => {
    const recorded = await makeRuns({
      low: { files: inWork('1'), metrics: ACC(0.6) },
      high: { files: inWork('1', '2', '3'), metrics: ACC(0.8) },
    });
    await writeCurve(recorded, 'low', [[1, 1]]);
    await writeCurve(recorded, 'high', [
      [1, 0.7],
      [2, 0.9],
      [3, 0.8],
    ]);
    expect(await best(recorded)).toMatchObject({ expId: 'high', final: 0.8, checkpoint: { step: 2 }, skipped: [] });
    expect(await best(recorded, 'acc', 'min')).toMatchObject({ expId: 'low', checkpoint: { step: 1 } });
  });

  test('is of the next experiment if the best one has none left', async () => {
    const recorded = await makeRuns({
      low: { files: inWork('1'), metrics: ACC(0.6) },
      gone: { metrics: ACC(0.9) },
      unnamed: { files: inWork('model'), metrics: ACC(0.8) },
    });
    await writeCurve(recorded, 'low', [[1, 0.6]]);
    expect(await best(recorded)).toMatchObject({
      expId: 'low',
      skipped: [
        { expId: 'gone', why: 'it has no checkpoints any more' },
        { expId: 'unnamed', why: 'the steps of its checkpoints are not known' },
      ],
    });
  });

  test('is refused with the pattern to write if no step is known', async () => {
    const recorded = await makeRuns({ run: { files: inWork('model-a12-v3x.pt'), metrics: ACC(0.6) } });
    const { code, fix = '' } = await errorOf(best(recorded));
    expect(code).toBe('checkpoint.step');
    expect(fix).toContain('checkpoint: {files: "ck/model-a12-v{step}x.pt"}');
  });

  test('is refused without a mode, without values, and for an unknown metric', async () => {
    const recorded = await makeRuns({ run: { files: inWork('1'), metrics: { loss: 1, ...ACC(1) } } });
    expect((await errorOf(best(recorded, 'loss'))).fix).toContain('pass --max or --min');
    expect((await errorOf(best(recorded, 'loss', 'min'))).code).toBe('checkpoint.none');
    expect((await errorOf(best(recorded, 'los'))).fix).toContain('loss');
  });

  test('is refused if nothing is chosen, or nothing of it was harvested', async () => {
    const { project } = await makeRuns({ run: { metrics: ACC(1) }, live: {} });
    for (const selector of [{ where: 'acc < 0' }, { ids: ['live'] }]) {
      expect(() => rankByMetric(project, selector, 'acc')).toThrow('none of these experiments has a value of acc');
    }
  });

  test('is never the newest of a run that has not ended', async () => {
    const recorded = await makeRuns({
      run: { files: inWork('1', '2'), metrics: ACC(0.6), attempts: { 'train-1': [started()] } },
    });
    await writeCurve(recorded, 'run', [
      [1, 0.6],
      [2, 0.9],
    ]);
    expect(await best(recorded)).toMatchObject({ checkpoint: { step: 1 } });
    const { project } = recorded;
    const run = findExperiment(project, 'run');
    expect(await chooseCheckpoint(project, run, 'newest')).toMatchObject({ checkpoint: { step: 1 } });
    expect(await chooseCheckpoint(project, run, 2)).toMatchObject({ checkpoint: { step: 2 } });
    const { checkpoints } = await find(recorded);
    expect(listComplete(run, checkpoints).map(({ step }) => step)).toEqual([1]);
    await recorded.learn('run', 'train-1', ended());
    expect(await best(recorded)).toMatchObject({ checkpoint: { step: 2 } });
  });
});
