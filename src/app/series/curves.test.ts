import { readdirSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  LIFE_MS,
  ended,
  recordedProject,
  started,
  type RecordedProject,
} from '../../../test/support/recorded-project.ts';
import { getBucketX } from '../../core/curves/buckets.ts';
import type { Curve } from '../../core/curves/curves.ts';
import type { JoinedSeries } from '../../core/experiment/join-series.ts';
import type { Series } from '../../core/experiment/series.ts';
import { asKey } from '../../core/ids.ts';
import { writeCurvesCsv } from './curves-csv.ts';
import { readCurves } from './curves.ts';
import { writeSeriesFile } from './series-file.ts';

/** Points at whole steps, a second apart, that begin a minute after the experiment started. */
function points(first: number, count: number, valueOf: (step: number) => number): Series {
  const steps = Float64Array.from({ length: count }, (_, i) => first + i);
  return { steps, values: steps.map(valueOf), times: steps.map((step) => LIFE_MS / 1000 + 60 + step) };
}

const lossOf = (step: number): number => 2 + Math.sin(step / 50) + (step % 7) / 10;

function joined(count: number, valueOf: (step: number) => number = lossOf): JoinedSeries {
  return { parts: [{ attempt: 'train-1', points: points(0, count, valueOf) }], superseded: [] };
}

async function projectWith(runs: {
  readonly [expId: string]: { readonly [metric: string]: JoinedSeries };
}): Promise<RecordedProject & { readonly folderOf: (expId: string) => string }> {
  const attempts = { 'train-1': [started(), ended()] };
  const recorded = await recordedProject(Object.fromEntries(Object.keys(runs).map((expId) => [expId, { attempts }])));
  const folderOf = (expId: string): string => join(recorded.project.root, 'experiments', expId);
  for (const [expId, series] of Object.entries(runs)) {
    await writeSeriesFile(folderOf(expId), new Map(Object.entries(series)));
  }
  return { ...recorded, folderOf };
}

/** The x and the last value of each bucket. */
function drawn({ buckets, extent, unit }: Curve): [number, number][] {
  return Array.from(buckets.last, (last, i) => [getBucketX(buckets, i, extent[1], unit), last]);
}

test('Curves of experiments have the extremes of every point, on one grid, and what is not there is named', async () => {
  const spiked = joined(10_000, (step) => (step === 7_777 ? 1_000 : lossOf(step)));
  const { project } = await projectWith({
    long: { loss: spiked, acc: joined(10) },
    short: { loss: joined(300) },
    bare: {},
  });
  const { curves, absent } = await readCurves(project, { ids: ['long', 'short', 'bare'], metrics: ['loss', 'acc'] });
  expect(curves.map(({ expId, metric, buckets, points: all }) => [expId, metric, buckets.level, all])).toEqual([
    ['long', 'loss', 7, 10_000],
    ['long', 'acc', 0, 10],
    ['short', 'loss', 7, 300],
  ]);
  expect(curves[0]?.buckets.places).toHaveLength(79);
  expect(Math.max(...(curves[0]?.buckets.max ?? []))).toBe(1_000);
  expect(absent.map(({ expId, metric, why }) => [expId, metric, why])).toEqual([
    ['short', 'acc', 'no_metric'],
    ['bare', 'loss', 'no_series'],
    ['bare', 'acc', 'no_series'],
  ]);
});

test('x is another series of the run, by step: what has no value of it is counted, and grids of all runs fit', async () => {
  const epochOf = (step: number): number => Math.floor(step / 10);
  const half: JoinedSeries = {
    parts: [{ attempt: 'train-1', points: points(0, 50, (step) => step / 4) }],
    superseded: [],
  };
  const { project } = await projectWith({
    whole: { loss: joined(100), epoch: joined(100, epochOf) },
    part: { loss: joined(100), epoch: half },
    none: { loss: joined(100) },
  });
  const request = { ids: ['whole', 'part', 'none'], metrics: ['loss'], x: 'metric:epoch' } as const;
  const cold = await readCurves(project, request);
  const [whole, part] = cold.curves;
  expect(drawn(whole!)).toEqual(Array.from({ length: 10 }, (_, epoch) => [epoch, Math.fround(lossOf(10 * epoch + 9))]));
  expect(whole).toMatchObject({ points: 100, leftOut: 0, extent: [0, 9] });
  expect(part).toMatchObject({ points: 50, leftOut: 50, extent: [0, 12.25] });
  expect(cold.absent).toMatchObject([{ expId: 'none', why: 'no_x' }]);
  const spans = cold.curves.map(({ buckets, unit = 1 }) => 2 ** buckets.level * unit);
  expect(spans[0]).toBe(spans[1]);
  expect(await readCurves(project, request)).toEqual(cold);
  const [, near] = (await readCurves(project, { ...request, from: 3.1, to: 3.6 })).curves;
  expect(near?.buckets.places.length).toBeLessThanOrEqual(4);
});

