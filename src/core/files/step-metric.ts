import type { StepMetric } from '../experiment/checkpoint-file.ts';
import type { JoinedSeries } from '../experiment/join-series.ts';
import type { Metric } from '../experiment/metric.ts';
import type { Mode } from '../settings/harvest-rule.ts';

/** A checkpoint among others. */
export interface CheckpointStep {
  /** `train-1`; absent if nothing says which attempt wrote it. */
  readonly attempt?: string;
  readonly step?: number;
}

/**
 * The values of a metric at checkpoints: at exactly the step of each, otherwise the last one after the step of the
 * checkpoint before it, as Lightning logs step 399 for the checkpoint at 400. An attempt's own values count, also those
 * that a later attempt superseded. NaN is no value.
 *
 * @returns in the order of the checkpoints
 */
export function findStepMetrics(
  name: string,
  { parts, superseded }: JoinedSeries,
  checkpoints: readonly CheckpointStep[],
): (StepMetric | undefined)[] {
  const byAttempt = Map.groupBy(checkpoints, ({ attempt }) => attempt);
  return checkpoints.map(({ attempt, step }) => {
    if (step === undefined) return undefined;
    let previous = -Infinity;
    for (const { step: other = step } of byAttempt.get(attempt) ?? [])
      if (other < step && other > previous) previous = other;
    const own = attempt === undefined ? parts : [...parts, ...superseded].filter((part) => part.attempt === attempt);
    let found: StepMetric | undefined;
    for (const { points } of own) {
      for (let i = points.steps.length - 1; i >= 0; i -= 1) {
        const [at = Number.NaN, value = Number.NaN] = [points.steps[i], points.values[i]];
        if (at > step || Number.isNaN(value)) continue;
        if (at > previous && (found === undefined || at > found.step)) found = { name, value, step: at };
        break;
      }
    }
    return found;
  });
}

/** The only metric that says which of its values are better; undefined when none does, or several. */
export function findJudgingMetric(metrics: Readonly<Record<string, Metric>>): JudgedMetric | undefined {
  const found = Object.entries(metrics).flatMap(([name, { mode }]) => (mode === undefined ? [] : [{ name, mode }]));
  return found.length === 1 ? found[0] : undefined;
}

/** A metric with which of its values are better. */
export interface JudgedMetric {
  readonly name: string;
  readonly mode: Mode;
}

/** The one with the best value; of equal ones the first. Undefined when none has a value. */
export function findBestOf<T>(all: readonly T[], valueOf: (one: T) => number | undefined, mode: Mode): T | undefined {
  let best: { readonly one: T; readonly value: number } | undefined;
  for (const one of all) {
    const value = valueOf(one);
    if (value === undefined || Number.isNaN(value)) continue;
    if (best === undefined || (mode === 'max' ? value > best.value : value < best.value)) best = { one, value };
  }
  return best?.one;
}
