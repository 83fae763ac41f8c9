import type { PastWait } from '../../core/cluster/past-wait.ts';
import { countBelow, countUpTo } from '../../core/sorted.ts';
import { computeMinimumSamples } from './minimum-samples.ts';
import type { WaitBounds } from './quantiles.ts';
import { FIRST_WEIGHTS, QueueState, type Asked, type View } from './queue-state.ts';
import { Regression } from './regression.ts';
import { Scores } from './scores.ts';
import { selectFirstOfEach, sizeClass, waitS } from './waiting-job.ts';

/** From fewer waits there are no bounds: no order statistic of them is above the p90 with 95 % confidence. */
export const LEAST_WAITS: number = computeMinimumSamples(0.9);
/** Fewer are a short record, whose upper ends are widened: no order statistic is above the p95 with 95 % confidence. */
export const SHORT_RECORD: number = computeMinimumSamples(0.95) + 1;
/** No bound says more than this many times the longest known wait: waits of other jobs support no larger number. */
const LONGEST_TIMES = 2;
/** The newest waits of a queue that are replayed: more take long, and what they taught is forgotten. */
const MOST_WAITS = 5_000;
/** The most jobs that wait now whose waits so far count, the newest: of a longer queue they say as much. */
const MOST_OPEN = 300;

/** What the bounds would have been for one past job when it could have started, and how long it waited. */
export interface Replayed {
  readonly past: PastWait;
  readonly waitS: number;
  readonly boundsS: WaitBounds;
}

/** How long one job would wait. */
export interface Prediction {
  readonly boundsS: WaitBounds;
  /** How many waits it rests on. */
  readonly samples: number;
  /** Which waits: of its size that found a queue as it is now, with others waiting or without; of any size; all, if none waits. */
  readonly from: 'size' | 'kind' | 'all';
}

/** What is learned of one queue. */
export interface Replay {
  /** Of the first of each submission that has started, by the time they could. */
  readonly replayed: readonly Replayed[];
  /**
   * How long a job would wait that comes now; undefined: too few waits are known.
   *
   * @param record how many waits are known of where it is to run, if that is not the whole queue
   */
  readonly predict: (job: Asked, record?: number) => Prediction | undefined;
  /** How many waits are known. */
  readonly known: number;
  /** Jobs that wait now. */
  readonly waiting: number;
}

/**
 * Goes through the past of one queue in the order in which it became known, and bounds each wait from what was known when
 * the job came: jobs that had started, and how long others had waited.
 *
 * A regression ({@link Regression}) on the state of the queue ({@link QueueState}) expects log(1 + wait). How far waits were
 * from that is kept by size and by whether others waited ({@link Scores}); a bound is what is expected plus the quantile of
 * these scores. Jobs that wait still count with what they have waited. A job that waits for longer than its bound is known
 * to be a miss before it starts. No bound exceeds twice the longest known wait, or what a job has already waited.
 *
 * @param waits of all jobs of the queue, in any order; of each submission the first is learned from
 */
export function replayWaits(waits: readonly PastWait[], nowMs: number): Replay {
  const arrivals = waits
    .toSorted((a, b) => a.eligibleMs - b.eligibleMs || compareAsked(a, b) || startOf(a) - startOf(b))
    .slice(-MOST_WAITS);
  const starts = arrivals.filter(({ startMs }) => startMs !== undefined).toSorted((a, b) => startOf(a) - startOf(b));
  const counted = new Set(selectFirstOfEach(arrivals));
  const learner = new Learner();
  const replayed: Replayed[] = [];
  let started = 0;
  const learnUntil = (ms: number): void => {
    for (let past = starts[started]; past !== undefined && startOf(past) < ms; past = starts[started]) {
      learner.start(past, counted.has(past));
      started += 1;
    }
    learner.judgeBefore(ms);
  };
  for (const together of groupByArrival(arrivals)) {
    const [{ eligibleMs: ms }] = together;
    learnUntil(ms);
    // Those that come at the same time do not know of each other, in whatever order they are listed.
    const expected = together
      .filter((past) => counted.has(past))
      .map((past): [PastWait, Expected] => [past, learner.expect(ms, past)]);
    for (const past of together) learner.come(past);
    for (const [past, each] of expected) {
      learner.await(past, each);
      const waited = waitS(past);
      if (each.bounds !== undefined && waited !== undefined) {
        replayed.push({ past, waitS: waited, boundsS: each.bounds.boundsS });
      }
    }
  }
  learnUntil(nowMs);
  return {
    replayed,
    predict: (job, record) => {
      const { bounds } = learner.expect(nowMs, job, record);
      return bounds && { boundsS: bounds.boundsS, samples: bounds.scores.count(), from: bounds.from };
    },
    known: learner.known,
    waiting: learner.countWaiting(),
  };
}

function startOf({ startMs = Infinity }: PastWait): number {
  return startMs;
}

function compareAsked(a: PastWait, b: PastWait): number {
  return (a.gpus ?? 0) - (b.gpus ?? 0) || (a.timeLimitS ?? 0) - (b.timeLimitS ?? 0);
}

function* groupByArrival(arrivals: readonly PastWait[]): Generator<[PastWait, ...PastWait[]]> {
  let group: PastWait[] = [];
  for (const past of arrivals) {
    if (group[0] !== undefined && group[0].eligibleMs !== past.eligibleMs) {
      yield group as [PastWait, ...PastWait[]];
      group = [];
    }
    group.push(past);
  }
  if (group.length > 0) yield group as [PastWait, ...PastWait[]];
}

