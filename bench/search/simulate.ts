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
}

/** Runs a search on slots that are never idle. Whatever a trial reports is known at once. */
export async function simulate(
  problem: Problem,
  searcher: Searcher,
  { slots, until, trials }: Budget,
): Promise<Outcome> {
  const running: Running[] = [];
  let [started, completed] = [0, 0];
  const start = async (slot: number, now: number): Promise<void> => {
    const asked = await searcher.ask();
    started += 1;
    running[slot] = { ...asked, epoch: 1, at: now + problem.secondsPerEpoch(asked.point) };
  };
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
