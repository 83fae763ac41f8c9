import { describeDivergence } from '../../core/experiment/metric.ts';
import type { MetricJson } from '../../json/index.ts';
import { formatValue } from './numbers.ts';

/** The value of a metric for people: one that is NaN or infinite is `diverged at step 300`. */
export function formatMetric(metric: MetricJson): string {
  return metric.nonfinite === null ? formatValue(metric.value) : describeDivergence(metric);
}

/** Which rule chose the value, and where: `jsonl val_acc max, step 60, metrics.jsonl:40`. */
export function describeSource({ source: { rule, step, file, line, pointer } }: MetricJson): string {
  const place = line === null ? file : `${file}:${line}`;
  return [rule, ...(step === null ? [] : [`step ${step}`]), pointer === null ? place : `${place} ${pointer}`].join(
    ', ',
  );
}
