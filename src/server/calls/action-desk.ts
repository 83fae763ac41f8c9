import type { Action, ActionOutcome, ActionPlan } from '../../app/index.ts';
import type { ProblemJson } from '../../json/index.ts';

/** What an action would do, in words; `id` is what it is done by, once and within ten minutes. */
export type PlanAnswer = ActionPlan;

/** What came of an action. */
export type ActAnswer =
  | {
      readonly kind: 'done';
      readonly outcome: Omit<ActionOutcome, 'problems'> & { readonly problems: readonly ProblemJson[] };
    }
  /** Nothing was done: this is what it would do now, and why that is asked again. */
  | { readonly kind: 'refused'; readonly why: string; readonly plan: PlanAnswer }
  | { readonly kind: 'failed'; readonly problem: ProblemJson };

/** What is known of a plan: also that it is being done, or that this server does not know it. */
export type OutcomeAnswer = ActAnswer | { readonly kind: 'planned' | 'running' | 'unknown' };

/** Where a page has actions planned and done; there is one only if the server may act. */
export interface ActionDesk {
  /** @throws SheafError for whatever would be refused */
  plan(action: Action): Promise<PlanAnswer>;
  /** Does what was planned, once, also if the page goes away. @throws SheafError if it cannot be planned again */
  act(plan: string, action: Action): Promise<ActAnswer>;
  outcome(plan: string): OutcomeAnswer;
}
