import { expect, test } from 'vitest';
import { LIFE_MS, ended, recordedProject, started } from '../../../test/support/recorded-project.ts';
import { decodeCurves, encodeCurves } from '../../core/curves/encoding.ts';
import { readUsage, type Usage } from './usage-curves.ts';

const folder = 'experiments/run/attempts/train-1';

function time(seconds: number): string {
  return new Date(LIFE_MS + seconds * 1000).toISOString();
}

/** CPU seconds and KiB at 30-second steps; in the third a process has left the sum. */
const USAGE = [
  'time,processes,cpu_s,rss_kib,read_bytes,written_bytes',
  `${time(1)},2,0.50,1048576,0,0`,
  `${time(31)},4,60.50,2097152,0,0`,
  `${time(61)},2,40.00,2097152,0,0`,
  `${time(91)},2,55.00,524288,0,0`,
  '',
].join('\n');

/** In the local time of a zone that is five and a half hours ahead. */
const GPU = [
  'timestamp, index, name, utilization.gpu [%], memory.used [MiB], memory.total [MiB], power.draw [W]',
  '2026/03/10 17:30:02.000, 0, NVIDIA H100, 10 %, 512 MiB, 81559 MiB, 100.5 W',
  '2026/03/10 17:30:02.000, 1, NVIDIA H100, [N/A], 0 MiB, 81559 MiB, [N/A]',
  '2026/03/10 17:30:32.000, 0, NVIDIA H100, 90 %, 1024 MiB, 81559 MiB, 400 W',
  '',
].join('\n');

function listPoints({ curves }: Usage): { readonly [metric: string]: readonly (number | undefined)[][] } {
  return Object.fromEntries(
    curves.map(({ metric, buckets }) => [
      metric,
      Array.from(buckets.last, (last, i) => [
        (buckets.first + (buckets.places[i] ?? 0)) * 2 ** buckets.level + (buckets.lastOffset[i] ?? 0),
        last,
      ]),
    ]),
  );
}

test('What an attempt used is on one axis of time since its start, with units and limits', async () => {
  const resources = { cpus_per_task: 4, mem: '8G' };
  const recorded = await recordedProject({
    run: { settings: { command: 'true', resources }, attempts: { 'train-1': [started(), ended()] } },
  });
  recorded.write(`${folder}/usage.csv`, USAGE);
  recorded.write(`${folder}/gpu.csv`, GPU);
  const usage = await readUsage(recorded.project, 'run', 'train-1');
  expect(listPoints(usage)).toEqual({
    cpu: [
      [31_000, 2],
      [91_000, 0.5],
    ],
    memory: [
      [1_000, 1],
      [31_000, 2],
      [61_000, 2],
      [91_000, 0.5],
    ],
    'gpu0/use': [
      [2_000, 10],
      [32_000, 90],
    ],
    'gpu0/memory': [
      [2_000, 0.5],
      [32_000, 1],
    ],
    'gpu0/power': [
      [2_000, 100.5],
      [32_000, 400],
    ],
    'gpu1/memory': [[2_000, 0]],
  });
  expect(usage).toMatchObject({
    zeroMs: LIFE_MS,
    units: { cpu: 'cores', memory: 'GiB', 'gpu0/use': '%', 'gpu1/memory': 'GiB' },
    limits: { cpu: 4, memory: 8, 'gpu0/use': 100, 'gpu0/memory': 81559 / 1024 },
    gpuNames: { gpu0: 'NVIDIA H100', gpu1: 'NVIDIA H100' },
    notes: [],
  });
  expect(decodeCurves<Usage>(encodeCurves(usage, 'whole'))).toEqual(usage);
});

test('An attempt without a monitor has no curves, and an unknown one is refused', async () => {
  const { project } = await recordedProject({ run: { attempts: { 'train-1': [started()] } } });
  expect(await readUsage(project, 'run', 'train-1')).toMatchObject({ curves: [], units: {}, zeroMs: LIFE_MS });
  await expect(readUsage(project, 'run', 'train-2')).rejects.toMatchObject({ code: 'attempt.unknown' });
});
