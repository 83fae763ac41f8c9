import type { Grouped, GroupMetric, MetricGroup } from '../../app/index.ts';
import type { Cause } from '../../core/experiment/cause.ts';
import type { Status } from '../../core/experiment/status.ts';
import type { Json, JsonMap } from './json.ts';

/** A group: the fields that it shares by their names, and beside them these keys. */
export type GroupJson = JsonMap & {
  /** How many experiments, those without a value included. */
  readonly n: number;
  readonly metrics: { readonly [name: string]: SummaryJson };
  readonly missing: readonly { readonly exp_id: string; readonly metric: string; readonly cause: string }[];
  readonly unfinished: readonly { readonly exp_id: string; readonly status: Status; readonly cause: Cause | null }[];
  readonly absent_seeds: readonly string[];
};

export function groupJson({ by, metrics }: Grouped, group: MetricGroup): GroupJson {
  return {
    ...keysJson(by, group),
    n: group.n,
    metrics: Object.fromEntries(group.metrics.map((metric, i) => [metrics[i]?.header ?? '', summaryJson(metric)])),
    missing: group.missing.map(({ expId, metric, cause }) => ({ exp_id: expId, metric, cause })),
    unfinished: group.unfinished.map(({ expId, status, cause }) => ({ exp_id: expId, status, cause: cause ?? null })),
    absent_seeds: group.absentSeeds,
  };
}

/** The values that a group shares, by field. */
export function keysJson(by: Grouped['by'], { keys }: Pick<MetricGroup, 'keys'>): JsonMap {
  return Object.fromEntries(by.map(({ header }, i): [string, Json] => [header, keys[i] ?? null]));
}

/** Statistics of a metric over the experiments of a group. Null: not defined for so few values. */
export type SummaryJson = {
  readonly n: number;
  readonly mean: number | null;
  readonly std: number | null;
  readonly sem: number | null;
  /** The 95 % confidence interval of the mean. */
  readonly ci95: readonly number[] | null;
  readonly median: number | null;
  readonly min: number | null;
  readonly max: number | null;
};

export function summaryJson(metric: Omit<GroupMetric, 'name' | 'missing'>): SummaryJson {
  const { n, mean, std, sem, ci95, median, min, max } = metric;
  return {
    n,
    mean: mean ?? null,
    std: std ?? null,
    sem: sem ?? null,
    ci95: ci95 === undefined ? null : [...ci95],
    median: median ?? null,
    min: min ?? null,
    max: max ?? null,
  };
}
