import fc from 'fast-check';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { harvestFixture, newRunFolder } from '../../../../test/support/run-folder.ts';
import { readGpuUse, readHostUse } from './monitor-files.ts';

const HEADER = 'time,processes,cpu_s,rss_kib,read_bytes,written_bytes';
const SAMPLES = [
  '2026-11-25T10:00:01.000Z,3,0.50,51200,0,0',
  '2026-11-25T10:00:31.000Z,4,28.25,307200,4096,0',
  '2026-11-25T10:01:01.000Z,2,20.00,204800,4096,8192',
];

function hostUse(text: string | Uint8Array): ReturnType<typeof readHostUse> {
  return readHostUse(join(newRunFolder({ 'usage.csv': text }).path, 'usage.csv'));
}

function gpuUse(text: string | Uint8Array): ReturnType<typeof readGpuUse> {
  return readGpuUse(join(newRunFolder({ 'gpu.csv': text }).path, 'gpu.csv'));
}

describe('usage.csv', () => {
  test('gives the peak of memory, and CPU time also if a process left the sum', async () => {
    expect(await hostUse([HEADER, ...SAMPLES, ''].join('\n'))).toEqual({
      samples: 3,
      cpuS: 28.25,
      peakMib: 300,
      lastMs: Date.parse('2026-11-25T10:01:01Z'),
      notes: [],
    });
  });

  test('that is not there, or no plain file, is nothing', async () => {
    const folder = newRunFolder();
    folder.write('usage.csv/x', '');
    expect(await readHostUse(join(folder.path, 'none.csv'))).toBeUndefined();
    expect(await readHostUse(join(folder.path, 'usage.csv'))).toBeUndefined();
  });

  test.each(['', HEADER, `${HEADER}\n`, `${HEADER}\n${SAMPLES[0]}`])(
    '%j has no whole sample, and no zeros',
    async (text) => {
      expect(await hostUse(text)).toEqual({ samples: 0, notes: ['usage.csv has no whole sample'] });
    },
  );

  test('what is no sample is left out, and told', async () => {
    const text = [HEADER, SAMPLES[0], 'Killed', '2026-11-25T10:00:31.000Z,4,x,307200,0,0', ''].join('\n');
    expect(await hostUse(text)).toMatchObject({
      samples: 1,
      peakMib: 50,
      notes: ['lines left out of usage.csv, for they are no samples: 3, 4'],
    });
  });

  test('cut at any byte, it gives only what was sampled', async () => {
    const text = [HEADER, ...SAMPLES, ''].join('\n');
    const peaks = [undefined, 50, 300, 300];
    for (let size = 0; size <= text.length; size += 1) {
      const use = await hostUse(text.slice(0, size));
      const whole = Math.max(0, text.slice(0, size).split('\n').length - 2);
      expect([use?.samples, use?.peakMib]).toEqual([whole, peaks[whole]]);
    }
  });

  test('random text never gives a number that is not in it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.constantFrom(HEADER, ...SAMPLES, '\n', ',', '-1', 'NaN'), fc.string())),
        async (parts) => {
          const use = await hostUse(parts.join(''));
          expect([undefined, 50, 200, 300]).toContain(use?.peakMib);
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('gpu.csv', () => {
  test('of a real run gives name, share of use and peak as pandas has them', async () => {
    const { values } = JSON.parse(harvestFixture('nvidia_smi/expected.json').toString()) as {
      readonly values: Readonly<Record<string, number>>;
    };
    const use = await gpuUse(harvestFixture('nvidia_smi/gpu.csv'));
    expect(use?.gpus).toHaveLength(1);
    const [gpu] = use?.gpus ?? [];
    expect(gpu).toMatchObject({ gpu: 'gpu0', name: 'NVIDIA H100 80GB HBM3' });
    expect(gpu?.util).toBeCloseTo((values['gpu_util_mean'] ?? NaN) / 100, 12);
    expect(gpu?.peakGib).toBeCloseTo(values['gpu_mem_peak_gib'] ?? NaN, 12);
    expect(gpu?.totalGib).toBeCloseTo(values['gpu_mem_total_gib'] ?? NaN, 12);
  });

  test('tells each GPU for itself; what a GPU does not tell is absent, and not 0', async () => {
    const lines = [
      'timestamp, index, name, utilization.gpu [%], memory.used [MiB], memory.total [MiB]',
      '2026/11/23 10:00:00.000, 0, NVIDIA A100, 90 %, 1024 MiB, 40960 MiB',
      '2026/11/23 10:00:00.000, 1, NVIDIA A100, [N/A], 512 MiB, 40960 MiB',
      '2026/11/23 10:00:30.000, 0, NVIDIA A100, 70 %, 2048 MiB, 40960 MiB',
      '2026/11/23 10:00:30.000, 1, NVIDIA A100, [N/A], 512 MiB, 40960 MiB',
      '',
    ];
    expect(await gpuUse(lines.join('\n'))).toEqual({
      gpus: [
        { gpu: 'gpu0', name: 'NVIDIA A100', samples: 2, util: 0.8, peakGib: 2, totalGib: 40 },
        { gpu: 'gpu1', name: 'NVIDIA A100', samples: 2, peakGib: 0.5, totalGib: 40 },
      ],
      notes: [],
    });
  });

  test('without a sample has no GPU, and says why', async () => {
    expect(await gpuUse('No devices were found\n')).toEqual({
      gpus: [],
      notes: ['gpu.csv is no table of nvidia-smi or rocm-smi: No devices were found'],
    });
  });
});
