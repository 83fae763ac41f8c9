import { formatCount } from '../../core/text/phrases.ts';
import { percentile } from '../../core/stats/statistics.ts';
import { formatDuration } from '../../core/units.ts';
import type { PastRun } from '../past-run.ts';
import { MARGINS } from './thresholds.ts';

/** A value to ask for, with where it comes from. */
export interface LimitAdvice {
  /** Seconds, or MiB (2^20 bytes). */
  readonly value: number;
  /** `the p95 of 14 runs (2h 51m; the longest 3h 02m)` */
  readonly basis: string;
  /** Runs that it rests on. */
  readonly samples: number;
}

/** Seconds that a run took, on the clock. */
export function computeElapsed({ startedMs, endedMs }: Pick<PastRun, 'startedMs' | 'endedMs'>): number | undefined {
  return startedMs === undefined || endedMs < startedMs ? undefined : (endedMs - startedMs) / 1000;
}

/**
 * The time limit for the next run of the same: the 95th percentile of those that completed × 1.15, and never less than what
 * any of them took. A run that reached its limit says only that it takes longer (it is censored): the limit is then at least
 * 1.5 times that. Undefined when none completed and none reached its limit.
 *
 * @param scaleOf how many times as long the next one will take as this one; 1 by default
 */
export function adviseTime(
  runs: readonly PastRun[],
  scaleOf: (run: PastRun) => number | undefined = () => 1,
): LimitAdvice | undefined {
  const scaled = runs.flatMap((run) => {
    const [elapsedS, scale] = [computeElapsed(run), scaleOf(run)];
    return elapsedS === undefined || scale === undefined ? [] : [{ run, seconds: elapsedS * scale }];
  });
  const completed = scaled.filter(({ run }) => run.status === 'completed').map(({ seconds }) => seconds);
  const cutOff = scaled.filter(({ run }) => run.cause === 'timeout').map(({ seconds }) => seconds);
  const p95 = percentile(completed, 0.95);
  const longest = Math.max(0, ...scaled.map(({ seconds }) => seconds));
  const needed = Math.max(
    p95 === undefined ? 0 : p95 * (completed.length === 1 ? MARGINS.singleRun.value : MARGINS.time.value),
    completed.length === 0 ? 0 : longest * MARGINS.longest.value,
    ...cutOff.map((seconds) => seconds * MARGINS.tooShort.value),
  );
  if (needed === 0) return undefined;
  return {
    value: roundUpTime(needed),
    basis: timeBasis(completed, cutOff, p95),
    samples: completed.length + cutOff.length,
  };
}

function timeBasis(completed: readonly number[], cutOff: readonly number[], p95: number | undefined): string {
  const cut =
    cutOff.length === 0
      ? undefined
      : `${formatCount(cutOff.length, 'run')} that reached the limit after ${formatDuration(Math.max(...cutOff))}`;
  if (p95 === undefined) return `from ${cut ?? 'no run'}`;
  const longest = formatDuration(Math.max(...completed));
  const whole =
    completed.length === 1
      ? `one run (${longest})`
      : `the p95 of ${completed.length} runs (${formatDuration(p95)}; the longest ${longest})`;
  return cut === undefined ? `from ${whole}` : `from ${whole} and ${cut}`;
}

const STEPS: readonly (readonly [belowS: number, stepS: number])[] = [
  [2 * 3_600, 300],
  [12 * 3_600, 900],
  [24 * 3_600, 1_800],
  [Infinity, 3_600],
];

/** To 5 minutes below 2 hours, 15 minutes below 12, half an hour below a day, then whole hours. */
export function roundUpTime(seconds: number): number {
  const step = STEPS.find(([below]) => seconds < below)?.[1] ?? 3_600;
  return Math.ceil(seconds / step) * step;
}
