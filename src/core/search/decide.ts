import { areEqual } from '../value.ts';
import {
  isLoss,
  type Decision,
  type Loss,
  type Reading,
  type Round,
  type Standing,
  type StopRule,
} from '../experiment/search.ts';
import { planRungs } from './rungs.ts';
import { makeJudge, type Judge } from './standing.ts';

/**
 * Decides a round: which trials go on, now that they reached a rung.
 *
 * A trial is judged once at each rung, among all that have reached it by this round, and not again when others follow: its
 * decision does not change while its data do not. The exception are paused trials, which `resume` lifts when later results do. The
 * first reading of a trial at a rung stays, whatever a requeued attempt writes there later. The order of `fresh` does not matter, nor
 * whether readings come a second time. The same rounds and readings always give the same round.
 *
 * A job learns of its loss late, and may pass further rungs until then. What it reads there does not count: otherwise a rung would
 * have more trials than went on to it, and more of them would go on from it, the later the round is taken.
 *
 * @param past the rounds before, in their order
 * @param fresh what has been read now, also what earlier rounds had
 */
export function decideRound(rule: StopRule, past: readonly Round[], fresh: readonly Reading[]): Round {
  const known = past.flatMap(({ readings }) => readings);
  const readings = selectNew(known, fresh);
  const isNew = new Set(readings);
  const atRung = Map.groupBy([...known, ...readings], ({ rung }) => rung);
  const losses = new Map([...findLatest(past).values()].filter(isLoss).map((loss) => [loss.trial, loss]));
  const decisions: Decision[] = [];
  for (const rung of planRungs(rule)) {
    const contenders = (atRung.get(rung) ?? []).filter(({ trial }) => rung <= (losses.get(trial)?.rung ?? Infinity));
    const judge = makeJudge(rule, contenders);
    for (const reading of contenders) {
      const action = chooseAction(rule, reading, { loss: losses.get(reading.trial), isNew: isNew.has(reading) }, judge);
      if (action !== undefined) decisions.push(makeDecision(reading, action, judge(reading).standing));
    }
    for (const decision of decisions) if (isLoss(decision)) losses.set(decision.trial, decision);
  }
  return { rule, readings, decisions: decisions.toSorted((a, b) => a.trial - b.trial || a.rung - b.rung) };
}

/** Undefined if nothing is decided about a trial at a rung now. */
function chooseAction(
  { resume }: StopRule,
  reading: Reading,
  { loss, isNew }: { readonly loss: Loss | undefined; readonly isNew: boolean },
  judge: Judge,
): Decision['action'] | undefined {
  if (loss === undefined) return isNew ? (judge(reading).passes ? 'go_on' : resume ? 'pause' : 'stop') : undefined;
  const mayBeLifted = resume && loss.action === 'pause' && loss.rung === reading.rung;
  return mayBeLifted && judge(reading).passes ? 'resume' : undefined;
}

/** Whether the decisions of rounds, in their order, are what their readings lead to: the number of the first round that is not. */
export function findUnfoundedRound(rounds: readonly Round[]): number | undefined {
  const at = rounds.findIndex((round, i) => {
    const again = decideRound(round.rule, rounds.slice(0, i), round.readings);
    return !areEqual(again.decisions, round.decisions);
  });
  return at === -1 ? undefined : at;
}

/** The last decision on each trial, by its number. */
export function findLatest(rounds: readonly Round[]): ReadonlyMap<number, Decision> {
  return new Map(rounds.flatMap(({ decisions }) => decisions.map((decision) => [decision.trial, decision])));
}

/** One reading for each trial and rung: the earliest step, and of equal ones the smallest value. */
function selectNew(known: readonly Reading[], fresh: readonly Reading[]): readonly Reading[] {
  const seen = new Set(known.map(keyOf));
  const ordered = fresh.toSorted(
    (a, b) =>
      a.rung - b.rung || a.trial - b.trial || a.step - b.step || (a.value ?? -Infinity) - (b.value ?? -Infinity) || 0,
  );
  return ordered.filter((reading) => {
    const key = keyOf(reading);
    return !seen.has(key) && seen.add(key);
  });
}

function keyOf({ trial, rung }: Reading): string {
  return `${trial}@${rung}`;
}

function makeDecision({ trial, rung, value }: Reading, action: Decision['action'], standing: Standing): Decision {
  return { trial, action, rung, value, standing };
}
