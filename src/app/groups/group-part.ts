import { compareWithReference, type Difference } from '../../core/stats/rank-groups.ts';
import type { Summary } from '../../core/stats/statistics.ts';
import type { ExpId } from '../../core/ids.ts';
import { formatExact, type Cell, type Column } from '../../report/index.ts';
import type { PageTable, RowReader } from '../../store/index.ts';
import { causeOf } from '../tables/group-table.ts';
import { countCauses } from '../tables/missing.ts';
import { readCellColumn } from '../tables/stored-cell.ts';
import { summarizeCells, summarizeMetric, type GroupOutline, type Grouping } from './grouping.ts';

/** A group of experiments. */
export interface GroupLine extends Omit<GroupOutline, 'rows'> {
  /** How many experiments. */
  readonly n: number;
  /** Its newest member; null if that has been removed. */
  readonly newest: ExpId | null;
}

/** A column over groups. Places count from 0. */
export interface GroupColumn extends Column {
  /** What all members of a group have: numbers as numbers, times in ISO 8601; null for nothing, and where members differ. */
  readonly cells: readonly Cell[];
  /** Of parameters that were not written as their cells are: how, by place (`1e-4`). */
  readonly written: { readonly [place: string]: string };
  /** How many different values the members have if several, by place. */
  readonly distinct: { readonly [place: string]: number };
  /** Of a metric: the numbers of each group, see {@link Summary}. */
  readonly summaries?: readonly Summary[];
  /** Of a metric: how many members have no number, by cause. */
  readonly gaps?: readonly { readonly [cause: string]: number }[];
  /** Of a metric, if there is a reference: how groups differ from it. */
  readonly differences?: readonly Difference[];
  /** How many groups of the whole list were tested against the reference. */
  readonly tests?: number;
}

/** Some groups by columns. */
export interface GroupPart {
  readonly groups: readonly GroupLine[];
  readonly columns: readonly GroupColumn[];
}

/** What the groups are compared with: one of the groups, or a group or run beside them. */
export interface Reference {
  readonly outline: GroupOutline;
  /** Its place among all groups; undefined if it is not one of them. */
  readonly place: number | undefined;
}

/** Which columns of groups. */
interface GroupColumnsRequest {
  readonly columns: readonly Column[];
  /** See `findUnreadableTemplates`. */
  readonly unreadable: ReadonlySet<string>;
}

interface GroupPartRequest extends GroupColumnsRequest {
  readonly places: readonly number[];
  readonly reference?: Reference | undefined;
}

/** Columns of the groups at these places. */
export function readGroupPart(
  grouping: Grouping,
  reader: RowReader,
  { places, columns, unreadable, reference }: GroupPartRequest,
): GroupPart {
  const part = keepPart(grouping, JSON.stringify([places, columns, [...unreadable]]), () =>
    readOutlines(
      places.flatMap((place) => grouping.groups[place] ?? []),
      reader,
      { columns, unreadable },
    ),
  );
  if (reference === undefined) return part;
  return {
    ...part,
    columns: part.columns.map((column) =>
      column.source === 'results'
        ? { ...column, ...compareColumn(grouping, reader, { column, places, reference }) }
        : column,
    ),
  };
}

/** A few groups may have all experiments, so that reading them takes long. */
const MOST_PARTS = 8;

function keepPart({ parts }: Grouping, name: string, make: () => GroupPart): GroupPart {
  const part = (parts.get(name) as GroupPart | undefined) ?? make();
  parts.delete(name);
  parts.set(name, part);
  for (const oldest of [...parts.keys()].slice(0, -MOST_PARTS)) parts.delete(oldest);
  return part;
}

/** Columns of groups, whether they are among those of a list or not. */
export function readOutlines(
  outlines: readonly GroupOutline[],
  reader: RowReader,
  { columns, unreadable }: GroupColumnsRequest,
): GroupPart {
  const table = reader.open(outlines.flatMap(({ rows }) => [...rows]));
  const bounds: (readonly [start: number, end: number])[] = [];
  for (const { rows } of outlines) {
    const start = bounds.at(-1)?.[1] ?? 0;
    bounds.push([start, start + rows.length]);
  }
  const newest = reader.open(outlines.map(({ rows }) => rows.at(-1) ?? 0));
  return {
    groups: outlines.map(({ rows, ...outline }, i) => ({
      ...outline,
      n: rows.length,
      newest: newest.rows[i]?.expId ?? null,
    })),
    columns: columns.map((column) => readColumn(table, bounds, column, unreadable)),
  };
}

function compareColumn(
  grouping: Grouping,
  reader: RowReader,
  { column, places, reference }: { column: Column; places: readonly number[]; reference: Reference },
): Pick<GroupColumn, 'differences' | 'tests'> {
  const summaries = summarizeMetric(grouping, reader, column.name);
  const summary = referenceSummary(summaries, reader, column, reference);
  const { tests, at } = compareWithReference(summaries, summary);
  return { tests, differences: places.map(at) };
}

/** A metric of what groups are compared with. */
export function referenceSummary(
  summaries: readonly Summary[],
  reader: RowReader,
  column: Column,
  { place, outline }: Reference,
): Summary {
  const own = place === undefined ? undefined : summaries[place];
  return own ?? summarizeCells(readCells(reader.open(outline.rows), column, outline.rows.length));
}

function readCells(table: PageTable, column: Column, count: number): Cell[] {
  const found = readCellColumn(table, column);
  return Array.from({ length: count }, (_, place) => found.value(place));
}

function readColumn(
  table: PageTable,
  bounds: readonly (readonly [number, number])[],
  column: Column,
  unreadable: ReadonlySet<string>,
): GroupColumn {
  const count = bounds.at(-1)?.[1] ?? 0;
  const all = readCells(table, column, count);
  const found = readCellColumn(table, column);
  const written: Record<string, string> = {};
  const distinct: Record<string, number> = {};
  const cells = bounds.map(([start, end], place) => {
    const values = new Set(all.slice(start, end).map((cell) => formatExact(cell ?? null)));
    if (values.size > 1) distinct[place] = values.size;
    const cell = values.size === 1 ? (all[start] ?? null) : null;
    const shown = column.source === 'params' && cell !== null ? found.shown(start) : undefined;
    if (typeof shown === 'string' && shown !== formatExact(cell)) written[place] = shown;
    return cell;
  });
  if (column.source !== 'results') return { ...column, cells, written, distinct };
  return {
    ...column,
    cells,
    written,
    distinct,
    summaries: bounds.map(([start, end]) => summarizeCells(all.slice(start, end))),
    gaps: countGaps(table, bounds, { name: column.name, cells: all, unreadable }),
  };
}

function countGaps(
  table: PageTable,
  bounds: readonly (readonly [number, number])[],
  {
    name,
    cells,
    unreadable,
  }: { readonly name: string; readonly cells: readonly Cell[]; readonly unreadable: ReadonlySet<string> },
): NonNullable<GroupColumn['gaps']> {
  if (cells.every((cell) => typeof cell === 'number')) return bounds.map(() => ({}));
  const [values, reasons] = [table.values('results', name), table.values('missing', name)];
  return bounds.map(([start, end]) =>
    countCauses(
      Array.from({ length: end - start }, (_, i) => start + i)
        .filter((place) => typeof cells[place] !== 'number')
        .map((place) => {
          const row = table.rows[place];
          const hasRules = (): boolean => row === undefined || !unreadable.has(row.template);
          return { metric: name, cause: causeOf(values[place], reasons[place], row, hasRules) };
        }),
    ),
  );
}
