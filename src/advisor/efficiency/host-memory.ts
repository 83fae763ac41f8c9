import { getRequestedMemory } from '../../core/experiment/auto.ts';
import { formatCount } from '../../core/text/phrases.ts';
import { formatBytes, parseMemory } from '../../core/units.ts';
import type { PastRun } from '../past-run.ts';
import { MARGINS, THRESHOLDS } from './thresholds.ts';
import { computeElapsed, type LimitAdvice } from './time-limit.ts';

/** MiB of each node that a run asked for; undefined when that is not known, or it was all of a node. */
export function getRequestedMib({ resources }: Pick<PastRun, 'resources'>): number | undefined {
  const mem = getRequestedMemory(resources);
  if (mem === undefined) return undefined;
  const mib = parseMemory(mem);
  return mib === 0 ? undefined : mib;
}

/**
 * The memory of each node for the next run of the same: the highest peak × 1.2. A run that was ended for want of memory says
 * only that it needs more: then at least 1.5 times what it had. Undefined when no peak is known and none was short of it.
 */
export function adviseMemory(runs: readonly PastRun[]): LimitAdvice | undefined {
  const peaks = runs.flatMap((run) =>
    run.usage?.peakHostMib === undefined || !isLongEnough(run) ? [] : [run.usage.peakHostMib],
  );
  const short = runs.flatMap((run) =>
    run.cause === 'host_oom' ? [getRequestedMib(run) ?? run.usage?.peakHostMib ?? 0] : [],
  );
  // What is seen of runs that are too short to judge counts as what it is: no less was used.
  const seen = runs.map((run) => run.usage?.peakHostMib ?? 0);
  if (peaks.length === 0 && !short.some((mib) => mib > 0)) return undefined;
  const needed = Math.max(
    ...[...seen, 0].map((mib) => mib * MARGINS.memory.value),
    ...short.map((mib) => mib * MARGINS.tooLittle.value),
  );
  return {
    value: roundUpMemory(needed),
    basis: memoryBasis(peaks, short),
    samples: peaks.length + short.length,
  };
}

/** The monitor looks now and then: of few samples the peak may have been missed. */
function isLongEnough(run: PastRun): boolean {
  const samples = run.usage?.samples ?? 0;
  const elapsedS = computeElapsed(run) ?? 0;
  return samples === 0 ? elapsedS >= THRESHOLDS.shortestS.value : samples >= THRESHOLDS.fewestSamples.value;
}

function memoryBasis(peaks: readonly number[], short: readonly number[]): string {
  const largest = Math.max(0, ...short);
  const ended =
    short.length === 0
      ? undefined
      : `${formatCount(short.length, 'run')} for which ${largest === 0 ? 'what it had' : formatSize(largest)} was too little`;
  if (peaks.length === 0) return `from ${ended ?? 'no run'}`;
  const peak = `the highest peak of ${formatCount(peaks.length, 'run')} (${formatSize(Math.max(...peaks))})`;
  return ended === undefined ? `from ${peak}` : `from ${peak} and ${ended}`;
}

/** @param mib MiB (2^20 bytes) */
export function formatSize(mib: number): string {
  return formatBytes(mib * 2 ** 20);
}

/**
 * To 256 MiB below 2 GiB, whole GiB up to 30, tens above and hundreds from 1,000 on, the last two as in
 * PrincetonUniversity/jobstats.
 */
export function roundUpMemory(mib: number): number {
  const gib = mib / 1024;
  const step = gib < 2 ? 0.25 : gib <= 30 ? 1 : gib <= 1_000 ? 10 : 100;
  return Math.max(256, Math.ceil(gib / step) * step * 1024);
}

/** As `mem` has it: `768M`, `16G`. */
export function formatMemory(mib: number): string {
  return mib % 1024 === 0 ? `${mib / 1024}G` : `${Math.ceil(mib)}M`;
}
