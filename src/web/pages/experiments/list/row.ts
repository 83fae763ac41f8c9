import type { PageRows } from './page-answer.ts';

/** What is in a cell of the list. */
export interface CellValue {
  readonly value: PageRows['columns'][number]['cells'][number];
  /** How it was written, if not as its value is. */
  readonly written: string | undefined;
  /** Why a metric has no number. */
  readonly gap: string | undefined;
}

/** An experiment of the list. */
export interface Row {
  /** Of the experiment, whatever it is called. Null for one that has been removed. */
  readonly key: string | null;
  readonly expId: string | null;
  /** Undefined if the column was not asked for. */
  readonly cell: (column: string) => CellValue | undefined;
}

/** A row of an answer: the same object for the same row, so that it is drawn once. @param place in the answer, from 0 */
export function readRow(page: PageRows, place: number): Row {
  const rows = readRows(page);
  return (rows[place] ??= makeRow(page, place));
}

function makeRow(page: PageRows, place: number): Row {
  return {
    key: page.keys[place] ?? null,
    expId: page.expIds[place] ?? null,
    cell: (name) => {
      const column = indexColumns(page).get(name);
      if (column === undefined) return undefined;
      return { value: column.cells[place] ?? null, written: column.written[place], gap: column.gaps[place] };
    },
  };
}

const made = new WeakMap<PageRows, (Row | undefined)[]>();

function readRows(page: PageRows): (Row | undefined)[] {
  const known = made.get(page) ?? [];
  made.set(page, known);
  return known;
}

const indexed = new WeakMap<PageRows, ReadonlyMap<string, PageRows['columns'][number]>>();

function indexColumns(page: PageRows): ReadonlyMap<string, PageRows['columns'][number]> {
  const known = indexed.get(page);
  if (known !== undefined) return known;
  const index = new Map(page.columns.map((column) => [column.header, column]));
  indexed.set(page, index);
  return index;
}