/** What is thought of a job when it comes. */
interface Expected {
  readonly ms: number;
  readonly view: View;
  /** log(1 + seconds). */
  readonly logWait: number;
  /** The scores that its own belongs to: of its size, of its kind, of all. */
  readonly ownScores: readonly [Scores, Scores, Scores];
  /** Undefined: too few waits are known. */
  readonly bounds: Bounds | undefined;
}

interface Bounds {
  readonly boundsS: WaitBounds;
  readonly scores: Scores;
  readonly from: Prediction['from'];
}

/** A bound that was given, and whether it held. */
interface Claim {
  readonly scores: Scores;
  readonly quantile: number;
  readonly held: boolean;
  readonly isNone: boolean;
}

class Learner {
  known = 0;
  readonly #state = new QueueState();
  readonly #regression = new Regression(FIRST_WEIGHTS);
  readonly #scores = new Map<string, Scores>();
  /** Those that wait and will be learned from. */
  readonly #open = new Map<PastWait, Expected>();
  #longestS = 0;
  /** By the time at which it is known whether they held, which `#knownMs` has. */
  readonly #claims: Claim[] = [];
  readonly #knownMs: number[] = [];

  expect(ms: number, job: Asked, record: number = this.known): Expected {
    const view = this.#state.look(ms, job);
    const logWait = Math.min(Math.log1p(this.#longestS), Math.max(0, this.#regression.predict(view.features)));
    const kind = view.busy ? 'behind others' : 'first';
    const ownScores = [
      this.#scoresOf(`${kind} ${sizeClass(job.gpus)}`),
      this.#scoresOf(kind),
      this.#scoresOf(''),
    ] as const;
    return { ms, view, logWait, ownScores, bounds: this.#bound({ ms, view, logWait, ownScores }, record) };
  }

  #scoresOf(name: string): Scores {
    const scores = this.#scores.get(name) ?? new Scores();
    this.#scores.set(name, scores);
    return scores;
  }

  #bound(
    { ms, view: { busy }, logWait, ownScores: [ofSize, ofKind, ofAll] }: Omit<Expected, 'bounds'>,
    record: number,
  ): Bounds | undefined {
    const [scores, from] =
      ofSize.count() >= SHORT_RECORD
        ? ([ofSize, 'size'] as const)
        : busy || ofKind.count() >= LEAST_WAITS
          ? ([ofKind, 'kind'] as const)
          : ([ofAll, 'all'] as const);
    // Jobs that did not have to wait say nothing of one that comes behind others.
    if (scores.count() < LEAST_WAITS) return undefined;
    const [oldest] = this.#open.values();
    const mostS = Math.max(LONGEST_TIMES * this.#longestS, oldest === undefined ? 0 : (ms - oldest.ms) / 1000);
    let leastS = 0;
    const boundsS = scores.read(this.#openScores(ms, scores), Math.max(0, 1 - record / SHORT_RECORD)).map((score) => {
      leastS = Math.max(leastS, Math.round(Math.min(mostS, Math.expm1(Math.max(0, logWait + score)))));
      return leastS;
    });
    return { boundsS: boundsS as unknown as WaitBounds, scores, from };
  }

  /** What the scores of those that wait are at least. */
  #openScores(ms: number, scores: Scores): Float64Array {
    const open = [...this.#open.values()]
      .filter(({ ownScores }) => ownScores.some((own) => own === scores))
      .slice(-MOST_OPEN);
    return Float64Array.from(open, (each) => Math.log1p((ms - each.ms) / 1000) - each.logWait).toSorted();
  }

  come(past: PastWait): void {
    this.#state.come(past);
  }

  /** Learns from it when it starts, and from its bounds as soon as it is known whether they held. */
  await(past: PastWait, expected: Expected): void {
    const { bounds, ms } = expected;
    this.#open.set(past, expected);
    const waited = waitS(past) ?? Infinity;
    if (bounds === undefined) return;
    for (const [quantile, boundS] of bounds.boundsS.entries()) {
      const held = waited <= boundS;
      const knownMs = ms + 1000 * (held ? waited : boundS);
      const at = countUpTo(this.#knownMs, knownMs);
      this.#knownMs.splice(at, 0, knownMs);
      this.#claims.splice(at, 0, { scores: bounds.scores, quantile, held, isNone: boundS === 0 });
    }
  }

  start(past: PastWait, counts: boolean): void {
    this.#state.start(past, counts);
    const expected = this.#open.get(past);
    if (!counts || expected === undefined) return;
    this.#open.delete(past);
    const waited = waitS(past) ?? 0;
    const logWait = Math.log1p(waited);
    for (const scores of expected.ownScores) scores.add(logWait - expected.logWait);
    this.#regression.learn(expected.view.features, logWait);
    this.#longestS = Math.max(this.#longestS, waited);
    this.known += 1;
  }

  judgeBefore(ms: number): void {
    const known = countBelow(this.#knownMs, ms);
    this.#knownMs.splice(0, known);
    for (const { scores, quantile, ...outcome } of this.#claims.splice(0, known)) scores.learn(quantile, outcome);
  }

  countWaiting(): number {
    return this.#state.countWaiting();
  }
}
