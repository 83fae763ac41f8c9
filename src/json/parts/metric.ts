import type { Metric, MissingMetric } from '../../core/experiment/metric.ts';
import type { Mode } from '../../core/settings/harvest-rule.ts';

/** A metric, and where its value comes from. */
export type MetricJson = {
  readonly value: Metric['value'];
  /** NaN and infinities, whose `value` is null. */
  readonly nonfinite: 'nan' | 'inf' | '-inf' | null;
  /** The step from which no value of its series is finite; null if it is finite, or the step is not known. */
  readonly diverged: number | null;
  readonly unit: string | null;
  readonly mode: Mode | null;
  readonly note: string | null;
  readonly has_series: boolean;
  readonly source: {
    readonly file: string;
    readonly rule: string;
    readonly line: number | null;
    readonly pointer: string | null;
    readonly step: number | null;
    readonly time: string | null;
  };
};

export function metricJson({ value, nonfinite, diverged, note, unit, mode, shape, source }: Metric): MetricJson {
  const { file, rule, line, pointer, step, time } = source;
  return {
    value,
    nonfinite: nonfinite ?? null,
    diverged: diverged ?? null,
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
export type MissingJson = {
  readonly reason: MissingMetric['reason'];
  readonly said: string;
  readonly near: string | null;
  readonly fix: string | null;
  readonly optional: boolean;
};

export function missingJson({ reason, said, near, fix, optional }: MissingMetric): MissingJson {
  return { reason, said, near: near ?? null, fix: fix ?? null, optional: optional ?? false };
}
