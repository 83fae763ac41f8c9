import { withoutUndefined } from '../../core/value.ts';
import { computeLogLoss } from '../../core/stats/pinball.ts';
import { summarize } from '../../core/stats/statistics.ts';
import { isWithinP90, type Settled } from './settled.ts';

/** How many of the forecasts of which it is known. */
export interface Held {
  readonly held: number;
  readonly of: number;
}

/** Mean pinball loss of log(1 + seconds) of the bounds: 0 is perfect, and a factor e too high costs a p90 0.1. */
export interface BoundLoss {
  readonly p50: number;
  readonly p90: number;
  /** Of how many forecasts. */
  readonly of: number;
}

/** How forecasts of one kind came true. */
export interface TrackRow {
  readonly of: Settled['of'];
  readonly kind: string;
  /** Forecasts whose end is known, and those of which only a lower bound is. */
  readonly settled: number;
  readonly open: number;
  /** About half should. Absent: no p50 was given, or none of it is known. */
  readonly p50?: Held;
  /** About nine of ten should; of memory all that was predicted. */
  readonly p90?: Held;
  /** What happened over the predicted p50 (of memory: the predicted need): its median. 1.2: a fifth more than predicted. */
  readonly factor?: number;
  /** Of waits and run times: how far off the bounds were, beside what happened. Absent: none is known. */
  readonly loss?: BoundLoss;
  /** One sentence. */
  readonly words: string;
}

/** Fewer say nothing of how good forecasts are. */
const LEAST = 5;
/** What would happen so seldom by chance is no chance. */
const BY_CHANCE = 0.05;
/** What is claimed of each. */
const CLAIMED = { p50: 0.5, p90: 0.9 } as const;

/** The forecasts by what they are of and by kind, with how many held and how far they were off. */
export function trackRecord(settled: readonly Settled[]): TrackRow[] {
  const groups = Map.groupBy(settled, ({ of, kind }) => `${ORDER.indexOf(of)} ${kind}`);
  return [...groups]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, group]) => rowOf(group as [Settled, ...Settled[]]));
}

const ORDER: readonly Settled['of'][] = ['memory', 'run', 'wait'];

function rowOf(group: readonly [Settled, ...Settled[]]): TrackRow {
  const [{ of, kind }] = group;
  const known = group.filter(({ atLeast }) => atLeast !== true);
  const p50 = heldOf(group.flatMap((each) => heldP50(each) ?? []));
  const p90 = heldOf(group.flatMap((each) => isWithinP90(each) ?? []));
  const factor = summarize(
    known.flatMap(({ p50: predicted, actual }) => (predicted ? [actual / predicted] : [])),
  ).median;
  const row = withoutUndefined({
    of,
    kind,
    settled: known.length,
    open: group.length - known.length,
    p50,
    p90,
    factor,
    loss: of === 'memory' ? undefined : lossOf(known),
  });
  return { ...row, words: wordsOf(row) };
}

function lossOf(known: readonly Settled[]): BoundLoss | undefined {
  const whole = known.flatMap(({ p50, p90, actual }) =>
    p50 === undefined || p90 === undefined
      ? []
      : [{ p50: computeLogLoss(CLAIMED.p50, actual, p50), p90: computeLogLoss(CLAIMED.p90, actual, p90) }],
  );
  if (whole.length === 0) return undefined;
  const mean = (quantile: 'p50' | 'p90'): number => whole.reduce((sum, each) => sum + each[quantile], 0) / whole.length;
  return { p50: mean('p50'), p90: mean('p90'), of: whole.length };
}

function heldP50({ p50, actual, atLeast }: Settled): boolean | undefined {
  if (p50 === undefined) return undefined;
  if (actual > p50) return false;
  return atLeast === true ? undefined : true;
}

function heldOf(all: readonly boolean[]): Held | undefined {
  return all.length === 0 ? undefined : { held: all.filter((held) => held).length, of: all.length };
}

function wordsOf({ of, p50, p90, factor }: Omit<TrackRow, 'words'>): string {
  if (p90 === undefined || p90.of < LEAST) return `too few to judge: ${LEAST} must be known`;
  if (isTooFew(p90, CLAIMED.p90)) return `the upper ends are too low${times(of, factor)}`;
  if (of !== 'memory' && p50 !== undefined && isTooFew(p50, CLAIMED.p50)) return `it takes longer${times(of, factor)}`;
  if (of !== 'memory' && p50 !== undefined && isTooFew({ held: p50.of - p50.held, of: p50.of }, CLAIMED.p50)) {
    return `it takes less${times(of, factor)}`;
  }
  return 'as claimed, for all that is known';
}

function times(of: Settled['of'], factor: number | undefined): string {
  if (factor === undefined) return '';
  return `: ${factor.toFixed(2)} × ${of === 'memory' ? 'the forecast' : 'the predicted p50'} (median)`;
}

/** Whether as few would hold by chance in less than one of twenty cases, if the claimed share held. */
function isTooFew({ held, of }: Held, claimed: number): boolean {
  let term = (1 - claimed) ** of;
  let sum = term;
  for (let k = 1; k <= held; k += 1) {
    term *= ((of - k + 1) / k) * (claimed / (1 - claimed));
    sum += term;
  }
  return sum < BY_CHANCE;
}
