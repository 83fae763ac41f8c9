import type { ExperimentManager } from '../../app/index.ts';
import { failure } from '../../core/errors.ts';
import { nowMs, sleep } from '../../system/index.ts';
import type { Call } from './call.ts';

/** An answer that is on its way or there. */
interface Kept {
  readonly sinceMs: number;
  readonly answer: Promise<unknown>;
  isThere: boolean;
}

/** Less than a worker may take: one that is stopped would leave the questions that it has asked the scheduler. */
const LONGEST_MS = 20_000;

/**
 * Gives the same answer to the same request for a while, however many pages are open, so that they ask the scheduler no
 * more than the command line does. What failed is not kept: what is wrong may be corrected before. A scheduler that is slow is
 * awaited by the next who asks, and not asked twice at once.
 *
 * @param keptMs milliseconds
 * @param longestMs how long one waits who asks, milliseconds; then the answer is the problem `server.waiting`
 */
export function keepAnswers<Request, Answer>(
  keptMs: number,
  call: Call<Request, Answer>,
  longestMs: number = LONGEST_MS,
): Call<Request, Answer> {
  /** By request, of each project of this process. */
  const projects = new WeakMap<ExperimentManager, Map<string, Kept>>();
  return {
    ...call,
    answer: (request, context) => {
      const kept = projects.get(context.manager) ?? new Map<string, Kept>();
      projects.set(context.manager, kept);
      for (const [key, { sinceMs, isThere }] of kept) if (isThere && nowMs() - sinceMs >= keptMs) kept.delete(key);
      const key = JSON.stringify(request);
      const former = kept.get(key);
      if (former !== undefined) return awaitBriefly(former.answer as Promise<Answer>, longestMs);
      const answer = Promise.resolve(call.answer(request, context));
      const begun: Kept = { sinceMs: nowMs(), answer, isThere: false };
      kept.set(key, begun);
      answer.then(
        () => (begun.isThere = true),
        () => kept.delete(key),
      );
      return awaitBriefly(answer, longestMs);
    },
  };
}

/** @throws SheafError `server.waiting` */
async function awaitBriefly<T>(answer: Promise<T>, longestMs: number): Promise<T> {
  const limit = new AbortController();
  const late = sleep(longestMs, limit.signal).then(() => {
    throw failure('server.waiting', 'the cluster has not answered yet', {
      why: `its programs take longer than ${longestMs / 1_000} s`,
      now: 'sheaf goes on waiting for them',
      fix: 'try again in a moment',
    });
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    limit.abort();
  }
}