test('CSV has every point of a part, with smoothed values beside the raw ones and never alone', async () => {
  const { project } = await projectWith({ run: { loss: joined(5, (step) => step), acc: joined(2) } });
  const request = { ids: ['run'], metric: 'loss', from: 1, to: 3 };
  expect(await writeCurvesCsv(project, request)).toBe(
    'exp_id,step,loss,superseded\nrun,1,1,false\nrun,2,2,false\nrun,3,3,false\n',
  );
  const smoothed = await writeCurvesCsv(project, { ...request, to: 1, x: 'metric:loss', smoothing: 0.5 });
  expect(smoothed).toBe(`exp_id,loss,loss,"loss smoothed (EMA 0.5, debiased)",superseded\nrun,1,1,${2 / 3},false\n`);
});

test('A range has buckets of its own, down to single points, whether the curve is kept on this host or not', async () => {
  const { project } = await projectWith({ run: { loss: joined(200_000) } });
  const request = { ids: ['run'], metrics: ['loss'], from: 150_000, to: 150_049, buckets: 100 };
  const exact = Array.from({ length: 52 }, (_, i) => [149_999 + i, Math.fround(lossOf(149_999 + i))]);
  const [cold] = (await readCurves(project, request)).curves;
  expect(drawn(cold!)).toEqual(exact);
  const [warm] = (await readCurves(project, request)).curves;
  expect(warm).toEqual(cold);
  const [wide] = (await readCurves(project, { ...request, from: 100_000, to: 199_999 })).curves;
  expect(wide?.buckets).toMatchObject({ level: 10, first: 96 });
  expect(wide?.buckets.count.reduce((a, b) => a + b)).toBe(200_000 - 96 * 1024);
});

test('A curve that is kept on this host is made again if its file changed, and if what was kept is damaged', async () => {
  const { project, folderOf } = await projectWith({ run: { loss: joined(1_000) } });
  const read = async () => (await readCurves(project, { ids: ['run'], metrics: ['loss'], buckets: 1_000 })).curves[0];
  const first = await read();
  const folder = join(project.store.localFolder ?? '', 'curves-2');
  for (const name of readdirSync(folder)) truncateSync(join(folder, name), 3_000);
  expect(await read()).toEqual(first);
  await writeSeriesFile(folderOf('run'), new Map([['loss', joined(2_000)]]));
  expect((await read())?.points).toBe(2_000);
  rmSync(folder, { recursive: true });
  expect((await read())?.points).toBe(2_000);
});

test('Past buckets stay as they are when points are added', async () => {
  const { project, folderOf } = await projectWith({ run: { loss: joined(900) } });
  const request = { ids: ['run'], metrics: ['loss'], buckets: 128 };
  const [before] = (await readCurves(project, request)).curves;
  await writeSeriesFile(folderOf('run'), new Map([['loss', joined(1_000)]]));
  const [after] = (await readCurves(project, request)).curves;
  const past = drawn(before!).slice(0, -1);
  expect(drawn(after!).slice(0, past.length)).toEqual(past);
});

test('Attempts are seams of one curve, what they superseded is a curve of its own, and NaN is counted', async () => {
  const loss: JoinedSeries = {
    parts: [
      { attempt: 'train-1', points: points(0, 10, lossOf) },
      { attempt: 'train-2', points: points(10, 10, (step) => (step === 12 ? NaN : step === 13 ? Infinity : 1)) },
    ],
    superseded: [{ attempt: 'train-1', points: points(10, 5, () => 7) }],
  };
  const { project } = await projectWith({ run: { loss } });
  const { curves } = await readCurves(project, { keys: [asKey('key-run'), asKey('gone')], metrics: ['loss'] });
  expect(curves).toMatchObject([
    {
      superseded: false,
      attempts: [
        { attempt: 'train-1', from: 0 },
        { attempt: 'train-2', from: 10 },
      ],
      points: 20,
      nan: 1,
      infinite: 1,
    },
    { superseded: true, attempts: [{ attempt: 'train-1', from: 10 }], extent: [10, 14], points: 5 },
  ]);
  expect(curves[0]?.buckets.last[12]).toBeNaN();
  expect(curves[0]?.buckets.odd?.nan[12]).toBe(1);
});

test('Over time, x is milliseconds since the experiment first started', async () => {
  const timeless = { ...points(0, 3, lossOf), times: new Float64Array(3).fill(NaN) };
  const { project } = await projectWith({
    run: { loss: joined(100), acc: { parts: [{ attempt: 'train-1', points: timeless }], superseded: [] } },
  });
  const { curves, absent } = await readCurves(project, { ids: ['run'], metrics: ['loss', 'acc'], x: 'time' });
  expect(curves[0]).toMatchObject({ extent: [60_000, 159_000], leftOut: 0 });
  expect(drawn(curves[0]!)[5]).toEqual([65_000, Math.fround(lossOf(5))]);
  expect(absent).toMatchObject([{ metric: 'acc', why: 'no_times' }]);
});

test('A wrong range and an unknown experiment are refused', async () => {
  const { project } = await projectWith({ run: { loss: joined(10) } });
  const ask = (more: object) => readCurves(project, { ids: ['run'], metrics: ['loss'], ...more });
  await expect(ask({ from: 9, to: 3 })).rejects.toMatchObject({ code: 'curves.range' });
  await expect(ask({ buckets: 0 })).rejects.toMatchObject({ code: 'curves.range' });
  await expect(ask({ ids: ['rum'] })).rejects.toMatchObject({ code: 'experiment.unknown' });
});
