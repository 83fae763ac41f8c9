import { makeRandomNumbers } from '../../src/core/stats/random-numbers.ts';
import { percentile, summarize } from '../../src/core/stats/statistics.ts';
import type { Problem } from './problem.ts';
import { simulate, type Budget, type Outcome, type Searcher } from './simulate.ts';

export interface Method {
  readonly name: string;
  readonly open: (problem: Problem, seed: number) => Searcher | Promise<Searcher>;
}

/** What a method found, with one outcome for each seed. */
export interface Result {
  readonly name: string;
  readonly outcomes: readonly Outcome[];
  /** The time of each slot. */
  readonly until: number;
  /** The regret before anything was completed. */
  readonly worst: number;
}

export async function runMethod(
  { name, open }: Method,
  problem: Problem,
  seeds: number,
  budget: Budget,
): Promise<Result> {
  const outcomes: Outcome[] = [];
  for (let seed = 1; seed <= seeds; seed += 1) {
    outcomes.push(await simulate(problem, await open(problem, seed), budget));
  }
  return { name, outcomes, until: budget.until, worst: problem.optimum };
}

/** The regrets of all seeds after a share of the time. */
export function regretsAt({ outcomes, until, worst }: Result, share: number): number[] {
  return outcomes.map(({ found }) => found.findLast(({ at }) => at <= share * until)?.regret ?? worst);
}

export function meanRegret(result: Result, share: number): number {
  return summarize(regretsAt(result, share)).mean ?? Number.NaN;
}

const POINTS = 1000;

/** The share of the time after which a method is as good, on average, as `goal`. Infinite if it never is. */
export function shareToReach(result: Result, goal: number): number {
  for (let point = 1; point <= POINTS; point += 1) {
    if (meanRegret(result, point / POINTS) <= goal) return point / POINTS;
  }
  return Infinity;
}

const RESAMPLES = 2_000;

/**
 * How many times the mean of some numbers that of others is, over all their groups of the same size, with an interval of 95 %, by drawing
 * again with replacement within each group.
 */
export function compareMeans(ours: readonly (readonly number[])[], theirs: readonly (readonly number[])[]): Ratio {
  const random = makeRandomNumbers(1);
  const mean = (groups: readonly (readonly number[])[]): number => summarize(groups.flat()).mean ?? Number.NaN;
  const draw = (group: readonly number[]): number[] =>
    group.map(() => group[Math.floor(random() * group.length)] ?? Number.NaN);
  const ratios = Array.from({ length: RESAMPLES }, () => mean(ours.map(draw)) / mean(theirs.map(draw)));
  return {
    ratio: mean(ours) / mean(theirs),
    low: percentile(ratios, 0.025) ?? Number.NaN,
    high: percentile(ratios, 0.975) ?? Number.NaN,
  };
}

export interface Ratio {
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
}

export function formatRatio({ ratio, low, high }: Ratio): string {
  return `${ratio.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;
}

const COLUMNS: readonly (readonly [title: string, width: number])[] = [
  ['method', 24],
  ['regret ± SEM', 17],
  ['median (quartiles)', 26],
  ["budget to random's end", 23],
  ['GPU hours saved', 16],
  ['trials / completed', 18],
];

export function formatHeader(): string {
  return formatRow(COLUMNS.map(([title]) => title));
}

/** @param goal the mean regret of random search at its end */
export function formatResult(result: Result, goal: number): string {
  const regrets = regretsAt(result, 1);
  const { mean = Number.NaN, sem = 0 } = summarize(regrets);
  const [low, middle, high] = [0.25, 0.5, 0.75].map((share) => (percentile(regrets, share) ?? Number.NaN).toFixed(4));
  const share = shareToReach(result, goal);
  const count = (of: (outcome: Outcome) => number): string => (summarize(result.outcomes.map(of)).mean ?? 0).toFixed(0);
  return formatRow([
    result.name,
    `${mean.toFixed(4)} ± ${sem.toFixed(4)}`,
    `${middle} (${low} to ${high})`,
    share === Infinity ? 'never' : share.toFixed(2),
    share === Infinity ? 'none' : `${(100 * (1 - share)).toFixed(0)} %`,
    `${count(({ started }) => started)} / ${count(({ completed }) => completed)}`,
  ]);
}

function formatRow(cells: readonly string[]): string {
  return `${cells
    .map((cell, i) => cell.padEnd(COLUMNS[i]?.[1] ?? 0))
    .join(' ')
    .trimEnd()}\n`;
}
