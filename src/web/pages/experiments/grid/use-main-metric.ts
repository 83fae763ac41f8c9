import { useCall } from '../../../api/use-call.ts';
import { listPinned } from '../../../state/pinned-metrics.ts';
import { readSetting } from '../../../state/stored-setting.ts';
import type { List } from '../list/use-list.ts';
import type { GridColumn } from './use-columns.ts';

/** Rows that may be the first one with results. */
const MOST_ROWS = 20;

/**
 * The column of the metric that counts most: the first one that is pinned for the template of the first experiments with
 * results; if none is pinned, the first one whose rule says which values are better. Undefined if that is not known.
 */
export function useMainMetric(list: List, columns: readonly GridColumn[]): GridColumn | undefined {
  const metrics = columns.filter(({ source }) => source === 'results');
  const rows = Array.from({ length: Math.min(list.total ?? 0, MOST_ROWS) }, (_, i) => list.row(i));
  const id = rows.find((row) => metrics.some(({ name }) => typeof row?.cell(name)?.value === 'number'))?.expId;
  const { data } = useCall('show', metrics.length > 1 && id ? { id } : undefined);
  if (data === undefined) return undefined;
  const kept = readSetting(`pinned.${data.template}`) ?? '';
  const [main] =
    kept.trim() === ''
      ? Object.entries(data.results).flatMap(([name, { mode }]) => (mode === null ? [] : [name]))
      : listPinned(kept, Object.keys(data.results));
  return metrics.find(({ name }) => name === main || name === `results.${main}`);
}
