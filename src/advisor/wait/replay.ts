import { withoutUndefined } from '../../core/value.ts';
import { computeMinimumSamples } from './binomial.ts';
import { openHistory, type History } from './history.ts';
import { openLevel, type Level } from './level.ts';
import { listMoments, type Moment, type Moments } from './queue.ts';
import type { PastWait } from '../../core/cluster/past-wait.ts';
import { waitS } from './waiting-job.ts';

/** What happens by chance less often than this is no chance: the queue is not what it was. */
const BY_CHANCE = 1e-5;
/** Fewer waits bound no p90 with 95 % confidence, and say too little of a p50. */
const LEAST = computeMinimumSamples(0.9);

/** This many bounds missed one after the other are too many; the history is cut to the least then: 5 of a p90, 17 of a p50. */
function missesInARow(q: number): number {
  return Math.ceil(Math.log(BY_CHANCE) / Math.log1p(-q) - 1e-9);
}

/** What the bound would have said of one past job when it could have started, and how long it waited. */
export interface Replayed {
  readonly waitS: number;
  readonly boundS: number;
  /**
   * Of waits equal to the bound, the share that belongs below the quantile: clocks of whole seconds, and many waits of
   * none, make ties, of which a bound can take all or nothing.
   */
  readonly tieShare: number;
}

export interface Replay {
  /** Of those that have started, by the time they could. */
  readonly replayed: readonly Replayed[];
  /** Seconds, for a job that comes now; undefined for too few past waits. */
  readonly boundS?: number;
  /** Seconds: at or above the quantile itself with 95 % confidence, if the waits are independent. */
  readonly sureS?: number;
  /** How many waits it rests on. */
  readonly samples: number;
  /** Jobs that wait now. */
  readonly waiting: number;
  /** Of those that came to a queue as it is now, with others waiting or without, too few are known: it is from all. */
  readonly unlike: boolean;
}

/**
 * Goes through past waits in the order in which they were known, and bounds each from those before it alone: from jobs
 * that had started when it came. Jobs that came when nobody waited have a history of their own, and so have those that
 * came behind others. Jobs that wait at that time count as twice what they have waited. If the own history is too short,
 * that of all jobs serves. No bound exceeds {@link Moment.mostS}.
 *
 * The bound is the order statistic of a level that is learned on the way ({@link openLevel}); a job that waits for
 * longer than its bound is known to be a miss before it starts. Several misses in a row cut the history to the least
 * (QBETS).
 *
 * @param waits by the time they could have started
 * @param q the share that is to hold: 0.9
 * @param moments of the queue that they came to, in which there may be others
 */
export function replayWaits(
  waits: readonly PastWait[],
  q: number,
  nowMs: number,
  moments: Moments = listMoments(waits, nowMs),
): Replay {
  const starts = startOrder(waits);
  const memory = new Memory(q);
  const replayed: Replayed[] = [];
  let next = 0;
  const learnUntil = (ms: number): void => {
    for (; (starts[next]?.startMs ?? Infinity) < ms; next += 1) memory.start(starts[next] as PastWait);
    memory.judgeBefore(ms);
  };
  for (const past of waits) {
    const moment = moments.found.get(past) ?? moments.now;
    learnUntil(moment.ms);
    const { part, boundS } = memory.look(moment);
    memory.come(past, moment);
    if (boundS === undefined) continue;
    const waited = waitS(past);
    const held = waited !== undefined && waited <= boundS;
    memory.expect({ held, part, knownMs: moment.ms + (held ? waited : boundS) * 1000 });
    if (waited !== undefined) replayed.push({ waitS: waited, boundS, tieShare: part.history.tieShare(boundS, q) });
  }
  learnUntil(nowMs);
  const { part, boundS } = memory.look(moments.now);
  return {
    replayed,
    ...withoutUndefined({ boundS, sureS: part.history.sureBound(q) }),
    samples: part.history.size(),
    waiting: moments.now.waiting,
    unlike: memory.isOfAll(part),
  };
}

function startOrder(waits: readonly PastWait[]): PastWait[] {
  const startOf = ({ startMs = Infinity }: PastWait): number => startMs;
  return waits.filter(({ startMs }) => startMs !== undefined).toSorted((a, b) => startOf(a) - startOf(b));
}

/** What is learned of jobs that came alike, and how well it predicted. */
interface Part {
  readonly history: History;
  readonly level: Level;
}

/** A bound and what it comes from. */
interface View {
  readonly part: Part;
  /** Seconds; undefined for too few past waits. */
  readonly boundS: number | undefined;
}

/** A bound that was given, and when it is known whether it held. */
interface Expected {
  readonly held: boolean;
  readonly knownMs: number;
  readonly part: Part;
}

/** What is learned of the waits of those that came behind others, of the rest, and of all. */
class Memory {
  readonly #quiet: Part;
  readonly #busy: Part;
  readonly #all: Part;
  readonly #least: number;
  readonly #tooMany: number;
  /** How those found the queue that have not started. */
  readonly #came = new Map<PastWait, Moment>();
  #expected: Expected[] = [];
  /** When the next of them is known. */
  #nextMs = Infinity;

  constructor(q: number) {
    this.#least = Math.max(LEAST, computeMinimumSamples(q));
    this.#tooMany = missesInARow(q);
    const part = (): Part => ({ history: openHistory(this.#least), level: openLevel(q) });
    [this.#quiet, this.#busy, this.#all] = [part(), part(), part()];
  }

  look({ ms, waiting, mostS }: Moment): View {
    const own = waiting > 0 ? this.#busy : this.#quiet;
    const part = own.history.size() >= this.#least ? own : this.#all;
    const ages = [...this.#came.keys()].map(({ eligibleMs }) => Math.max(0, ms - eligibleMs) / 1000);
    const bound = part.history.bound(part.level.value(), ages);
    return { part, boundS: bound === undefined ? undefined : Math.min(bound, mostS) };
  }

  isOfAll(part: Part): boolean {
    return part === this.#all;
  }

  come(past: PastWait, moment: Moment): void {
    this.#came.set(past, moment);
  }

  start(past: PastWait): void {
    const waited = waitS(past) ?? 0;
    const { waiting = 0 } = this.#came.get(past) ?? {};
    this.#came.delete(past);
    this.#all.history.add(waited);
    const own = waiting > 0 ? this.#busy : this.#quiet;
    own.history.add(waited);
  }

  expect(expected: Expected): void {
    this.#expected.push(expected);
    this.#nextMs = Math.min(this.#nextMs, expected.knownMs);
  }

  judgeBefore(ms: number): void {
    if (this.#nextMs >= ms) return;
    const known = this.#expected.filter(({ knownMs }) => knownMs < ms).toSorted((a, b) => a.knownMs - b.knownMs);
    this.#expected = this.#expected.filter(({ knownMs }) => knownMs >= ms);
    this.#nextMs = this.#expected.reduce((next, { knownMs }) => Math.min(next, knownMs), Infinity);
    for (const { held, part } of known) if (part.level.learn(held) >= this.#tooMany) part.history.trim();
  }
}
