import { describeDivergence } from '../../core/experiment/metric.ts';
import type { MetricJson } from '../../json/index.ts';
import { formatValue } from './numbers.ts';

/** The value of a metric for people: one that is NaN or infinite is `diverged at step 300`. */
export function formatMetric(metric: MetricJson): string {
  return metric.nonfinite === null ? formatValue(metric.value) : describeDivergence(metric);
}

const PICKS: { readonly [pick: string]: string } = {
  first: 'first value',
  last: 'last value',
  min: 'lowest value',
  max: 'highest value',
  mean: 'mean',
  sum: 'sum',
  count: 'number of values',
};

/** `jsonl val_acc max` as `highest value of val_acc (jsonl)`; a rule of another form as it is. */
function describeRule(rule: string): string {
  const [, source, name, pick = ''] = /^(\w+) (\S+) (\w+)$/.exec(rule) ?? [];
  return PICKS[pick] === undefined ? rule : `${PICKS[pick]} of ${name} (${source})`;
}

/** Which rule chose the value, and where: `highest value of val_acc (jsonl), step 60, metrics.jsonl:40`. */
export function describeSource({ source: { rule, step, file, line, pointer } }: MetricJson): string {
  const place = line === null ? file : `${file}:${line}`;
  return [
    describeRule(rule),
    ...(step === null ? [] : [`step ${step}`]),
    pointer === null ? place : `${place} ${pointer}`,
  ].join(', ');
}
