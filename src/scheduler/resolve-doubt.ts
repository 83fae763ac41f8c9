import type { Token } from '../core/ids.ts';
import { nowMs, sleep } from '../system/index.ts';
import type { Scheduler, SubmitOutcome } from './scheduler.ts';

/** How often, and with which pauses, a doubtful submission is looked up at once. */
const LOOKS = 2;
const LOOK_PAUSE_MS = 1_500;

/** Looks a doubtful submission up by its token. @returns that it was accepted after all, or the same doubt */
export async function resolveDoubt(
  scheduler: Scheduler,
  token: Token,
  doubtful: Extract<SubmitOutcome, { kind: 'doubtful' }>,
): Promise<SubmitOutcome> {
  for (let i = 0; i < LOOKS; i += 1) {
    const found = await scheduler.find([token], nowMs());
    const job = found.kind === 'answer' ? found.jobs.get(token) : undefined;
    if (job !== undefined)
      return { kind: 'accepted', job, notes: [`it was taken, although the answer was: ${doubtful.said}`] };
    if (found.kind === 'failed') break;
    await sleep(LOOK_PAUSE_MS);
  }
  return doubtful;
}
