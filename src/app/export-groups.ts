import type { Cell } from '../report/index.ts';
import { MISSING, type Table } from './export-table.ts';
import type { Grouped, MetricGroup } from './group.ts';

/** One row for each group. */
export function groupTable({ by, metrics, groups, experiments, missing, warnings }: Grouped): Table {
  const summaries = metrics.flatMap(({ header }) => [`${header}_n`, `${header}_mean`, `${header}_std`]);
  const ours = new Set(['n', ...summaries, MISSING]);
  const keys = by.map(({ header, source, name }) => (ours.has(header) ? `${source}.${name}` : header));
  return {
    header: [...keys, 'n', ...summaries, MISSING],
    rows: groups.map(groupRow),
    experiments,
    missing,
    warnings,
  };
}

function groupRow({ keys, n, metrics, missing }: MetricGroup): Cell[] {
  const summaries = metrics.flatMap((metric): Cell[] => [metric.n, metric.mean, metric.std]);
  const names = metrics.map(({ name }) => name);
  const words = names.flatMap((name) => {
    const lacking = missing.filter(({ metric }) => metric === name).map(({ expId, cause }) => `${expId} (${cause})`);
    return lacking.length === 0 ? [] : [`${name}: ${lacking.join(', ')}`];
  });
  return [...keys, n, ...summaries, words.length === 0 ? undefined : words.join('; ')];
}
