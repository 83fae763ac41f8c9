import { studentTails } from './student-t.ts';
import { computeInterval95, summarize, type Summary } from './statistics.ts';

/** What a t-test says of the difference of two means. What is not defined for such numbers is absent. */
export interface TestResult {
  /** Of the first and the second group; of the paired test those that have a partner. */
  readonly groups: readonly [Summary, Summary];
  /** Mean of the first minus mean of the second. */
  readonly difference?: number;
  /** 95 % confidence interval of the difference. */
  readonly ci95?: readonly [low: number, high: number];
  readonly t?: number;
  /** Degrees of freedom; of Welch's test a fraction. */
  readonly df?: number;
  /** Two-sided: how often chance alone gives a t as far from 0. */
  readonly p?: number;
}

/**
 * Welch's t-test: whether two means differ, for groups of any size whose variances need not be the same. The degrees of
 * freedom are those of Welch and Satterthwaite (B. L. Welch, Biometrika 34, 1947).
 */
export function testWelch(first: readonly number[], second: readonly number[]): TestResult {
  const groups = [summarize(first), summarize(second)] as const;
  const { difference, error, df } = compareMeans(...groups);
  if (difference === undefined) return { groups };
  if (error === undefined || df === undefined) return { groups, difference };
  return { groups, difference, ...tested(difference, error, df) };
}

/** The difference of two means, and what Welch's test needs to judge it. What is not defined for such groups is absent. */
export interface MeanDifference {
  /** Mean of the first minus mean of the second. */
  readonly difference?: number;
  /** Standard error of the difference. Absent for a group of fewer than two values, and if there is no variance. */
  readonly error?: number;
  /** Degrees of freedom. */
  readonly df?: number;
}

/** {@link testWelch} without its interval and its p, which take most of the time. */
export function compareMeans(a: Summary, b: Summary): MeanDifference {
  if (a.mean === undefined || b.mean === undefined) return {};
  const difference = a.mean - b.mean;
  if (a.sem === undefined || b.sem === undefined) return { difference };
  const error = Math.hypot(a.sem, b.sem);
  if (error <= noiseOf([a, b].flatMap(({ min = 0, max = 0 }) => [min, max]))) return { difference };
  const [shareA, shareB] = [(a.sem / error) ** 2, (b.sem / error) ** 2];
  return { difference, error, df: 1 / (shareA ** 2 / (a.n - 1) + shareB ** 2 / (b.n - 1)) };
}

/** The paired t-test: whether the mean of the differences within pairs is 0. */
export function testPaired(pairs: readonly (readonly [first: number, second: number])[]): TestResult {
  const groups = [summarize(pairs.map(([a]) => a)), summarize(pairs.map(([, b]) => b))] as const;
  const { n, mean, sem } = summarize(pairs.map(([a, b]) => a - b));
  if (mean === undefined) return { groups };
  if (sem === undefined || sem <= noiseOf(pairs.flat())) return { groups, difference: mean };
  return { groups, difference: mean, ...tested(mean, sem, n - 1) };
}

/**
 * How much numbers that are the same may differ after a computation with doubles. A t that rests on less is one of rounding:
 * 0.5 − 0.2 and 0.7 − 0.4 are not the same.
 */
function noiseOf(values: readonly number[]): number {
  return 4 * Number.EPSILON * values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
}

function tested(difference: number, error: number, df: number): Required<Pick<TestResult, 'ci95' | 't' | 'df' | 'p'>> {
  const t = difference / error;
  return { ci95: computeInterval95(difference, error, df), t, df, p: studentTails(t, df) };
}
