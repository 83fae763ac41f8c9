import { countDecimals, formatValue } from '../../../format/numbers.ts';
import type { ChosenColumn } from '../list/address.ts';
import type { PageColumn, PageRows } from '../list/page-answer.ts';

/** A column that the list can have. */
export interface KnownColumn {
  readonly name: string;
  readonly source: PageColumn['source'];
  /** Of numbers, which are set to the right. */
  readonly isNumeric: boolean;
  /** Digits behind the point that its numbers have at most, as they are shown. */
  readonly decimals: number;
  /** Its values differ, in the rows that it was read from. */
  readonly varies: boolean;
  /** Some of those rows has a value. */
  readonly isPresent: boolean;
}

/** Columns that always come first, if nobody chose any. */
const FIRST: readonly string[] = ['exp_id', 'status'];
/** Behind results and parameters: where an experiment belongs, if that tells some apart. */
const IF_VARYING: readonly string[] = ['tags', 'sweep', 'template', 'user'];
const LAST: readonly string[] = ['created'];

/** More than these are for the picker. */
const MOST_OF_A_KIND = 8;

/** What is known of all columns from some experiments. */
export function describeColumns({ columns }: Pick<PageRows, 'columns'>): KnownColumn[] {
  return columns.map(({ header, source, cells, written }) => {
    const values = new Set(cells.map((cell) => JSON.stringify(cell)));
    const given = cells.filter((cell) => cell !== null);
    return {
      name: header,
      source,
      isNumeric: given.length > 0 && given.every((cell) => typeof cell === 'number' || NONFINITE.has(cell)),
      decimals: Math.max(
        0,
        ...cells.map((cell, i) => (typeof cell === 'number' ? countDecimals(written[i] ?? formatValue(cell)) : 0)),
      ),
      varies: values.size > 1,
      isPresent: given.length > 0,
    };
  });
}

/** How an answer writes numbers that JSON has not. */
const NONFINITE: ReadonlySet<unknown> = new Set(['nan', 'inf', '-inf']);

/** The columns of a list nobody chose any for: what came out, what tells experiments apart, and where they belong. */
export function chooseUsual(known: readonly KnownColumn[]): ChosenColumn[] {
  const named = (names: readonly string[]): KnownColumn[] =>
    names.flatMap((name) => known.find((column) => column.source === 'record' && column.name === name) ?? []);
  const of = (source: KnownColumn['source']): KnownColumn[] => known.filter((column) => column.source === source);
  const columns = [
    ...named(FIRST),
    ...of('results')
      .filter(({ isPresent }) => isPresent)
      .slice(0, MOST_OF_A_KIND),
    ...of('params')
      .filter(({ varies }) => varies)
      .slice(0, MOST_OF_A_KIND),
    ...named(IF_VARYING).filter(({ varies }) => varies),
    ...named(LAST),
  ];
  return columns.map(({ name }) => ({ name, ...(name === 'exp_id' ? { isPinned: true } : {}) }));
}

/** Shows a column behind the others, or hides it. The last one stays. */
export function toggleColumn(columns: readonly ChosenColumn[], name: string): readonly ChosenColumn[] {
  const rest = columns.filter((column) => column.name !== name);
  if (rest.length === columns.length) return [...columns, { name }];
  return rest.length === 0 ? columns : rest;
}

/** Moves a column by some places; it stays among those that are pinned, or among the others. */
export function moveColumn(columns: readonly ChosenColumn[], name: string, by: number): readonly ChosenColumn[] {
  const from = columns.findIndex((column) => column.name === name);
  const to = Math.min(Math.max(from + by, 0), columns.length - 1);
  const moved = columns[from];
  if (moved === undefined || from === to) return columns;
  const rest = columns.toSpliced(from, 1);
  return rest.toSpliced(to, 0, moved);
}

/** Changes the width of a column, or whether it is pinned. */
export function changeColumn(
  columns: readonly ChosenColumn[],
  name: string,
  change: Partial<Omit<ChosenColumn, 'name'>>,
): readonly ChosenColumn[] {
  return columns.map((column) => (column.name === name ? { ...column, ...change } : column));
}
