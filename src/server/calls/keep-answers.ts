import type { ExperimentManager } from '../../app/index.ts';
import { nowMs } from '../../system/index.ts';
import type { Call } from './call.ts';

/** An answer that is on its way or there. */
interface Kept {
  readonly sinceMs: number;
  readonly answer: Promise<unknown>;
}

/**
 * Gives the same answer to the same request for a while, however many pages are open, so that they ask the scheduler no
 * more than the command line does. What failed is not kept: what is wrong may be corrected before.
 *
 * @param keptMs milliseconds
 */
export function keepAnswers<Request, Answer>(keptMs: number, call: Call<Request, Answer>): Call<Request, Answer> {
  /** By request, of each project of this process. */
  const projects = new WeakMap<ExperimentManager, Map<string, Kept>>();
  return {
    ...call,
    answer: (request, context) => {
      const kept = projects.get(context.manager) ?? new Map<string, Kept>();
      projects.set(context.manager, kept);
      for (const [key, { sinceMs }] of kept) if (nowMs() - sinceMs >= keptMs) kept.delete(key);
      const key = JSON.stringify(request);
      const former = kept.get(key);
      if (former !== undefined) return former.answer as Promise<Answer>;
      const answer = Promise.resolve(call.answer(request, context));
      kept.set(key, { sinceMs: nowMs(), answer });
      answer.catch(() => kept.delete(key));
      return answer;
    },
  };
}
