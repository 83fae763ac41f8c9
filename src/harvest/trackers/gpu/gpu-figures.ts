import { percentile } from '../../../core/stats/statistics.ts';
import type { GpuSample } from './gpu-table.ts';

/** Undefined of nothing. */
export function computeMean(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Undefined of nothing. */
export function findLargest(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((a, b) => Math.max(a, b));
}

export interface Energy {
  readonly joules: number;
  /** Seconds of the gaps in which its power is unknown. */
  readonly gaps: readonly number[];
}

/** This many times the usual interval between two samples is a gap: the monitor, or the machine, was stopped. */
const LONGEST_BRIDGED = 3;

/**
 * Energy of one GPU by the trapezoidal rule. Gaps, and times at which the clock was set back, are not bridged. Undefined
 * when there are no two samples with power to bridge.
 */
export function computeEnergy(samples: readonly GpuSample[]): Energy | undefined {
  const powered = samples.filter(({ powerW }) => powerW !== undefined);
  const spans = powered.slice(1).map((sample, i) => {
    const before = powered[i] ?? sample;
    return {
      seconds: (sample.clockMs - before.clockMs) / 1000,
      watts: ((before.powerW ?? 0) + (sample.powerW ?? 0)) / 2,
    };
  });
  const forward = spans.filter(({ seconds }) => seconds > 0);
  const usual = percentile(
    forward.map(({ seconds }) => seconds),
    0.5,
  );
  if (usual === undefined) return undefined;
  const isGap = ({ seconds }: { readonly seconds: number }): boolean => seconds > LONGEST_BRIDGED * usual;
  return {
    joules: forward.filter((span) => !isGap(span)).reduce((sum, { seconds, watts }) => sum + seconds * watts, 0),
    gaps: forward.filter(isGap).map(({ seconds }) => seconds),
  };
}
