import type { Action, ActionPlan } from '../../app/index.ts';
import { toProblem } from '../../core/errors.ts';
import { problemJson } from '../../json/index.ts';
import { nowMs, randomId } from '../../system/index.ts';
import type { AuditLog } from '../access/audit-log.ts';
import type { ActAnswer, ActionDesk, OutcomeAnswer, PlanAnswer } from '../calls/action-desk.ts';
import type { Performed } from '../calls/actions.ts';

/** Asks a worker for what `WORK` has. @throws SheafError of it, or `server.*` */
export type AskWorker = (name: 'planAction' | 'performAction', request: object) => Promise<unknown>;

/** A plan that a page was given. */
interface Issued {
  readonly madeMs: number;
  /** The action as it was asked for. */
  readonly asked: string;
  readonly plan: ActionPlan;
  /** Since a page had it done. */
  answer?: Promise<ActAnswer>;
  settled?: ActAnswer;
}

const PLAN_MS = 10 * 60_000;
/** Plans that are remembered; the oldest one goes first. One that is forgotten is never done. */
const MOST_PLANS = 1_000;
const RANDOM = 12;

/**
 * Has actions planned, and done by their plan: each plan at most once, and only as it was shown. What was done is known
 * until the server ends; a server that starts knows no plan, so that nothing is done twice.
 *
 * @param now for tests, milliseconds since 1970
 */
export function openDesk(ask: AskWorker, audit: AuditLog, now: () => number = nowMs): ActionDesk {
  const issued = new Map<string, Issued>();

  async function makePlan(action: Action): Promise<PlanAnswer> {
    return issue(action, (await ask('planAction', { action })) as ActionPlan);
  }

  function issue(action: Action, plan: ActionPlan): PlanAnswer {
    const id = `${plan.id}-${randomId(RANDOM)}`;
    issued.set(id, { madeMs: now(), asked: JSON.stringify(action), plan });
    for (const oldest of [...issued.keys()].slice(0, -MOST_PLANS)) issued.delete(oldest);
    return { ...plan, id };
  }

  async function refuse(action: Action, why: string): Promise<ActAnswer> {
    audit.record(`${action.kind} refused: ${why}`);
    return { kind: 'refused', why, plan: await makePlan(action) };
  }

  async function perform(action: Action, id: string, plan: ActionPlan): Promise<ActAnswer> {
    const what = `${action.kind} ${id.slice(-RANDOM)}`;
    audit.record(`${what} begins`);
    try {
      const answer = (await ask('performAction', { plan: plan.id, action })) as Performed;
      audit.record(`${what}: ${answer.kind}`);
      if (answer.kind !== 'changed') return answer;
      return { kind: 'refused', why: CHANGED, plan: issue(action, answer.plan) };
    } catch (error) {
      audit.record(`${what}: cut off`);
      return { kind: 'failed', problem: problemJson({ ...toProblem(error), ...CUT_OFF }) };
    }
  }

  return {
    plan: makePlan,
    act: async (id, action) => {
      const found = issued.get(id);
      if (found === undefined) return refuse(action, UNKNOWN);
      if (found.asked !== JSON.stringify(action)) return refuse(action, ALTERED);
      if (found.answer === undefined && found.madeMs + PLAN_MS < now()) return refuse(action, OLD);
      // Set before anything is awaited: a second request gets the same answer.
      found.answer ??= perform(action, id, found.plan).then((answer) => (found.settled = answer));
      return found.answer;
    },
    outcome: (id): OutcomeAnswer => {
      const found = issued.get(id);
      if (found === undefined) return { kind: 'unknown' };
      return found.settled ?? { kind: found.answer === undefined ? 'planned' : 'running' };
    },
  };
}

const UNKNOWN = 'this server did not make the plan';
const ALTERED = 'the plan was made for another action';
const OLD = 'the plan is older than ten minutes';
const CHANGED = 'the project changed since the plan was made';

const CUT_OFF = {
  now: 'a part of it may be done; what was submitted is not submitted again',
  fix: 'look at the experiments, then plan it again',
};
