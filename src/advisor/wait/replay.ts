import { withoutUndefined } from '../../core/value.ts';
import { minimumSamples } from './binomial.ts';
import { openHistory, type History } from './history.ts';
import { openLevel, type Level } from './level.ts';
import type { PastWait } from '../../core/past-wait.ts';
import { waitS } from './waiting-job.ts';

/** What happens by chance less often than this is no chance: the queue is not what it was. */
const BY_CHANCE = 1e-5;
/** Fewer waits bound no p90 with 95 % confidence, and say too little of a p50. */
const LEAST = minimumSamples(0.9);

/** So many bounds missed one after the other are too many; the history is cut to the least then: 5 of a p90, 17 of a p50. */
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
}

/**
 * Goes through past waits in the order in which they were known, and bounds each from those before it alone: from jobs
 * that had started when it came. Jobs that came when nobody waited, and those that came behind others, each have their own
 * history, unless that is too short. The bound is the binomial one ({@link openHistory}) of a level that is learned on the
 * way ({@link openLevel}); a job that waits for longer than its bound is known to be a miss before it starts. Several
 * misses in a row cut the history to the least (QBETS).
 *
 * @param waits by the time they could have started
 * @param q the share that is to hold: 0.9
 */
export function replayWaits(waits: readonly PastWait[], q: number, nowMs: number): Replay {
  const queue = openQueue(waits);
  const memory = new Memory(q);
  const replayed: Replayed[] = [];
  const learnUntil = (ms: number): void => {
    for (const started of queue.startedBefore(ms)) memory.add(started);
    memory.judgeBefore(ms);
  };
  for (const past of waits) {
    learnUntil(past.eligibleMs);
    const part = memory.partFor(queue.waiting.size > 0);
    memory.remember(past, queue.waiting.size > 0);
    const boundS = part.history.bound(part.level.value(), agesS(queue.waiting, past.eligibleMs));
    queue.waiting.add(past);
    if (boundS === undefined) continue;
    const waited = waitS(past);
    const held = waited !== undefined && waited <= boundS;
    memory.expect({ held, part, knownMs: past.eligibleMs + (held ? waited : boundS) * 1000 });
    if (waited !== undefined) replayed.push({ waitS: waited, boundS, tieShare: part.history.tieShare(boundS, q) });
  }
  learnUntil(nowMs);
  const { history, level } = memory.partFor(queue.waiting.size > 0);
  const boundS = history.bound(level.value(), agesS(queue.waiting, nowMs));
  const known = withoutUndefined({ boundS, sureS: history.sureBound(q) });
  return { replayed, ...known, samples: history.size(), waiting: queue.waiting.size };
}

function agesS(waiting: ReadonlySet<PastWait>, nowMs: number): number[] {
  return [...waiting].map(({ eligibleMs }) => Math.max(0, nowMs - eligibleMs) / 1000);
}

interface Queue {
  /** Those that came and have not started. */
  readonly waiting: Set<PastWait>;
  /** Those that started since the last question, and before then, in that order. */
  startedBefore(ms: number): PastWait[];
}

function openQueue(waits: readonly PastWait[]): Queue {
  const startOf = ({ startMs }: PastWait): number => startMs ?? Infinity;
  const starts = waits.toSorted((a, b) => startOf(a) - startOf(b) || 0);
  const waiting = new Set<PastWait>();
  let next = 0;
  return {
    waiting,
    startedBefore: (ms) => {
      const first = next;
      while (next < starts.length && startOf(starts[next] as PastWait) < ms) next += 1;
      const started = starts.slice(first, next);
      for (const past of started) waiting.delete(past);
      return started;
    },
  };
}

interface Part {
  readonly history: History;
  readonly level: Level;
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
  readonly #cameBusy = new Map<PastWait, boolean>();
  #expected: Expected[] = [];
  /** When the next of them is known. */
  #nextMs = Infinity;

  constructor(q: number) {
    this.#least = Math.max(LEAST, minimumSamples(q));
    this.#tooMany = missesInARow(q);
    const part = (): Part => ({ history: openHistory(this.#least), level: openLevel(q) });
    [this.#quiet, this.#busy, this.#all] = [part(), part(), part()];
  }

  partFor(busy: boolean): Part {
    const own = busy ? this.#busy : this.#quiet;
    return own.history.size() >= this.#least ? own : this.#all;
  }

  remember(past: PastWait, busy: boolean): void {
    this.#cameBusy.set(past, busy);
  }

  add(past: PastWait): void {
    const waited = waitS(past) ?? 0;
    this.#all.history.add(waited);
    (this.#cameBusy.get(past) === true ? this.#busy : this.#quiet).history.add(waited);
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
