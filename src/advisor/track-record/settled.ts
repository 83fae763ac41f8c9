import type { Forecast } from '../forecast.ts';

/** A forecast that was given, and what happened: seconds, or GiB of memory. */
export interface Settled {
  readonly of: 'wait' | 'run' | 'memory';
  /** As {@link Forecast.kind}; of memory where the number came from. */
  readonly kind: string;
  readonly p50?: number;
  /** Of memory the prediction itself: it was meant as an upper bound. */
  readonly p90?: number;
  /** Of a wait: when the scheduler itself planned the start, if it was asked. */
  readonly planned?: number;
  readonly actual: number;
  /** What happened is at least that: the limit ended the run, or the job waits still. */
  readonly atLeast?: boolean;
  /** Where it was given; milliseconds since 1970. */
  readonly atMs?: number;
  /** `resnet50_1 train-1`. */
  readonly where?: string;
  /** That was chosen; absent: it is not known. */
  readonly partition?: string;
}

/** Fewer tell nothing. */
const LEAST_SETTLED = 5;
/** A scheduler plans in whole minutes, and looks at its queue every half of one. */
const PLAN_MARGIN_S = 60;

/** Whether the p90 held; undefined when unknown: none was given, or what happened goes on below it. */
export function isWithinP90({ p90, actual, atLeast }: Settled): boolean | undefined {
  if (p90 === undefined) return undefined;
  if (actual > p90) return false;
  return atLeast === true ? undefined : true;
}

/** Of the forecasts of one kind, how many held their p90, when at least 5 are known. */
export function computeHitRate(settled: readonly Settled[], kind: string): Forecast['hitRate'] {
  return countHeld(settled.filter((each) => each.kind === kind).flatMap((each) => isWithinP90(each) ?? []));
}

/** Of the starts that the scheduler itself planned, how many came within a minute of the plan or before, when at least 5 are known. */
export function computePlanRate(settled: readonly Settled[]): Forecast['hitRate'] {
  return countHeld(
    settled.flatMap(({ planned, actual, atLeast }) => {
      if (planned === undefined) return [];
      if (actual > planned + PLAN_MARGIN_S) return [false];
      return atLeast === true ? [] : [true];
    }),
  );
}

function countHeld(known: readonly boolean[]): Forecast['hitRate'] {
  if (known.length < LEAST_SETTLED) return undefined;
  return { held: known.filter((held) => held).length, of: known.length };
}
