import { formatCount } from '../../core/text/phrases.ts';
import type { GpuKind } from '../gpu-kind.ts';
import type { Measured } from './measure.ts';
import { formatPercent, makeSuggestion, type Suggestion } from './suggestion.ts';
import { THRESHOLDS } from './thresholds.ts';

/** A kind of GPU that this user could ask for instead. */
export interface OtherGpu {
  readonly kind: GpuKind;
  /** As `gpu_type` has it. */
  readonly gpuType: string;
  readonly partition?: string;
}

/** A run whose use of GPUs can be judged. */
interface Seen extends Measured {
  readonly gpu: NonNullable<Measured['gpu']>;
}

/**
 * What runs that asked for the same GPUs should ask for next time: GPUs that stood idle come first, since everything else is
 * judged by those that worked.
 *
 * @param others what else could be requested; none when unknown
 */
export function suggestGpus(runs: readonly Measured[], others: readonly OtherGpu[]): Suggestion[] {
  const seen = runs.filter((each): each is Seen => each.gpu !== undefined && each.tooShort === undefined);
  const risk = memoryRisk(runs);
  if (seen.length === 0) return risk;
  const idle = idleSuggestion(seen);
  if (idle !== undefined) return [idle, ...risk];
  const better = smallerGpu(seen, others) ?? packSuggestion(seen) ?? batchSuggestion(seen);
  return better === undefined ? risk : [better, ...risk];
}

/** The same GPUs were idle in all of them: one run that failed early is no reason. */
function idleSuggestion(seen: readonly Seen[]): Suggestion | undefined {
  const known = seen.flatMap(({ idleGpus }) => (idleGpus === undefined ? [] : [idleGpus]));
  const [first] = known;
  if (first === undefined) return undefined;
  const idle = Math.min(...known.map((each) => each.idle));
  const perNode = seen[0]?.run.resources.num_gpus ?? first.of;
  if (idle === 0 || known.some(({ of }) => of !== first.of)) return undefined;
  const basis = `from ${formatCount(known.length, 'run')}: ${idle} of ${first.of} GPUs at 0 % throughout`;
  if (idle === first.of) {
    const text = 'no GPU was used at all: does the program move its model to one? Without, it needs none';
    return makeSuggestion('gpu', { num_gpus: '0' }, text, basis);
  }
  if (first.of !== perNode) return { about: 'gpu', text: `${idle} of ${first.of} GPUs were never used`, basis };
  return makeSuggestion(
    'gpu',
    { num_gpus: String(perNode - idle) },
    `instead of ${perNode} GPUs: the others were never used`,
    basis,
  );
}

/** Utilization is the share of time in which any kernel ran: a low one leaves room, a high one need not mean fast. */
function meanUtil(seen: readonly Seen[]): number {
  return seen.reduce((sum, { gpu }) => sum + gpu.share, 0) / seen.length;
}

function peakGib(seen: readonly Measured[]): number | undefined {
  const peaks = seen.flatMap(({ run }) => (run.usage?.peakGpuGib === undefined ? [] : [run.usage.peakGpuGib]));
  return peaks.length < seen.length || peaks.length === 0 ? undefined : Math.max(...peaks);
}

/** A slice of a GPU, or a smaller one, that holds the peak of memory with room to spare. */
function smallerGpu(seen: readonly Seen[], others: readonly OtherGpu[]): Suggestion | undefined {
  const [util, peak] = [meanUtil(seen), peakGib(seen)];
  const usable = Math.max(...seen.map(({ gpuMemory }) => gpuMemory?.of ?? Number.NaN));
  const run = seen[0]?.run;
  if (peak === undefined || run?.gpus !== 1 || !(util < THRESHOLDS.gpuLow.value)) return undefined;
  const holds = others
    .filter(({ kind }) => peak <= kind.usableGib * THRESHOLDS.packGpuMemory.value && kind.usableGib < usable)
    .filter(({ kind }) => kind.mig === undefined || util < THRESHOLDS.sliceUtil.value)
    .toSorted((a, b) => a.kind.usableGib - b.kind.usableGib);
  const basis = `from ${formatCount(seen.length, 'run')}: its GPU at ${formatPercent(util)} of the time, at most ${gib(peak)} of ${gib(usable)}`;
  const [least] = holds;
  if (least !== undefined) {
    const set = {
      ...(least.partition === undefined || least.partition === run.partition ? {} : { partition: least.partition }),
      gpu_type: least.gpuType,
    };
    return makeSuggestion('gpu', set, `${least.kind.name} with ${gib(least.kind.usableGib)} holds it`, basis);
  }
  return isForSlice(seen, util, peak) && others.length === 0
    ? { about: 'gpu', text: 'a smaller GPU, or a slice of one (MIG), would hold it: sheaf partitions', basis }
    : undefined;
}

