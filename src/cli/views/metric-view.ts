import type { Metric } from '../../core/experiment/metric.ts';

/** `out.log:12`, `events.out.tfevents… step 300`. */
export function sourceText({ file, line, step }: Metric['source']): string {
  const place = line !== undefined ? `:${line}` : step !== undefined ? ` step ${step}` : '';
  return `${file}${place}`;
}
