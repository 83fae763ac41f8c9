import type { Action, ActionPlan, ViewSaved } from '../../app/index.ts';
import { SheafError } from '../../core/errors.ts';
import type { SavedView } from '../../core/validation/view-settings.ts';
import { problemJson } from '../../json/index.ts';
import type { ActAnswer, ActionDesk, OutcomeAnswer, PlanAnswer } from './action-desk.ts';
import type { CallContext, CallsOf } from './call.ts';
import { action } from './read-action.ts';
import { flag, listOf, object, optional, text } from './reading.ts';

/** What changes something. These calls exist only in a server that may act. */
export type ActionsApi = {
  /** What an action would do. */
  readonly plan: { readonly request: { readonly action: Action }; readonly answer: PlanAnswer };
  /** Does what was planned: the same action, with the id of its plan. */
  readonly act: {
    readonly request: { readonly plan: string; readonly action: Action };
    readonly answer: ActAnswer;
  };
  /** What came of a plan: for a page that was loaded again. */
  readonly outcome: { readonly request: { readonly plan: string }; readonly answer: OutcomeAnswer };
  readonly saveView: { readonly request: SavedView & { readonly name: string }; readonly answer: ViewSaved };
};

export const actionsCalls: CallsOf<ActionsApi> = {
  plan: {
    place: 'here',
    read: object({ action }),
    answer: (request, context) => deskOf(context).plan(request.action),
  },
  act: {
    place: 'here',
    read: object({ plan: text, action }),
    answer: (request, context) => deskOf(context).act(request.plan, request.action),
  },
  outcome: {
    place: 'here',
    read: object({ plan: text }),
    answer: ({ plan }, context) => deskOf(context).outcome(plan),
  },
  saveView: {
    place: 'acts',
    read: object({
      name: text,
      description: optional(text),
      where: optional(text),
      columns: optional(listOf(text)),
      sort: optional(object({ field: text, descending: flag })),
      groupBy: optional(listOf(text)),
      archived: optional(flag),
    }),
    answer: (view, { manager }) => manager.saveView(view),
  },
};

function deskOf({ desk }: CallContext): ActionDesk {
  if (desk === undefined) throw new Error('this server does not act');
  return desk;
}

/** What the server itself asks its workers for an action; no page can. */
export type WorkApi = {
  readonly planAction: { readonly request: { readonly action: Action }; readonly answer: ActionPlan };
  readonly performAction: {
    readonly request: { readonly plan: string; readonly action: Action };
    readonly answer: Performed;
  };
};

export const WORK: CallsOf<WorkApi> = {
  planAction: {
    place: 'files',
    read: object({ action }),
    answer: (request, { manager }) => manager.planAction(request.action),
  },
  performAction: { place: 'acts', read: object({ plan: text, action }), answer: perform },
};

/** As a worker answers `performAction`. */
export type Performed =
  | Exclude<ActAnswer, { readonly kind: 'refused' }>
  | { readonly kind: 'changed'; readonly plan: ActionPlan };

/** Plans it again, and does it if that gives the same. */
async function perform(
  request: { readonly plan: string; readonly action: Action },
  { manager }: CallContext,
): Promise<Performed> {
  try {
    const plan = await manager.planAction(request.action);
    if (plan.id !== request.plan) return { kind: 'changed', plan };
    const outcome = await manager.act(request.action);
    return { kind: 'done', outcome: { ...outcome, problems: outcome.problems.map(problemJson) } };
  } catch (error) {
    if (!(error instanceof SheafError)) throw error;
    return { kind: 'failed', problem: problemJson(error.problems[0]) };
  }
}
