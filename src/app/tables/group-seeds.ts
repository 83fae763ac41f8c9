import type { Group } from '../../report/index.ts';
import type { MetricGroup } from './metric-group.ts';
import type { GroupTable } from './group-table.ts';

/**
 * For each group how many seeds it has, and which ones it lacks: those that most groups have, and it has not.
 *
 * What most groups have is the set of seeds that occurs most often, of equally many the largest one. So one group that was
 * run with more seeds than all others does not make these incomplete.
 */
export function seedsOfGroups(
  table: GroupTable,
  groups: readonly Group<number>[],
): readonly Pick<MetricGroup, 'seeds' | 'absentSeeds'>[] {
  const sets = groups.map(({ rows }) => seedsOf(table, rows));
  const usual = mostCommon(sets);
  return sets.map((set) => ({ seeds: set.size, absentSeeds: usual.filter((seed) => !set.has(seed)) }));
}

function seedsOf(table: GroupTable, places: readonly number[]): ReadonlySet<string> {
  const seeds = new Set<string>();
  for (const place of places) {
    const seed = table.seeds(place);
    if (seed !== undefined) seeds.add(seed);
  }
  return seeds;
}

function mostCommon(sets: readonly ReadonlySet<string>[]): readonly string[] {
  const counts = new Map<string, { readonly seeds: readonly string[]; count: number }>();
  for (const set of sets) {
    const seeds = [...set].toSorted();
    const id = JSON.stringify(seeds);
    const known = counts.get(id) ?? { seeds, count: 0 };
    known.count += 1;
    counts.set(id, known);
  }
  const [first] = [...counts.values()].toSorted((a, b) => b.count - a.count || b.seeds.length - a.seeds.length);
  return first === undefined ? [] : first.seeds;
}
