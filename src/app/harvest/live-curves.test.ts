import { appendFileSync, existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { recordedProject, started, type RecordedProject } from '../../../test/support/recorded-project.ts';
import { openLiveCurves, type LiveAnswer } from './live-curves.ts';

const TEMPLATE = `command: python train.py
harvest:
  loss: {log: 'step (?<step>\\d+) loss (\\S+)', pick: min}
  acc: {csv: metrics.csv, column: acc, required: false}
  lr: {metrics: true, key: lr, required: false}
  score: {exec: 'touch ran'}
`;
const OUT = 'experiments/run/attempts/train-1/out.log';

function lines(first: number, count: number): string {
  return Array.from({ length: count }, (_, i) => `step ${first + i} loss ${1 / (first + i + 1)}\n`).join('');
}

async function runningProject(): Promise<RecordedProject & { append: (path: string, text: string) => void }> {
  const recorded = await recordedProject(
    { run: { attempts: { 'train-1': [started()] } } },
    { 'templates/t.yaml': TEMPLATE },
  );
  recorded.write(OUT, lines(0, 100));
  return { ...recorded, append: (path, text) => appendFileSync(join(recorded.project.root, path), text) };
}

function countsOf({ curves }: LiveAnswer): { readonly [metric: string]: number } {
  return Object.fromEntries(curves.map(({ metric, points }) => [metric, points]));
}

test('Live curves have what a running experiment has written by now, and nothing is recorded, written or run', async () => {
  const running = await runningProject();
  const { project, append } = running;
  const version = project.store.version();
  const live = await openLiveCurves(project, 'run');
  expect(countsOf(await live.read())).toEqual({ loss: 100 });
  append(OUT, `${lines(100, 50)}step 150 lo`);
  running.write('experiments/run/attempts/train-1/metrics.csv', 'step,acc\n1,0.5\n2,0.6\n');
  running.write('experiments/run/attempts/train-1/metrics.jsonl', '{"step": 1, "lr": 0.1}\n');
  const second = await live.read();
  expect(countsOf(second)).toEqual({ loss: 150, acc: 2, lr: 1 });
  append(OUT, 'ss 0.5\n');
  append('experiments/run/attempts/train-1/metrics.csv', '3,0.7\n');
  const third = await live.read({ metrics: ['loss', 'none'], from: 148, to: 150 });
  expect(third.curves[0]).toMatchObject({ points: 151, extent: [0, 150] });
  expect([...(third.curves[0]?.buckets.last ?? [])].at(-1)).toBe(0.5);
  expect(third.absent).toMatchObject([{ metric: 'none', why: 'no_metric' }]);
  expect(countsOf(await live.read())).toEqual({ loss: 151, acc: 3, lr: 1 });
  expect(project.store.version()).toBe(version);
  expect(existsSync(join(project.root, 'ran'))).toBe(false);
  expect(existsSync(join(project.root, 'experiments/run/series.parquet'))).toBe(false);
});

test('A log that was written again from its beginning is read again', async () => {
  const running = await runningProject();
  const { project } = running;
  const live = await openLiveCurves(project, 'run');
  await live.read();
  running.write(OUT, lines(0, 3));
  expect(statSync(join(project.root, OUT)).size).toBeLessThan(100);
  expect(countsOf(await live.read())).toEqual({ loss: 3 });
});

test('An experiment that has not run has no live curves', async () => {
  const { project } = await recordedProject({ idle: {} }, { 'templates/t.yaml': TEMPLATE });
  const live = await openLiveCurves(project, 'idle');
  const { curves, absent } = await live.read({ metrics: ['loss'] });
  expect([curves, absent.map(({ why }) => why)]).toEqual([[], ['no_series']]);
  await expect(openLiveCurves(project, 'idel')).rejects.toMatchObject({ code: 'experiment.unknown' });
});
