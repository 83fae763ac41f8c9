import type { ExperimentManager } from '../../app/index.ts';
import { nowMs } from '../../system/index.ts';
import type { LastLook } from '../calls/live-state.ts';
import { toServerProblem } from '../calls/server-problem.ts';

/** Asks the scheduler now and then, and keeps what it said. */
export interface Looker {
  readonly last: LastLook;
  /** Looks if the last look is old enough. Never throws. @returns whether it did */
  look(): Promise<boolean>;
}

/** Between the beginnings of two looks, milliseconds, however many pages are open. */
const PAUSE_MS = 30_000;

const NEVER: LastLook = {
  askedAt: null,
  problem: null,
  problemSince: null,
  reasons: new Map(),
  warnings: [],
  unrecorded: null,
};

export function openLooker(manager: ExperimentManager): Looker {
  let last = NEVER;
  let begunMs = -Infinity;
  return {
    get last() {
      return last;
    },
    look: async () => {
      if (nowMs() - begunMs < PAUSE_MS) return false;
      begunMs = nowMs();
      last = await lookOnce(manager, last);
      return true;
    },
  };
}

async function lookOnce(manager: ExperimentManager, before: LastLook): Promise<LastLook> {
  const failed = (problem: string, askedAt: number): LastLook => ({
    ...before,
    askedAt,
    problem,
    problemSince: before.problemSince ?? askedAt,
  });
  try {
    const { askedAtMs = null, problem, reasons, warnings, unrecorded } = await manager.observe();
    if (problem !== undefined) return failed(problem, askedAtMs ?? nowMs());
    const why = unrecorded?.why ?? null;
    return { askedAt: askedAtMs, problem: null, problemSince: null, reasons, warnings, unrecorded: why };
  } catch (error) {
    return failed(toServerProblem(error).message, nowMs());
  }
}
