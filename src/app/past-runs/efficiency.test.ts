import { expect, test } from 'vitest';
import { ended, LIFE_MS, recordedProject, started, type Life } from '../../../test/support/recorded-project.ts';
import { reportEfficiency } from './efficiency.ts';

const HOUR_MS = 3_600_000;

function life(hours: number, more: Partial<Life> = {}): Life {
  return {
    template: 'resnet',
    sweep: 's',
    settings: { resources: { time_limit: '24:00:00', mem: '64G', num_gpus: 1, gpu_type: 'a100' }, command: 'x' },
    attempts: { 'train-1': [started(LIFE_MS), ended(0, LIFE_MS + hours * HOUR_MS)] },
    ...more,
  };
}

/** One sample every ten minutes: `util` percent of an A100 of 80 GB with 8 GiB in use, and 10 GiB of the host. */
function samples(hours: number, util: number): { readonly usage: string; readonly gpu: string } {
  const times = Array.from({ length: hours * 6 }, (_, i) => new Date(LIFE_MS + i * 600_000).toISOString());
  const usage = times.map((time, i) => `${time},3,${i * 60},${10 * 2 ** 20},0,0`);
  const gpu = times.map(
    (time) =>
      `${time.slice(0, 10).replaceAll('-', '/')} ${time.slice(11, 23)}, 0, NVIDIA A100-SXM4-80GB, ${util} %, 8192 MiB, 81920 MiB`,
  );
  return {
    usage: ['time,processes,cpu_s,rss_kib,read_bytes,written_bytes', ...usage, ''].join('\n'),
    gpu: ['timestamp, index, name, utilization.gpu [%], memory.used [MiB], memory.total [MiB]', ...gpu, ''].join('\n'),
  };
}

test('a sweep is reported as one, with what it wasted and what to request', async () => {
  const lives = Object.fromEntries([1, 2, 3].map((i) => [`s_${i}`, life(2)]));
  const recorded = await recordedProject(lives);
  for (const expId of Object.keys(lives)) {
    const { usage, gpu } = samples(2, 30);
    recorded.write(`experiments/${expId}/attempts/train-1/usage.csv`, usage);
    recorded.write(`experiments/${expId}/attempts/train-1/gpu.csv`, gpu);
  }
  const { groups, warnings } = await reportEfficiency(recorded.project, { where: 'sweep = s' });
  expect(warnings).toEqual([]);
  expect(groups).toHaveLength(1);
  expect(groups[0]).toMatchObject({ template: 'resnet', sweep: 's', stage: 'train', gpuHours: 6, wasteKnown: 3 });
  expect(groups[0]?.gpuHoursWasted).toBeCloseTo(4.2);
  expect(groups[0]?.suggestions.map(({ apply }) => apply)).toEqual([
    '--set pack=2',
    '--set time_limit=02:30:00',
    '--set mem=12G',
  ]);
});

test('what has not run is named, and of very many the newest are read', async () => {
  const lives = Object.fromEntries(Array.from({ length: 5 }, (_, i) => [`e${i}`, life(i + 1)]));
  const { project } = await recordedProject({ ...lives, waits: life(1, { attempts: {} }) });
  expect((await reportEfficiency(project, { ids: ['waits', 'e0'] })).notRun).toEqual(['waits']);
  const { groups, runs, warnings } = await reportEfficiency(project, { limit: 2 });
  expect(runs).toBe(2);
  expect(groups.flatMap((group) => group.runs.map(({ run }) => run.expId))).toEqual(['e4', 'e3']);
  expect(warnings.join()).toContain('sheaf read only the newest 2 runs');
});

test('if accounting cannot be asked, efficiency says so and shows what is known', async () => {
  const { project } = await recordedProject({ e: life(3) });
  const { groups, warnings } = await reportEfficiency(project, { ids: ['e'] });
  expect(warnings).toEqual(['accounting could not be asked for what runs used: no scheduler is here']);
  expect(groups[0]?.time).toMatchObject({ share: 0.125 });
  expect(groups[0]?.runs[0]?.unknown).toEqual(['what it used is not known: neither the monitor nor accounting has it']);
});
