import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pointsOf, readTracked, valuesOf } from '../../../../test/support/read-tracked.ts';
import { harvestFixture } from '../../../../test/support/run-folder.ts';
import { gpu } from './gpu.ts';
import type { TrackedRun } from '../common/tracker.ts';

function read(text: string | Uint8Array): Promise<TrackedRun> {
  return readTracked(gpu, { 'gpu.csv': text });
}

const HEADER = 'timestamp, index, name, utilization.gpu [%], memory.used [MiB], memory.total [MiB], power.draw [W]';

/** A sample of a GPU, `seconds` after the first. */
function sample(index: number, second: number, rest: string): string {
  const clock = new Date(second * 1000).toISOString().slice(11, 23);
  return `2026/11/23 ${clock}, ${index}, NVIDIA A100, ${rest}`;
}

function table(...lines: readonly string[]): Promise<TrackedRun> {
  return read([HEADER, ...lines, ''].join('\n'));
}

describe('the output of nvidia-smi', () => {
  test('of a real run gives what pandas and numpy make of it', async () => {
    const expected = JSON.parse(harvestFixture('nvidia_smi/expected.json').toString()) as {
      readonly values: Readonly<Record<string, number>>;
      readonly seconds: readonly number[];
      readonly util: readonly number[];
      readonly mem_gib: readonly number[];
    };
    const run = await read(harvestFixture('nvidia_smi/gpu.csv'));
    const values = valuesOf(run);
    expect(Object.keys(values)).toEqual(Object.keys(expected.values));
    for (const [key, value] of Object.entries(expected.values)) expect(values[key], key).toBeCloseTo(value, 12);
    const points = (all: readonly number[]): number[][] =>
      all.map((value, i) => [expected.seconds[i] ?? 0, value, NaN]);
    expect(pointsOf(run)['gpu0/util']).toEqual(points(expected.util));
    expect(pointsOf(run)['gpu0/mem_gib']).toEqual(points(expected.mem_gib));
    expect(run.notes).toEqual([]);
  });

  test('mean and percentile go over all samples of all GPUs, energy is their sum', async () => {
    const run = await table(
      sample(0, 0, '10 %, 1024 MiB, 81920 MiB, 100.00 W'),
      sample(3, 0.02, '90 %, 2048 MiB, 81920 MiB, 300.00 W'),
      sample(0, 10, '20 %, 512 MiB, 81920 MiB, 200.00 W'),
      sample(3, 10.02, '100 %, 3072 MiB, 81920 MiB, 300.00 W'),
    );
    expect(valuesOf(run)).toEqual({
      gpu_util_mean: 55,
      // Ranks 0 to 3: 0.95 of the way is 2.85, between 90 and 100.
      gpu_util_p95: 98.5,
      gpu_mem_peak_gib: 3,
      gpu_mem_total_gib: 80,
      gpu_power_mean_w: 225,
      gpu_energy_kwh: (1500 + 3000) / 3.6e6,
      gpu_count: 2,
    });
    expect([...run.series.keys()].filter((key) => key.startsWith('gpu3'))).toEqual([
      'gpu3/util',
      'gpu3/mem_gib',
      'gpu3/power_w',
    ]);
    expect(pointsOf(run)['gpu3/mem_gib']).toEqual([
      [0, 2, NaN],
      [10, 3, NaN],
    ]);
  });

  test('without units and with other columns', async () => {
    const run = await read(
      'timestamp, uuid, temperature.gpu, power.draw.instant [W], utilization.gpu [%]\n2026/01/31 23:59:59.000, GPU-5a1b, 40, 80.5, 7\n',
    );
    expect(valuesOf(run)).toEqual({ gpu_util_mean: 7, gpu_util_p95: 7, gpu_power_mean_w: 80.5, gpu_count: 1 });
    expect([...run.series.keys()]).toEqual(['GPU-5a1b/util', 'GPU-5a1b/power_w']);
  });

  test.each(['[N/A]', '[Not Supported]', '[Unknown Error]', 'N/A', '', '12 kB', 'nan W', '-5 W'])(
    '%j is no value, and not 0',
    async (text) => {
      const run = await table(
        sample(0, 0, `${text}, ${text}, ${text}, ${text}`),
        sample(0, 1, `${text}, 512 MiB, ${text}, 9 W`),
      );
      expect(valuesOf(run)).toEqual({ gpu_mem_peak_gib: 0.5, gpu_power_mean_w: 9, gpu_count: 1 });
      expect(pointsOf(run)['gpu0/power_w']).toEqual([[1, 9, NaN]]);
    },
  );
});

