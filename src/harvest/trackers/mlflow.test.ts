import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pointsOf, readTracked, readTrackedFolder, valuesOf } from '../../../test/support/read-tracked.ts';
import { harvestFixture, harvestFixturePath } from '../../../test/support/run-folder.ts';
import { mlflow } from './mlflow.ts';
import type { TrackedRun } from './common/tracker.ts';

/** What MLflow's own client finds of each run. */
interface ExpectedRun {
  readonly id: string;
  readonly status: string;
  readonly params: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  /** Step, value and time in milliseconds. */
  readonly metrics: Readonly<Record<string, readonly (readonly [number, number | string, number])[]>>;
}

const expected = JSON.parse(harvestFixture('mlflow/expected.json').toString()) as Record<string, ExpectedRun>;

const ODD: Readonly<Record<string, number>> = { nan: NaN, inf: Infinity, '-inf': -Infinity };

const META = 'run_id: abc\nrun_name: mine\nstart_time: 5\nstatus: 3\n';

/** A run with one metric, `loss`. */
function readLoss(lines: string, unfinished = false): Promise<TrackedRun> {
  return readTracked(mlflow, { 'mlruns/0/abc/meta.yaml': META, 'mlruns/0/abc/metrics/loss': lines }, { unfinished });
}

describe('a file store that MLflow wrote', () => {
  test('gives the newest run as MLflow’s own client reads it, and names the others', async () => {
    const run = await readTrackedFolder(mlflow, harvestFixturePath('mlflow'));
    const { id, status, params, tags, metrics } = expected["lr 0.1: it's"] as ExpectedRun;
    const points = Object.entries(metrics).map(([key, all]) => [
      key,
      all
        .map(([step, value, ms]) => [step, ODD[value] ?? value, ms / 1000] as [number, number, number])
        .toSorted((a, b) => a[0] - b[0]),
    ]);
    expect(pointsOf(run)).toEqual(Object.fromEntries(points));
    expect(valuesOf(run)).toEqual({
      'run.id': id,
      'run.name': "lr 0.1: it's",
      'run.status': status,
      'params.learning_rate': Number(params['learning_rate']),
      'params.model/depth': Number(params['model/depth']),
      'params.note': params['note'],
      'params.seed': params['seed'],
      'params.name': params['name'],
      'tags.comment': tags['comment'],
      'tags.group/name': tags['group/name'],
      'tags.team': tags['team'],
    });
    expect(run.notes).toEqual([`the run lr 0.1: it's was read, which started last; there are others: older`]);
    expect(run.series.get('val/acc')?.file).toBe(
      `mlruns/${run.values.get('run.id')?.file.split('/')[1]}/${id}/metrics/val/acc`,
    );
  });

  test('gives only what somebody asks for', async () => {
    const wants = (key: string): boolean => key === 'loss' || key === 'tags.team';
    const run = await readTrackedFolder(mlflow, harvestFixturePath('mlflow'), { wants });
    expect([...run.series.keys(), ...run.values.keys()]).toEqual(['loss', 'tags.team']);
  });
});

describe('a metric', () => {
  test('of older versions has no step, which MLflow reads as 0', async () => {
    expect(pointsOf(await readLoss('1700000000000 0.5\n1700000001000 0.25\n'))['loss']).toEqual([
      [0, 0.5, 1700000000],
      [0, 0.25, 1700000001],
    ]);
  });

  test('of a dataset has its name and digest behind the step', async () => {
    const run = await readLoss('1700000000000 0.5 7 train data abc\n');
    expect(pointsOf(run)['loss']).toEqual([[7, 0.5, 1700000000]]);
  });

  test('with lines that are damaged has all others', async () => {
    const run = await readLoss('1 0.5 1\n2 0.4\u0000 2\nx 0.3 3\n4 0.2 4 5\n5 0.1 1.5\n6 0.5 6\n');
    expect(pointsOf(run)['loss']?.map(([step]) => step)).toEqual([1, 6]);
    expect(run.notes).toEqual([
      'lines left out of mlruns/0/abc/metrics/loss, for they are no "timestamp value step": 2, 3, 4, 5',
    ]);
  });

  test('of a running program ends with its last whole line', async () => {
    expect(pointsOf(await readLoss('1 0.5 1\n2 0.4 1', true))['loss']).toHaveLength(1);
    expect((await readLoss('1 0.5 1\n2 0.', true)).notes).toEqual([]);
  });
});

describe('of several runs', () => {
  test('the one that started last is read, unless it was deleted', async () => {
    const meta = (id: string, start: number, stage = 'active'): string =>
      `lifecycle_stage: ${stage}\nrun_id: ${id}\nrun_name: ''\nstart_time: ${start}\n`;
    const run = await readTracked(mlflow, {
      'mlruns/0/meta.yaml': "experiment_id: '0'\nname: Default\n",
      'mlruns/0/a/meta.yaml': meta('a', 1000),
      'mlruns/0/a/params/x': '1',
      'mlruns/0/b/meta.yaml': meta('b', 999),
      'mlruns/0/b/params/x': '2',
      'mlruns/1/c/meta.yaml': meta('c', 2000, 'deleted'),
      'mlruns/1/c/params/x': '3',
    });
    expect(valuesOf(run)).toEqual({ 'run.id': 'a', 'params.x': 1 });
    expect(run.notes).toEqual(['the run a was read, which started last; there are others: b']);
  });

  test('without a run there is nothing, whatever is called alike', async () => {
    const run = await readTracked(mlflow, { 'meta.yaml': 'name: x\n', 'metrics/loss': '1 2 3\n', 'params/a': 'b' });
    expect(run).toEqual({ series: new Map(), values: new Map(), notes: [] });
  });
});

test('a parameter that is too long for a value is reported', async () => {
  const run = await readTracked(mlflow, {
    'r/meta.yaml': META,
    'r/params/a': 'x'.repeat(1001),
    'r/params/b': 'y'.repeat(100_000),
  });
  expect(run.notes).toEqual([
    'r/params/a is left out, for it is too long',
    'r/params/b is left out, for it is too long',
  ]);
  expect(run.values.has('params.a')).toBe(false);
});

test('cut at any byte, a metric has the points of the lines before', async () => {
  const text = '1700000000000 0.5 10\n1700000001000 nan 11\n';
  for (let size = 0; size <= text.length; size += 1) {
    const { loss = [] } = pointsOf(await readLoss(text.slice(0, size), true));
    expect(loss).toEqual(
      [
        [10, 0.5, 1700000000],
        [11, NaN, 1700000001],
      ].slice(0, loss.length),
    );
  }
});

test('random text ends in notes', async () => {
  const part = fc.oneof(
    fc.constantFrom('1', ' ', '\n', '0.5', 'nan', '-', "'", 'run_id: '),
    fc.string({ unit: 'binary' }),
  );
  const noise = fc.array(part).map((parts) => parts.join(''));
  await fc.assert(
    fc.asyncProperty(noise, noise, async (meta, lines) => {
      const run = await readTracked(mlflow, {
        'a/meta.yaml': META,
        'a/metrics/x': lines,
        'a/params/x': lines,
        'b/meta.yaml': meta,
      });
      for (const [step = 0.5] of pointsOf(run)['x'] ?? []) expect(Number.isSafeInteger(step)).toBe(true);
    }),
  );
});
