import type { Value } from '../../core/value.ts';
import { describeDivergence, type Metric } from '../../core/experiment/metric.ts';

/** `out.log:12`, `events.out.tfevents… step 300`. */
export function sourceText({ file, line, step }: Metric['source']): string {
  const place = line !== undefined ? `:${line}` : step !== undefined ? ` step ${step}` : '';
  return `${file}${place}`;
}

/** The value as people read it: one that is NaN or infinite is `diverged at step 300`. */
export function formatMetric(metric: Metric | undefined): Value | undefined {
  return metric?.nonfinite === undefined ? metric?.value : describeDivergence(metric);
}
