import type { Difference } from '../../../../core/stats/rank-groups.ts';
import type { Summary } from '../../../../core/stats/statistics.ts';
import type { Api } from '../../../../server/index.ts';
import type { CellValue, Row } from '../list/row.ts';
import type { GroupLine } from './group-words.ts';

type GroupsAnswer = Api['groups']['answer'];
/** Some groups by columns. */
export type GroupPart = Pick<GroupsAnswer, 'groups' | 'columns'>;

/** A column of one group. */
export interface GroupValue extends CellValue {
  /** How many different values its runs have, if several. */
  readonly distinct: number | undefined;
  /** Of a metric. */
  readonly summary: Summary | undefined;
  /** Runs without a number, by cause. */
  readonly gaps: { readonly [cause: string]: number };
  readonly difference: Difference | undefined;
  readonly tests: number;
}

/** A row that is no experiment. */
export type RowInfo =
  | { readonly kind: 'group'; readonly line: GroupLine; readonly value: (column: string) => GroupValue | undefined }
  /** Runs of a group that are not listed. */
  | { readonly kind: 'more'; readonly count: number };

const infos = new WeakMap<Row, RowInfo>();

/** Undefined for an experiment. */
export function getRowInfo(row: Row): RowInfo | undefined {
  return infos.get(row);
}

const made = new WeakMap<GroupPart, (Row | undefined)[]>();

/** The row of a group: the same object for the same answer, so that it is drawn once. */
export function makeGroupRow(part: GroupPart, place: number): Row | undefined {
  const line = part.groups[place];
  if (line === undefined) return undefined;
  const known = made.get(part) ?? [];
  made.set(part, known);
  return (known[place] ??= makeRow(part, place, line));
}

function makeRow(part: GroupPart, place: number, line: GroupLine): Row {
  const value = (name: string): GroupValue | undefined => readValue(part, place, name);
  const row: Row = { key: `group ${line.id}`, expId: null, cell: value };
  infos.set(row, { kind: 'group', line, value });
  return row;
}

function readValue({ columns }: GroupPart, place: number, name: string): GroupValue | undefined {
  const column = columns.find(({ header }) => header === name);
  if (column === undefined) return undefined;
  return {
    value: column.cells[place] ?? null,
    written: column.written[place],
    gap: undefined,
    distinct: column.distinct[place],
    summary: column.summaries?.[place],
    gaps: column.gaps?.[place] ?? {},
    difference: column.differences?.[place],
    tests: column.tests ?? 0,
  };
}

const rests = new Map<string, Row>();

/** The row that stands for the other runs of a group. */
export function makeMoreRow(group: string, count: number): Row {
  const key = `${group} ${count}`;
  const row = rests.get(key) ?? { key: `more ${key}`, expId: null, cell: () => undefined };
  rests.set(key, row);
  infos.set(row, { kind: 'more', count });
  return row;
}
