import {
  meanText,
  type Cell,
  type Grouped,
  type GroupMetric,
  type MetricGroup,
  type TableColumn,
} from '../../app/index.ts';
import type { Json } from '../shell/json.ts';
import { tableText } from '../shell/table.ts';
import type { Screen } from '../shell/terminal.ts';

/** A group with all that is known of it. */
export function groupJson({ by, metrics }: Grouped, group: MetricGroup): { readonly [name: string]: Json } {
  return {
    ...Object.fromEntries(by.map(({ header }, i) => [header, group.keys[i] ?? null])),
    n: group.n,
    metrics: Object.fromEntries(group.metrics.map((metric, i) => [metrics[i]?.header ?? '', summaryJson(metric)])),
    missing: group.missing.map(({ expId, metric, cause }) => ({ exp_id: expId, metric, cause })),
    unfinished: group.unfinished.map(({ expId, status, cause }) => ({ exp_id: expId, status, cause: cause ?? null })),
    absent_seeds: group.absentSeeds,
  };
}

type Summary = Omit<GroupMetric, 'name' | 'missing'>;

/** What is not defined for so few numbers is null. */
export function summaryJson({ n, mean, std, sem, ci95, median, min, max }: Summary): { readonly [name: string]: Json } {
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

/** One line for each group. A mean that is not over all of its experiments says over how many. */
export function groupsText({ by, metrics, groups }: Grouped, screen: Screen): string {
  const keys = by.map(({ header }): TableColumn => ({ name: header, priority: 2 }));
  const others = ['n', ...metrics.map(({ header }) => header)].map((name): TableColumn => ({ name, priority: 1 }));
  const rows = groups.map((group): Cell[] => [
    ...group.keys,
    group.n,
    ...group.metrics.map((metric) => groupCell(metric, group.n)),
  ]);
  return tableText([...keys, ...others], rows, screen);
}

/** `0.77 ± 0.02 (2 of 3)`. */
export function groupCell(metric: GroupMetric, n: number): string {
  const text = meanText(metric);
  return metric.n === n || metric.n === 0 ? text : `${text} (${metric.n} of ${n})`;
}
