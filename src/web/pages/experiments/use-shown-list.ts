import { useCallback, useMemo, useState } from 'react';
import type { CheckedQuery } from '../../../core/query/query.ts';
import type { ApiError } from '../../api/call-api.ts';
import { useCall } from '../../api/use-call.ts';
import { listFirst } from '../../state/pinned-metrics.ts';
import type { Sort } from '../../state/sort-setting.ts';
import { readSetting } from '../../state/stored-setting.ts';
import { chooseUsual, describeColumns, type KnownColumn } from './columns/column-choice.ts';
import { getCurveMetric, makeCurveColumn, withoutCurves } from './columns/curve-columns.ts';
import { asksForArchived } from './filter/archived-term.ts';
import type { ChosenColumn, ListAddress } from './list/address.ts';
import type { PageColumn } from './list/page-answer.ts';
import { useList, type List, type RowRange } from './list/use-list.ts';
import { useQueryText } from './list/use-query.ts';
import { chooseRows, useOpening, WHOLE } from './list/use-opening.ts';
import { WINDOW_ROWS } from './list/windows.ts';

/** The list that the address asks for. */
export interface ShownList {
  readonly list: List;
  /** The first rows are on their way: what takes the server long is asked after them. */
  readonly isOpening: boolean;
  readonly checked: CheckedQuery;
  /** The query that the list goes by; undefined before there was one. */
  readonly where: string | undefined;
  readonly sort: Sort | undefined;
  readonly known: ReadonlyMap<string, KnownColumn>;
  /** What a column can show: all that is known, and the ways of metrics. */
  readonly offered: ReadonlyMap<string, KnownColumn>;
  readonly chosen: readonly ChosenColumn[];
  /** Of the project, whatever else the filter asks for: with archived ones only if it asks for them. */
  readonly everything: number | undefined;
  /** How many of the project are archived; 0 until that is known. */
  readonly archived: number;
  /** What of the address could not be done. */
  readonly ignored: readonly string[];
  readonly error: ApiError | null;
  /** Asks again, in the order of now. */
  readonly renew: () => void;
  readonly onRange: (range: RowRange) => void;
}

/** Only their number. */
const ARCHIVED = { where: 'archived = true', columns: ['exp_id'], limit: 0 };

/** Columns without which no row can be shown. */
const NEEDED = ['exp_id', 'status', 'cause'];

/**
 * Reads what the address asks for. What kinds of columns there are is read from the newest experiments: with them, and not
 * after them, the first rows come that are shown. Without a filter and an order they are the same call.
 */
export function useShownList(address: ListAddress): ShownList {
  const { checked, where } = useQueryText(address.where);
  const sample = useCall('page', WHOLE);
  const columns = sample.data?.columns;
  const known = useMemo(
    () => new Map((columns === undefined ? [] : describeColumns({ columns })).map((each) => [each.name, each])),
    [columns],
  );
  const offered = useMemo(
    () =>
      new Map([
        ...known,
        ...listCurveColumns(columns ?? [], address.columns).map((each) => [each.name, each] as const),
      ]),
    [known, columns, address.columns],
  );
  const chosen = useMemo(() => {
    const asked = address.columns?.filter(({ name }) => offered.has(name)) ?? [];
    return withoutCurves(asked).length > 0 ? asked : chooseUsual([...known.values()]);
  }, [address.columns, known, offered]);
  const sort = address.sort !== undefined && known.has(address.sort.field) ? address.sort : undefined;
  const request = useMemo(() => {
    if (known.size === 0 || where === undefined) return undefined;
    return {
      ...chooseRows(where, sort),
      columns: [...new Set([...NEEDED, ...withoutCurves(chosen).map(({ name }) => name)])],
    };
  }, [known, where, sort, chosen]);
  const [range, setRange] = useState<RowRange>({ first: 0, last: 0 });
  const onRange = useCallback((next: RowRange) => setRange((now) => (isSameWindows(now, next) ? now : next)), []);
  const opened = where === undefined ? undefined : chooseRows(where, address.sort);
  const opening = useOpening(opened, sample.data === undefined, request);
  const answered = useList(opening.isLoading ? undefined : request, range, opening.answer);
  const list = { ...answered, isFormer: answered.isFormer || (!checked.ok && answered.total !== undefined) };
  const archived = useCall('page', list.total === undefined ? undefined : ARCHIVED).data?.total ?? 0;
  const all = sample.data?.total;
  return {
    list,
    isOpening: sample.isLoading || opening.isLoading || list.isReading,
    checked,
    where,
    sort,
    known,
    offered,
    chosen,
    everything: all === undefined || !asksForArchived(where ?? '') ? all : all + archived,
    archived,
    ignored: known.size === 0 ? [] : listIgnored(address, known, offered),
    error: sample.error ?? list.error,
    renew: () => {
      void sample.refetch();
      list.renew();
    },
    onRange,
  };
}

/** Columns for the ways of the metrics that are shown first for some template, and of those that the address has. */
function listCurveColumns(columns: readonly PageColumn[], asked: readonly ChosenColumn[] = []): KnownColumn[] {
  const metrics = columns.filter(({ source, cells }) => source === 'results' && cells.some((cell) => cell !== null));
  const names = metrics.map(({ name }) => name);
  const templates = new Set(columns.find(({ source, name }) => source === 'record' && name === 'template')?.cells);
  const pinned = [...templates].flatMap((template) =>
    typeof template === 'string' ? listFirst(readSetting(`pinned.${template}`) ?? '', names) : [],
  );
  const wanted = asked.flatMap(({ name }) => getCurveMetric(name) ?? []);
  return [...new Set([...pinned, ...wanted])].map(makeCurveColumn);
}

function isSameWindows(a: RowRange, b: RowRange): boolean {
  const window = (row: number): number => Math.floor(row / WINDOW_ROWS);
  return window(a.first) === window(b.first) && window(a.last) === window(b.last);
}

function listIgnored(
  { columns = [], sort, unknown }: ListAddress,
  known: ReadonlyMap<string, unknown>,
  offered: ReadonlyMap<string, unknown>,
): string[] {
  return [
    ...unknown.map((key) => `the key ${key}`),
    ...columns.filter(({ name }) => !offered.has(name)).map(({ name }) => `the column ${name}`),
    ...(sort === undefined || known.has(sort.field) ? [] : [`the order by ${sort.field}`]),
  ];
}
