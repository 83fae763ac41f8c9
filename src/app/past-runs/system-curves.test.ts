import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ended, LIFE_MS, recordedProject, started } from '../../../test/support/recorded-project.ts';
import { writeSeriesFile } from '../series/series-file.ts';
import { readSystemCurves } from './system-curves.ts';

const GIB_OF_KIB = 2 ** 20;

test('what a run used is on the x of its curves: time, the last step written by then, or the metric at it', async () => {
  const { project } = await recordedProject({ run: { attempts: { 'train-1': [started(), ended()] } } });
  const folder = join(project.root, 'experiments/run');
  mkdirSync(join(folder, 'attempts/train-1'), { recursive: true });
  const rows = [5, 15, 25, 35].map((second) => {
    const time = new Date(LIFE_MS + second * 1000).toISOString();
    return `${time},1,${second},${second * GIB_OF_KIB},0,0`;
  });
  writeFileSync(
    join(folder, 'attempts/train-1/usage.csv'),
    ['time,processes,cpu_s,rss_kib,read_bytes,written_bytes', ...rows, ''].join('\n'),
  );
  // A value each ten seconds, from ten seconds after the start on.
  const steps = Float64Array.of(100, 200, 300);
  const times = Float64Array.of(10, 20, 30).map((second) => LIFE_MS / 1000 + second);
  const series = (values: Float64Array) => ({
    parts: [{ attempt: 'train-1', points: { steps, values, times } }],
    superseded: [],
  });
  await writeSeriesFile(
    folder,
    new Map([
      ['loss', series(Float64Array.of(3, 2, 1))],
      ['epoch', series(Float64Array.of(0.5, 1, 1.5))],
    ]),
  );
  const read = async (x: 'time' | 'step' | 'metric:epoch') => {
    const { curves, units } = await readSystemCurves(project, { ids: ['run'], x });
    const memory = curves.find(({ metric }) => metric === 'memory');
    expect(units).toMatchObject({ memory: 'GiB', cpu: 'cores' });
    return { last: [...(memory?.buckets.last ?? [])], extent: memory?.extent, leftOut: memory?.leftOut };
  };
  expect(await read('time')).toMatchObject({ last: [5, 15, 25, 35], leftOut: 0 });
  expect(await read('step')).toEqual({ last: [15, 25, 35], extent: [100, 300], leftOut: 1 });
  expect(await read('metric:epoch')).toEqual({ last: [15, 25, 35], extent: [0.5, 1.5], leftOut: 1 });
});
