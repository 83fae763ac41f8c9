import { compareTexts } from '../core/text/compare-texts.ts';
import { summarize, type Summary } from '../core/stats/statistics.ts';
import { formatExact, type Cell } from './cell.ts';
import type { Column } from './columns.ts';

/** Rows as the caller has them, and how to read them. */
export interface Grouping<Row> {
  /** Fields whose values make a group. */
  readonly by: readonly string[];
  readonly metrics: readonly string[];
  readonly read: (row: Row, field: string) => Cell;
  readonly nameOf: (row: Row) => string;
}

export interface GroupMetric extends Summary {
  readonly name: string;
  /** Names of the rows that have no number for it; they are not in n. */
  readonly missing: readonly string[];
}

export interface Group<Row> {
  /** One for each field of `by`. */
  readonly keys: readonly Cell[];
  readonly rows: readonly Row[];
  /** One for each metric, in order. */
  readonly metrics: readonly GroupMetric[];
}

/**
 * Groups rows that have the same values in `by` and summarizes their metrics over the rest. Sorted by these values: numbers
 * by size, then texts, then none.
 */
export function groupRows<Row>(rows: Iterable<Row>, grouping: Grouping<Row>): Group<Row>[] {
  const groups = new Map<unknown, { keys: Cell[]; rows: Row[] }>();
  for (const row of rows) {
    const keys = grouping.by.map((field) => grouping.read(row, field) ?? undefined);
    const id = groupId(keys);
    const group = groups.get(id) ?? { keys, rows: [] };
    group.rows.push(row);
    groups.set(id, group);
  }
  return [...groups.values()]
    .toSorted((a, b) => compareKeys(a.keys, b.keys))
    .map((group) => ({ ...group, metrics: grouping.metrics.map((name) => groupMetric(name, group.rows, grouping)) }));
}

/** The same for the same values. A lone number is its own: of many rows, most are grouped by one. */
function groupId(keys: readonly Cell[]): unknown {
  const [key] = keys;
  if (keys.length === 1 && (typeof key === 'number' || typeof key === 'boolean')) return key;
  return JSON.stringify(keys.map((each) => (each === undefined ? [] : [each])));
}

function groupMetric<Row>(name: string, rows: readonly Row[], { read, nameOf }: Grouping<Row>): GroupMetric {
  const numbers: number[] = [];
  const missing: string[] = [];
  for (const row of rows) {
    const value = read(row, name);
    if (typeof value === 'number' && Number.isFinite(value)) numbers.push(value);
    else missing.push(nameOf(row));
  }
  return { name, ...summarize(numbers), missing };
}

function compareKeys(a: readonly Cell[], b: readonly Cell[]): number {
  for (let i = 0; i < a.length; i += 1) {
    const order = compareCells(a[i], b[i]);
    if (order !== 0) return order;
  }
  return 0;
}

/** Numbers by size, then texts, then none. */
export function compareCells(a: Cell, b: Cell): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [rankA, rankB] = [rank(a), rank(b)];
  if (rankA !== rankB) return rankA - rankB;
  return compareTexts(formatExact(a), formatExact(b));
}

function rank(cell: Cell): number {
  if (typeof cell === 'number') return 0;
  return cell === undefined || cell === null ? 2 : 1;
}

/** `learning_rate=0.1, model=vit`. */
export function groupName(by: readonly Column[], { keys }: { readonly keys: readonly Cell[] }): string {
  return by.map(({ header }, i) => `${header}=${formatExact(keys[i])}`).join(', ');
}
