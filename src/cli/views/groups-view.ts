import { meanText, type Cell, type Grouped, type GroupMetric, type TableColumn } from '../../app/index.ts';
import { formatTable } from '../shell/table.ts';
import type { Screen } from '../shell/terminal.ts';

/** One line for each group. A mean that does not cover all of its experiments says how many. */
export function groupsText({ by, metrics, groups }: Grouped, screen: Screen): string {
  const keys = by.map(({ header }): TableColumn => ({ name: header, priority: 2 }));
  const others = ['n', ...metrics.map(({ header }) => header)].map((name): TableColumn => ({ name, priority: 1 }));
  const rows = groups.map((group): Cell[] => [
    ...group.keys,
    group.n,
    ...group.metrics.map((metric) => groupCell(metric, group.n)),
  ]);
  return formatTable([...keys, ...others], rows, screen);
}

/** `0.77 ± 0.02 (2 of 3)`. */
export function groupCell(metric: GroupMetric, n: number): string {
  const text = meanText(metric);
  return metric.n === n || metric.n === 0 ? text : `${text} (${metric.n} of ${n})`;
}
