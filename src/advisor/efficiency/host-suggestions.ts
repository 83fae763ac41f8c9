import { formatCount } from '../../core/text/phrases.ts';
import { formatDuration, formatTimeLimit } from '../../core/units.ts';
import { adviseMemory, formatMemory, formatSize } from './host-memory.ts';
import type { Measured } from './measure.ts';
import { formatPercent, makeSuggestion, type Suggestion } from './suggestion.ts';
import { MARGINS, THRESHOLDS } from './thresholds.ts';
import { adviseTime } from './time-limit.ts';

/** What runs that asked for the same should ask for next time, but for GPUs. */
export function suggestHostResources(runs: readonly Measured[]): Suggestion[] {
  return [timeSuggestion(runs), memorySuggestion(runs), cpuSuggestion(runs)].filter((each) => each !== undefined);
}

function timeSuggestion(runs: readonly Measured[]): Suggestion | undefined {
  const limitS = Math.max(0, ...runs.map(({ time }) => time?.of ?? 0));
  const advised = adviseTime(runs.map(({ run }) => run));
  if (limitS === 0 || advised === undefined) return undefined;
  const set = { time_limit: formatTimeLimit(advised.value) };
  const instead = `instead of ${formatDuration(limitS)}`;
  const wasShort = runs.some(({ run }) => run.cause === 'timeout');
  if (wasShort && advised.value > limitS) {
    return { ...makeSuggestion('time', set, `${instead}, which was too short`, advised.basis), isRisk: true };
  }
  const longest = Math.max(...runs.map(({ time }) => time?.share ?? 0));
  return longest < THRESHOLDS.timeLow.value && advised.value < limitS
    ? makeSuggestion('time', set, `${instead}: shorter limits start earlier`, advised.basis)
    : undefined;
}

function memorySuggestion(runs: readonly Measured[]): Suggestion | undefined {
  const asked = runs.flatMap(({ memory, run }) => (run.packed === undefined && memory !== undefined ? [memory] : []));
  const askedMib = Math.max(0, ...asked.map(({ of }) => of), ...shortOf(runs));
  const advised = adviseMemory(runs.map(({ run }) => run));
  if (askedMib === 0 || advised === undefined) return undefined;
  const set = { mem: formatMemory(advised.value) };
  const instead = `instead of ${formatSize(askedMib)} of a node`;
  const share = Math.max(0, ...asked.map((each) => each.share));
  const isShort = runs.some(({ run }) => run.cause === 'host_oom') || share > THRESHOLDS.memoryRisk.value;
  if (isShort) {
    if (advised.value <= askedMib) return undefined;
    const why =
      share > THRESHOLDS.memoryRisk.value ? `, of which ${formatPercent(share)} were used` : ', which was too little';
    return { ...makeSuggestion('memory', set, `${instead}${why}`, advised.basis), isRisk: true };
  }
  return share < THRESHOLDS.hostMemoryLow.value && advised.value < askedMib
    ? makeSuggestion('memory', set, instead, advised.basis)
    : undefined;
}

function shortOf(runs: readonly Measured[]): number[] {
  return runs.flatMap(({ run, memory }) => (run.cause === 'host_oom' && memory !== undefined ? [memory.of] : []));
}

/** Cores that only wait. What runs beside GPUs loads data in bursts, and keeps more. */
function cpuSuggestion(runs: readonly Measured[]): Suggestion | undefined {
  const known = runs.flatMap((each) => (each.tooShort === undefined ? coresOf(each) : []));
  const perTask = Math.max(0, ...known.map((each) => each.perTask));
  const busy = Math.max(0, ...known.map((each) => each.busy));
  const besideGpu = known.some(({ gpus }) => gpus !== 0);
  const low = besideGpu ? THRESHOLDS.cpuLowBesideGpu.value : THRESHOLDS.cpuLow.value;
  // One core of many at work is a program that computes in one thread.
  const needed = busy <= ONE_THREAD ? (besideGpu ? 2 : 1) : Math.ceil(busy * MARGINS.cpus.value);
  if (known.length === 0 || busy / perTask >= low || needed >= perTask) return undefined;
  const basis = `from the busiest of ${formatCount(known.length, 'run')}: ${busy < 0.05 ? '< 0.1' : busy.toFixed(1)} of ${perTask} cores at work on average`;
  return makeSuggestion('cpu', { cpus_per_task: String(needed) }, `instead of ${perTask} cores a task`, basis);
}

/** Cores of a serial program, as in PrincetonUniversity/jobstats. */
const ONE_THREAD = 1.01;

/** Cores at work on average, of those of one task. */
function coresOf({ cpu, run }: Measured): { busy: number; perTask: number; gpus: number | undefined }[] {
  const perTask = run.resources.cpus_per_task;
  return cpu === undefined || perTask === undefined ? [] : [{ busy: cpu.share * perTask, perTask, gpus: run.gpus }];
}
