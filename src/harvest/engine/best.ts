import type { BestPick } from '../../core/settings/harvest-rule.ts';
import type { Series } from '../../core/experiment/series.ts';
import type { RuleResult } from './rule-result.ts';
import { getFileAt } from './joined.ts';
import { timeOf } from '../pick/pick.ts';
import { numberValue } from '../base/reading.ts';
import type { MetricFinding, FoundValue } from '../base/source.ts';
import { makeMissing, withNotes } from '../base/words.ts';

/** Gives the metrics whose rule says so their values at the step at which another metric is best. */
export function applyBestSteps(answers: readonly RuleResult[]): RuleResult[] {
  const series = new Map(answers.map(({ metric, finding }) => [metric, finding.found?.series]));
  return answers.map((answer) => {
    const { rule } = answer.task;
    const pick = 'pick' in rule ? rule.pick : 'last';
    if (typeof pick === 'string' || !answer.finding.found) return answer;
    return { ...answer, finding: valueAtBest(answer, pick, series.get(pick.best)) };
  });
}

function valueAtBest({ metric, finding }: RuleResult, pick: BestPick, judge: Series | undefined): MetricFinding {
  const { found } = finding;
  // A single value, such as a setting, is the same at every step.
  if (!found?.series) return finding;
  const step = judge && bestStep(judge, pick.mode);
  if (step === undefined) {
    const why = judge === undefined ? 'has no series' : 'has no number';
    return makeMissing('no_value', `the best step is not known: ${pick.best} ${why}`, {
      fix: `let ${metric} pick first, last, min, max or mean`,
    });
  }
  const at = indexAt(found.series, step);
  if (at === undefined)
    return makeMissing('no_value', `it has no value yet at step ${step}, where ${pick.best} is best`);
  const actual = found.series.steps[at] ?? 0;
  const { nonfinite: _nonfinite, ...rest } = found;
  const file = found.joined && getFileAt(found.joined, at);
  const value: FoundValue = {
    ...rest,
    ...(file !== undefined && { file }),
    ...numberValue(found.series.values[at] ?? NaN),
    place: { step: actual, ...timeOf(found.series.times[at]) },
  };
  const note = actual === step ? undefined : `at step ${actual}, the last before the best step ${step}`;
  return { found: withNotes(value, note) };
}

/** The first step with the best value; NaN is never best. */
function bestStep({ steps, values }: Series, mode: BestPick['mode']): number | undefined {
  let best: number | undefined;
  values.forEach((value, i) => {
    if (Number.isNaN(value)) return;
    const before = best === undefined ? undefined : (values[best] ?? NaN);
    if (before === undefined || (mode === 'max' ? value > before : value < before)) best = i;
  });
  return best === undefined ? undefined : steps[best];
}

/** The last point that is not after a step. */
function indexAt({ steps }: Series, step: number): number | undefined {
  let [low, high] = [0, steps.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((steps[middle] ?? 0) <= step) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? undefined : low - 1;
}
