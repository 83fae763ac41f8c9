import type { DecodedBuckets } from '../../../../core/curves/bucket-bytes.ts';
import type { Curve } from '../../../../core/curves/curves.ts';
import { summarize } from '../../../../core/stats/statistics.ts';
import type { ChartLine } from '../../../components/charts/chart-data.ts';
import type { MemberGroup, Members } from '../shared/members.ts';
import type { BandKind } from '../shared/sweep-address.ts';

const WORDS = {
  minmax: ['mean', 'lowest run', 'highest run'],
  std: ['mean', 'mean − std', 'mean + std'],
} as const;

/** A group of runs that is drawn as one line. */
export interface BandGroup {
  readonly name: string;
  /** Its colour, see {@link ChartLine.slot}. */
  readonly slot: number;
  readonly expIds: readonly string[];
}

/** A line with its band. */
export interface BandLine extends ChartLine {
  /** How many of its runs have a curve. */
  readonly n: number;
  /** The fewest runs that a mean of the line is of. */
  readonly fewest: number;
}

/** Colours that can be told apart. */
const COLOURS = 8;

/** The groups with these keys, with their chosen members; the first ones have colours of their own. */
export function chooseBandGroups(
  keys: readonly string[],
  groups: readonly MemberGroup[],
  { expIds }: Members,
  isChosen: readonly boolean[],
): BandGroup[] {
  const byKey = new Map(groups.map((group) => [group.key, group]));
  return keys.flatMap((key, i): BandGroup[] => {
    const group = byKey.get(key);
    if (group === undefined) return [];
    const own = group.places.flatMap((place) => (isChosen[place] ? (expIds[place] ?? []) : []));
    return [{ name: group.name || 'all members', slot: i < COLOURS ? i + 1 : 0, expIds: own }];
  });
}

/**
 * The mean of the curves of each group, with a band. At a step that only some of the runs have, it is of those. What a later attempt
 * computed again does not count.
 *
 * @param curves with the means of their buckets, on one grid
 */
export function makeBandLines(
  groups: readonly BandGroup[],
  curves: readonly Curve<DecodedBuckets>[],
  kind: BandKind,
): BandLine[] {
  const own = Map.groupBy(
    curves.filter(({ superseded }) => !superseded),
    ({ expId }) => expId as string,
  );
  // Lines that are not told apart come first: they are drawn behind the others.
  const order = groups.toSorted((a, b) => Number(a.slot > 0) - Number(b.slot > 0));
  return order.flatMap(({ name, slot, expIds }) => {
    const members = expIds.flatMap((expId) => own.get(expId) ?? []);
    const made = meanOf(members, kind);
    return made === undefined ? [] : [{ name, slot, band: WORDS[kind], ...made, n: members.length }];
  });
}

function meanOf(
  members: readonly Curve<DecodedBuckets>[],
  kind: BandKind,
): { readonly curve: Curve<DecodedBuckets>; readonly fewest: number } | undefined {
  const values = new Map<number, number[]>();
  for (const { buckets } of members) {
    for (const [i, place] of buckets.places.entries()) {
      const value = buckets.mean?.[i] ?? buckets.last[i] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      const at = buckets.first + place;
      const there = values.get(at);
      if (there === undefined) values.set(at, [value]);
      else there.push(value);
    }
  }
  const [head] = members;
  const order = [...values.keys()].toSorted((a, b) => a - b);
  const [first] = order;
  if (head === undefined || first === undefined) return undefined;
  const summaries = order.map((at) => summarize(values.get(at) ?? []));
  const column = (of: (summary: (typeof summaries)[number]) => number | undefined): Float32Array =>
    Float32Array.from(summaries, (summary) => of(summary) ?? Number.NaN);
  const edge = (sign: 1 | -1) =>
    column(({ mean = Number.NaN, std = 0, min, max }) => (kind === 'std' ? mean + sign * std : sign === 1 ? max : min));
  const sum = (of: 'points' | 'nan' | 'infinite' | 'leftOut'): number =>
    members.reduce((total, curve) => total + curve[of], 0);
  return {
    fewest: Math.min(...summaries.map(({ n }) => n)),
    curve: {
      ...head,
      attempts: [],
      extent: [
        Math.min(...members.map(({ extent }) => extent[0])),
        Math.max(...members.map(({ extent }) => extent[1])),
      ],
      points: sum('points'),
      nan: sum('nan'),
      infinite: sum('infinite'),
      leftOut: sum('leftOut'),
      buckets: {
        level: head.buckets.level,
        first,
        places: Uint32Array.from(order, (at) => at - first),
        last: column(({ mean }) => mean),
        min: edge(-1),
        max: edge(1),
      },
    },
  };
}
