import { formatCount } from '../../../core/text/phrases.ts';
import { percentile } from '../../../core/stats/statistics.ts';
import { numberValue } from '../../base/reading.ts';
import type { FoundFile } from '../../base/found-file.ts';
import { makeCollector, type Collector } from '../common/collector.ts';
import { computeEnergy, findLargest, computeMean } from './gpu-figures.ts';
import { readGpuSamples } from './gpu-samples.ts';
import type { GpuSample } from './gpu-table.ts';
import type { TrackedRun, Tracker, TrackerOptions } from '../common/tracker.ts';

/**
 * What the monitor of a job sampled of its GPUs, or other output of `nvidia-smi --query-gpu=… --format=csv -l`. Over all
 * samples and GPUs: `gpu_util_mean` and `gpu_util_p95` in percent, `gpu_mem_peak_gib` and `gpu_mem_total_gib` of one GPU
 * in GiB (2^30 bytes), `gpu_power_mean_w` of one GPU in watts, `gpu_energy_kwh` of all together, `gpu_count`. As series,
 * with seconds since the first sample as step: `gpu0/util`, `gpu0/mem_gib`, `gpu0/power_w`.
 */
export const gpu: Tracker = { patterns: ['gpu.csv'], countsWithinAttempt: true, read: readGpu };

async function readGpu(files: readonly FoundFile[], options: TrackerOptions): Promise<TrackedRun> {
  const collector = makeCollector(options);
  for (const file of files) {
    const samples = await readGpuSamples(file, options, collector.note);
    addPoints(samples, file, collector);
    addFigures(samples, file, collector);
  }
  return collector.run();
}

function addPoints(samples: readonly GpuSample[], { shown }: FoundFile, collector: Collector): void {
  const start = samples[0]?.clockMs ?? 0;
  for (const { gpu: name, clockMs, time, util, memGib, powerW } of samples) {
    const point = (what: string, value: number | undefined): void => {
      if (value !== undefined)
        collector.point(`${name}/${what}`, Math.round((clockMs - start) / 1000), value, shown, time);
    };
    point('util', util);
    point('mem_gib', memGib);
    point('power_w', powerW);
  }
}

function addFigures(samples: readonly GpuSample[], { shown }: FoundFile, collector: Collector): void {
  const known = (of: (sample: GpuSample) => number | undefined): number[] =>
    samples.map(of).filter((value) => value !== undefined);
  const add = (key: string, value: number | undefined): void => {
    if (value !== undefined) collector.value(key, { ...numberValue(value), file: shown });
  };
  const utils = known(({ util }) => util);
  const gpus = Map.groupBy(samples, ({ gpu: name }) => name);
  add('gpu_util_mean', computeMean(utils));
  add('gpu_util_p95', percentile(utils, 0.95));
  add('gpu_mem_peak_gib', findLargest(known(({ memGib }) => memGib)));
  add('gpu_mem_total_gib', findLargest(known(({ totalGib }) => totalGib)));
  add('gpu_power_mean_w', computeMean(known(({ powerW }) => powerW)));
  add('gpu_energy_kwh', energyOfAll(gpus, collector));
  if (gpus.size > 0) add('gpu_count', gpus.size);
}

const JOULES_OF_KWH = 3.6e6;

function energyOfAll(gpus: ReadonlyMap<string, readonly GpuSample[]>, collector: Collector): number | undefined {
  const joules: number[] = [];
  for (const [name, samples] of gpus) {
    const energy = computeEnergy(samples);
    if (energy === undefined) continue;
    joules.push(energy.joules);
    const { gaps } = energy;
    if (gaps.length > 0) {
      const lost = Math.round(gaps.reduce((sum, seconds) => sum + seconds, 0));
      collector.note(
        `${name} was not sampled for ${formatCount(lost, 'second')} in ${formatCount(gaps.length, 'gap')}; gpu_energy_kwh leaves them out`,
      );
    }
  }
  return joules.length === 0 ? undefined : joules.reduce((sum, one) => sum + one, 0) / JOULES_OF_KWH;
}
