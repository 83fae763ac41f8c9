import type { Metric, MissingMetric } from '../../core/experiment/metric.ts';
import type { Json } from '../shell/json.ts';

/** A metric with all that is known of where it came from. */
export function metricJson({ value, nonfinite, note, unit, mode, shape, source }: Metric): Json {
  const { file, rule, line, pointer, step, time } = source;
  return {
    value,
    nonfinite: nonfinite ?? null,
    unit: unit ?? null,
    mode: mode ?? null,
    note: note ?? null,
    has_series: shape !== undefined,
    source: {
      file,
      rule,
      line: line ?? null,
      pointer: pointer ?? null,
      step: step ?? null,
      time: time ?? null,
    },
  };
}

/** A metric that was not found, and why. */
export function missingJson({ reason, said, near, fix, optional }: MissingMetric): Json {
  return { reason, said, near: near ?? null, fix: fix ?? null, optional: optional ?? false };
}

/** `out.log:12`, `events.out.tfevents… step 300`. */
export function sourceText({ file, line, step }: Metric['source']): string {
  const place = line !== undefined ? `:${line}` : step !== undefined ? ` step ${step}` : '';
  return `${file}${place}`;
}
