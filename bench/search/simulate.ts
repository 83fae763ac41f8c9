import type { Problem } from './problem.ts';

/** A search that is under way. */
export interface Searcher {
  /** The next trial. */
  readonly ask: () => Promise<AskedTrial>;
  /** What a trial has reached. @returns whether it stops */
  readonly report: (trial: number, epoch: number, value: number) => Promise<boolean>;
  readonly complete: (trial: number, value: number) => Promise<void>;
}

export interface AskedTrial {
  readonly trial: number;
  readonly point: readonly number[];
}

/** What a search found, and when: each better trial that was completed. */
export interface Found {
  /** Seconds since the beginning, of all slots at once. */
  readonly at: number;
  /** By how much the best one so far is worse than the optimum. */
  readonly regret: number;
}

/** How a search went. */
export interface Outcome {
  readonly found: readonly Found[];
  readonly started: number;
  readonly completed: number;
}

interface Running extends AskedTrial {
  /** The epoch that ends at `at`. */
  readonly epoch: number;
  readonly at: number;
}

/** How long a search goes on: whichever comes first. */
export interface Budget {
  readonly slots: number;
  /** Seconds, of each slot. */
  readonly until: number;
  /** How many trials complete at most. */
  readonly trials: number;
  /** Absent: a trial starts as soon as a slot is free. */
  readonly queue?: {
    /** What each trial waits before it can start, seconds. */
    readonly waitS: number;
    /** How many trials wait at once, beside the one that each slot takes when it becomes free. */
    readonly lead: number;
  };
}

/** Runs a search on slots, which are idle only while none of the trials in the queue can start. Whatever a trial reports is known at once. */
export async function simulate(
  problem: Problem,
  searcher: Searcher,
  { slots, until, trials, queue: { waitS, lead } = { waitS: 0, lead: 0 } }: Budget,
): Promise<Outcome> {
  const running: Running[] = [];
  let [started, completed] = [0, 0];
  const queued: (AskedTrial & { readonly ready: number })[] = [];
  const submit = async (now: number): Promise<void> => {
    queued.push({ ...(await searcher.ask()), ready: now + waitS });
  };
  const start = async (slot: number, now: number): Promise<void> => {
    await submit(now);
    const next = queued.shift();
    if (next === undefined) return;
    started += 1;
    const { ready, ...asked } = next;
    running[slot] = { ...asked, epoch: 1, at: Math.max(now, ready) + problem.secondsPerEpoch(asked.point) };
  };
  for (let ahead = 0; ahead < lead; ahead += 1) await submit(0);
  for (let slot = 0; slot < slots; slot += 1) await start(slot, 0);
  const found: Found[] = [];
  for (;;) {
    const slot = running.reduce((first, { at }, i) => (at < (running[first]?.at ?? 0) ? i : first), 0);
    const current = running[slot];
    if (current === undefined || current.at > until || completed === trials) return { found, started, completed };
    const { trial, point, epoch, at } = current;
    const value = problem.valueAt(point, epoch);
    if (epoch === problem.epochs) {
      completed += 1;
      const regret = problem.optimum - value;
      if (regret < (found.at(-1)?.regret ?? Infinity)) found.push({ at, regret });
      await searcher.complete(trial, value);
      await start(slot, at);
    } else if (await searcher.report(trial, epoch, value)) {
      await start(slot, at);
    } else {
      running[slot] = { trial, point, epoch: epoch + 1, at: at + problem.secondsPerEpoch(point) };
    }
  }
}