describe('energy', () => {
  const power = (seconds: readonly number[], index = 0): string[] =>
    seconds.map((second) => sample(index, second, `0 %, 0 MiB, 0 MiB, 100 W`));

  test('over a gap of more than three intervals is unknown, and the gap is reported', async () => {
    const run = await table(...power([0, 10, 20, 30, 90, 100]));
    expect(valuesOf(run)['gpu_energy_kwh']).toBeCloseTo((100 * 40) / 3.6e6, 12);
    expect(run.notes).toEqual(['gpu0 was not sampled for 60 seconds in 1 gap; gpu_energy_kwh leaves them out']);
  });

  test('over three intervals is still bridged', async () => {
    const run = await table(...power([0, 10, 20, 50]));
    expect(valuesOf(run)['gpu_energy_kwh']).toBeCloseTo((100 * 50) / 3.6e6, 12);
    expect(run.notes).toEqual([]);
  });

  test('is not made up of one sample, nor of a clock that was set back', async () => {
    expect(valuesOf(await table(...power([5])))['gpu_energy_kwh']).toBe(undefined);
    const back = await table(...power([3600, 3610, 10, 20]));
    expect(valuesOf(back)['gpu_energy_kwh']).toBeCloseTo((100 * 20) / 3.6e6, 12);
  });
});

test('the table of rocm-smi, as the monitor writes it, is read too, with its times', async () => {
  const run = await read(
    [
      'time,device,Temperature (Sensor edge) (C),Average Graphics Package Power (W),GPU use (%),GPU memory use (%)',
      '2026-11-23T21:04:56.250Z,card0,40.0,90.0,50,10',
      '2026-11-23T21:04:56.250Z,card1,41.0,N/A,70,12',
      '2026-11-23T21:05:26.250Z,card0,40.0,110.0,60,10',
      '',
    ].join('\n'),
  );
  expect(valuesOf(run)).toEqual({
    gpu_util_mean: 60,
    gpu_util_p95: 69,
    gpu_power_mean_w: 100,
    gpu_energy_kwh: 3000 / 3.6e6,
    gpu_count: 2,
  });
  expect(pointsOf(run)['gpu0/util']).toEqual([
    [0, 50, 1795467896.25],
    [30, 60, 1795467926.25],
  ]);
});

describe('damage', () => {
  test('a last line that was cut does not count', async () => {
    const run = await read(
      `${HEADER}\n${sample(0, 0, '1 %, 1 MiB, 1 MiB, 12.50 W')}\n${sample(0, 1, '1 %, 1 MiB, 1 MiB, 1')}`,
    );
    expect(valuesOf(run)['gpu_power_mean_w']).toBe(12.5);
    expect(run.notes).toEqual([]);
  });

  test('lines that are no samples are reported; a repeated header is not', async () => {
    const whole = sample(0, 0, '1 %, 1 MiB, 1 MiB, 12.50 W');
    const run = await table(whole, 'Unable to determine the device handle: GPU is lost', HEADER, whole, `${whole}, 7`);
    expect(run.notes).toEqual(['lines left out of gpu.csv, for they are no samples: 3, 6']);
    expect(valuesOf(run)['gpu_util_mean']).toBe(1);
  });

  test.each([
    ['', []],
    [`${HEADER}\n`, ['gpu.csv has no whole sample']],
    ['No devices were found\n', ['gpu.csv is no table of nvidia-smi or rocm-smi: No devices were found']],
  ])('%j gives nothing', async (text, notes) => {
    expect(await read(text)).toEqual({ series: new Map(), values: new Map(), notes });
  });

  test('cut at any byte, it gives only what was sampled', async () => {
    const text = harvestFixture('nvidia_smi/gpu.csv').subarray(0, 1500);
    const { 'gpu0/power_w': whole = [] } = pointsOf(await read(text));
    for (let size = 0; size < text.length; size += 1) {
      const { 'gpu0/power_w': points = [] } = pointsOf(await read(text.subarray(0, size)));
      expect(points).toEqual(whole.slice(0, points.length));
    }
  });

  test('random text ends in notes', async () => {
    const parts = fc.constantFrom(
      HEADER,
      '\n',
      ', ',
      '0',
      '2026/11/23 21:04:56.362',
      '9 %',
      '[N/A]',
      'time',
      'device',
      '\0',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(parts, fc.string())), async (all) => {
        const { values } = await read(all.join(''));
        for (const { value } of values.values()) expect(value).toEqual(expect.any(Number));
      }),
    );
  });
});