/** As jobstats proposes MIG: little use, little memory of GPU and host. */
function isForSlice(seen: readonly Seen[], util: number, peak: number): boolean {
  const hostGib = Math.max(...seen.map(({ run }) => (run.usage?.peakHostMib ?? Number.NaN) / 1024));
  return (
    util < THRESHOLDS.sliceUtil.value && peak < THRESHOLDS.sliceGib.value && hostGib < THRESHOLDS.sliceHostGib.value
  );
}

/** Two members of a sweep on one GPU, where both fit into its time and memory. */
function packSuggestion(seen: readonly Seen[]): Suggestion | undefined {
  const [util, peak] = [meanUtil(seen), peakGib(seen)];
  const busiest = Math.max(...seen.map(({ gpu }) => gpu.share));
  const usable = Math.min(...seen.map(({ gpuMemory }) => gpuMemory?.of ?? Number.NaN));
  const fits = peak !== undefined && 2 * peak <= usable * THRESHOLDS.packGpuMemory.value;
  const isSweep =
    seen.length > 1 && seen.every(({ run }) => run.sweep !== undefined && run.gpus === 1 && run.packed === undefined);
  if (!isSweep || !fits || 2 * busiest > THRESHOLDS.packUtil.value) return undefined;
  const basis = `from ${formatCount(seen.length, 'run')}: its GPU at ${formatPercent(util)} of the time, at most ${gib(peak)} of ${gib(usable)}`;
  const text = 'two trials on one GPU: mem and cpus_per_task are those of the job, so give it twice as much of both';
  return makeSuggestion('pack', { pack: '2' }, text, basis);
}

/** Memory that a larger micro-batch could use; the global batch is kept by accumulating less. */
function batchSuggestion(seen: readonly Seen[]): Suggestion | undefined {
  const shares = seen.flatMap(({ gpuMemory }) => (gpuMemory === undefined ? [] : [gpuMemory]));
  const most = shares.toSorted((a, b) => b.share - a.share)[0];
  if (most === undefined || shares.length < seen.length || most.share >= THRESHOLDS.gpuMemoryLow.value)
    return undefined;
  const times = Math.floor(THRESHOLDS.packGpuMemory.value / most.share);
  const basis = `from ${formatCount(seen.length, 'run')}: at most ${gib(most.used)} of ${gib(most.of)} of GPU memory`;
  return {
    about: 'batch',
    text: `a micro-batch ${Math.min(times, 8)} times as large would fit; accumulate less, so that the global batch stays`,
    basis,
  };
}

function memoryRisk(runs: readonly Measured[]): Suggestion[] {
  const shares = runs.flatMap(({ gpuMemory }) => (gpuMemory === undefined ? [] : [gpuMemory]));
  const most = shares.toSorted((a, b) => b.share - a.share)[0];
  if (most === undefined || most.share <= THRESHOLDS.memoryRisk.value) return [];
  return [
    {
      about: 'gpu_memory',
      text: 'GPU memory is nearly full: a longer batch may not fit, unless the program takes all of it from the start',
      basis: `from ${formatCount(shares.length, 'run')}: ${gib(most.used)} of ${gib(most.of)} (${formatPercent(most.share)})`,
      isRisk: true,
    },
  ];
}

function gib(value: number): string {
  return `${value >= 10 ? Math.round(value) : Number(value.toPrecision(2))} GiB`;
}
