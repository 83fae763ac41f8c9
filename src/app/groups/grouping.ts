import { summarize, type Summary } from '../../core/stats/statistics.ts';
import type { Status } from '../../core/experiment/status.ts';
import { groupRows, type Cell, type Column, type Group } from '../../report/index.ts';
import type { RowReader, Tabulation } from '../../store/index.ts';
import type { Project } from '../project/project.ts';
import { getKnownNames, type OpenSelection } from '../experiments/select.ts';
import { seedsOfGroups } from '../tables/group-seeds.ts';
import { readGroupTable, type GroupTable } from '../tables/group-table.ts';
import { storedCell } from '../tables/stored-cell.ts';

/**
 * All groups of a selection, without most of their values: small enough to be kept. Those that differ in more than seeds have the
 * newest first; others are in the order of their keys.
 */
export interface Grouping {
  readonly groups: readonly GroupOutline[];
  readonly experiments: number;
  /** The metrics that were read, over the members of each group. */
  readonly summaries: Map<string, readonly Summary[]>;
  /** The parts that were read last, by what was asked. */
  readonly parts: Map<string, unknown>;
}

export interface GroupOutline {
  /** The same in each view of the project. */
  readonly id: string;
  /** One for each field of `by`. */
  readonly keys: readonly Cell[];
  /** Rows of the members in the view, in the order in which they were made. */
  readonly rows: Uint32Array;
  readonly statuses: { readonly [status in Status]?: number };
  /** How many different seeds it has. */
  readonly seeds: number;
  /** Seeds that most groups have, as `seed 3`: of the same sweep, if members of a group differ in seeds alone. */
  readonly missingSeeds: readonly string[];
}

/**
 * Groups the chosen experiments, or takes the groups as they were made before if nothing changed since.
 *
 * @param by empty: groups differ in more than seeds, their members in seeds alone
 */
export function readGrouping<T>(
  project: Project,
  selection: OpenSelection,
  by: readonly Column[],
  read: (grouping: Grouping, rows: RowReader) => T,
): T {
  const name = JSON.stringify(by.map(({ source, name: field }) => [source, field]));
  return selection.keep(name, (table) => makeGrouping(project, table, by), read);
}

function makeGrouping(project: Project, tabulation: Tabulation, by: readonly Column[]): Grouping {
  const table = readGroupTable(tabulation, by, [], { known: getKnownNames(project.store), unreadable: new Set() });
  const { outlines } = table;
  const byKeys = groupRows(outlines.keys(), {
    by: by.length === 0 ? ['setup'] : by.map((_, i) => String(i)),
    metrics: [],
    read: (place, field) => (by.length === 0 ? outlines[place]?.setup : table.keys[Number(field)]?.value(place)),
    nameOf: () => '',
  });
  const found = by.length === 0 ? byKeys.toSorted((a, b) => (a.rows[0] ?? 0) - (b.rows[0] ?? 0)) : byKeys;
  const seeds = by.length === 0 ? seedsBySweep(table, tabulation, found) : seedsOfGroups(table, found);
  return {
    groups: found.map(({ keys, rows }, i) => ({
      id: by.length === 0 ? Number(keys[0]).toString(36) : JSON.stringify(keys.map((key) => key ?? null)),
      keys: by.length === 0 ? [] : keys,
      rows: Uint32Array.from(rows, (place) => outlines[place]?.row ?? 0).reverse(),
      statuses: countStatuses(table, rows),
      seeds: seeds[i]?.seeds ?? 0,
      missingSeeds: seeds[i]?.absentSeeds ?? [],
    })),
    experiments: outlines.length,
    summaries: new Map(),
    parts: new Map(),
  };
}

/** Sweeps were made with seeds of their own, so each is a measure for its own groups alone. */
function seedsBySweep(table: GroupTable, tabulation: Tabulation, groups: readonly Group<number>[]) {
  const sweeps = tabulation.record('sweep');
  const all = groups.map((): ReturnType<typeof seedsOfGroups>[number] => ({ seeds: 0, absentSeeds: [] }));
  for (const places of Map.groupBy(groups.keys(), (place) => sweeps[groups[place]?.rows[0] ?? 0]).values()) {
    const alike = places.flatMap((place) => groups[place] ?? []);
    for (const [i, seeds] of seedsOfGroups(table, alike).entries()) all[places[i] ?? 0] = seeds;
  }
  return all;
}

function countStatuses({ outlines }: GroupTable, places: readonly number[]): GroupOutline['statuses'] {
  const counts: { [status in Status]?: number } = {};
  for (const place of places) {
    const status = outlines[place]?.status;
    if (status !== undefined) counts[status] = (counts[status] ?? 0) + 1;
  }
  return counts;
}

/** A metric over the members of each group; without numbers, n is 0. */
export function summarizeMetric({ groups, summaries }: Grouping, rows: RowReader, name: string): readonly Summary[] {
  const known = summaries.get(name);
  if (known !== undefined) return known;
  const values = rows.open(groups.flatMap((group) => [...group.rows])).values('results', name);
  let at = 0;
  const made = groups.map((group) => {
    const cells = values.slice(at, (at += group.rows.length)).map(storedCell);
    return summarizeCells(cells);
  });
  summaries.set(name, made);
  return made;
}

/** Of the finite numbers among them. */
export function summarizeCells(cells: readonly Cell[]): Summary {
  return summarize(cells.filter((cell) => typeof cell === 'number' && Number.isFinite(cell)) as number[]);
}
