import { computeLogLoss, computePinballLoss } from '../../core/stats/pinball.ts';

/** One wait and the bound that was given before. */
export interface Bounded {
  readonly waitS: number;
  readonly boundS: number;
}

/** How bounds of one share came true. */
export interface JudgedBounds {
  readonly of: number;
  /** Share of waits that were at most the bound: what is claimed. */
  readonly covered: number;
  /** Share of waits that were less. Clocks have whole seconds, so that many are equal: the claimed share belongs between the two. */
  readonly below: number;
  /** Mean pinball loss of log(1 + seconds); lower is better. */
  readonly logLoss: number;
  /** Mean pinball loss in seconds. */
  readonly lossS: number;
}

/** Undefined: there is nothing to judge. */
export function judgeBounds(bounded: readonly Bounded[], q: number): JudgedBounds | undefined {
  const of = bounded.length;
  if (of === 0) return undefined;
  const mean = (value: (each: Bounded) => number): number => bounded.reduce((sum, each) => sum + value(each), 0) / of;
  return {
    of,
    covered: mean(({ waitS, boundS }) => (waitS <= boundS ? 1 : 0)),
    below: mean(({ waitS, boundS }) => (waitS < boundS ? 1 : 0)),
    logLoss: mean(({ waitS, boundS }) => computeLogLoss(q, waitS, boundS)),
    lossS: mean(({ waitS, boundS }) => computePinballLoss(q, waitS, boundS)),
  };
}
