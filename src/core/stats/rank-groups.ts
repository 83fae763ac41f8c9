import { studentTails } from './student-t.ts';
import { computeInterval95, type Summary } from './statistics.ts';
import { compareMeans, type MeanDifference } from './t-test.ts';

/** How a group differs from a reference. What is not defined for so few values is absent. */
export interface Difference {
  /** Mean of the group minus mean of the reference. */
  readonly difference?: number;
  /** 95 % confidence interval of the difference, by Welch's t-test. It is not corrected for the number of tests. */
  readonly ci95?: readonly [low: number, high: number];
  /** Two-sided p of Welch's t-test. */
  readonly p?: number;
  /** The same, corrected by Holm's method for all groups that were tested. */
  readonly pHolm?: number;
}

/** Groups compared with a reference. */
export interface Compared {
  /** How many groups were tested, which is what p is corrected for. */
  readonly tests: number;
  /** Of the group at a place. Empty for the reference itself. */
  readonly at: (place: number) => Difference;
}

/**
 * Compares the mean of each group with that of a reference by Welch's t-test. All groups that have at least two values, like the
 * reference, and any variance are tested.
 *
 * @param reference one of the groups, which is not compared with itself, or another one
 */
export function compareWithReference(groups: readonly Summary[], reference: Summary): Compared {
  const differences = groups.map((group) => (group === reference ? {} : compareMeans(group, reference)));
  const ps = differences.map(computeP);
  const corrected = correctHolm(ps);
  return {
    tests: ps.filter((p) => p !== undefined).length,
    at: (place) => {
      const { difference, error, df } = differences[place] ?? {};
      if (difference === undefined) return {};
      const [p, pHolm] = [ps[place], corrected[place]];
      if (error === undefined || df === undefined || p === undefined || pHolm === undefined) return { difference };
      return { difference, ci95: computeInterval95(difference, error, df), p, pHolm };
    },
  };
}

function computeP({ difference, error, df }: MeanDifference): number | undefined {
  return difference === undefined || error === undefined || df === undefined
    ? undefined
    : studentTails(difference / error, df);
}

/**
 * Corrects p-values for their number, so that the probability of any false finding is not above the level (S. Holm, Scandinavian
 * Journal of Statistics 6, 1979). Absent ones stay absent and do not count.
 */
export function correctHolm(ps: readonly (number | undefined)[]): readonly (number | undefined)[] {
  const tested = ps.flatMap((p, place) => (p === undefined ? [] : [{ p, place }])).toSorted((a, b) => a.p - b.p);
  const corrected: (number | undefined)[] = ps.map(() => undefined);
  let highest = 0;
  for (const [i, { p, place }] of tested.entries()) {
    highest = Math.max(highest, Math.min(1, (tested.length - i) * p));
    corrected[place] = highest;
  }
  return corrected;
}

/** Groups in the order of their means. */
export interface Ranking extends Compared {
  /** Places of the groups, the best first, of equal means the one of more values; those without a value last. */
  readonly order: readonly number[];
  /** By place, from 1; equal means share a rank. Absent without a value. */
  readonly ranks: readonly (number | undefined)[];
  /** What the groups are compared with: the place of a group, if it is one of them. */
  readonly reference?: number;
}

/**
 * Ranks groups of runs by their means, and compares them with a reference.
 *
 * @param mode which means are better
 * @param reference default: the best group of at least two values, or simply the best if no group has two
 */
export function rankGroups(groups: readonly Summary[], mode: 'max' | 'min', reference?: Summary): Ranking {
  const better = mode === 'max' ? 1 : -1;
  const meanAt = (place: number): number | undefined => groups[place]?.mean;
  const places = [...groups.keys()];
  const countAt = (place: number): number => groups[place]?.n ?? 0;
  const ranked = places.filter((place) => meanAt(place) !== undefined);
  const order = ranked.toSorted((a, b) => better * ((meanAt(b) ?? 0) - (meanAt(a) ?? 0)) || countAt(b) - countAt(a));
  const ranks: (number | undefined)[] = groups.map(() => undefined);
  for (const [i, place] of order.entries()) {
    const before = order[i - 1];
    ranks[place] = before !== undefined && meanAt(before) === meanAt(place) ? ranks[before] : i + 1;
  }
  const best = order.find((place) => countAt(place) > 1) ?? order[0];
  const chosen = reference ?? (best === undefined ? { n: 0 } : (groups[best] ?? { n: 0 }));
  const at = groups.indexOf(chosen);
  return {
    ...compareWithReference(groups, chosen),
    order: [...order, ...places.filter((place) => meanAt(place) === undefined)],
    ranks,
    ...(at < 0 ? {} : { reference: at }),
  };
}
