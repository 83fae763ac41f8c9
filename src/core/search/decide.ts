import { areEqual } from '../value.ts';
import { isLoss, type Decision, type Reading, type Round, type Standing, type StopRule } from '../experiment/search.ts';
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
 * @param past the rounds before, in their order
 * @param fresh what has been read now, also what earlier rounds had
 */
export function decideRound(rule: StopRule, past: readonly Round[], fresh: readonly Reading[]): Round {
  const known = past.flatMap(({ readings }) => readings);
  const readings = selectNew(known, fresh);
  const judges = makeJudges(rule, [...known, ...readings]);
  const latest = findLatest(past);
  const decisions = [...Map.groupBy(readings, ({ trial }) => trial)].flatMap(([trial, own]) =>
    isLoss(latest.get(trial)) ? [] : judgeTrial(rule, own, judges),
  );
  const lifted = rule.resume ? [...latest.values()].flatMap((decision) => liftPaused(decision, judges)) : [];
  return {
    rule,
    readings,
    decisions: [...decisions, ...lifted].toSorted((a, b) => a.trial - b.trial || a.rung - b.rung),
  };
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

interface RungJudge {
  readonly judge: Judge;
  readonly readings: ReadonlyMap<number, Reading>;
}

/** By rung, only those of the rule. */
function makeJudges(rule: StopRule, readings: readonly Reading[]): ReadonlyMap<number, RungJudge> {
  const atRung = Map.groupBy(readings, ({ rung }) => rung);
  return new Map(
    planRungs(rule).map((rung) => {
      const own = atRung.get(rung) ?? [];
      return [rung, { judge: makeJudge(rule, own), readings: new Map(own.map((reading) => [reading.trial, reading])) }];
    }),
  );
}

/** From the lowest rung up to the first one at which the trial loses. */
function judgeTrial(rule: StopRule, readings: readonly Reading[], judges: ReadonlyMap<number, RungJudge>): Decision[] {
  const decisions: Decision[] = [];
  for (const reading of readings) {
    const judgement = judges.get(reading.rung)?.judge(reading);
    if (judgement === undefined) continue;
    const action = judgement.passes ? 'go_on' : rule.resume ? 'pause' : 'stop';
    decisions.push(makeDecision(reading, action, judgement.standing));
    if (!judgement.passes) break;
  }
  return decisions;
}

/** A paused trial that would go on, were it judged now. */
function liftPaused({ action, trial, rung }: Decision, judges: ReadonlyMap<number, RungJudge>): Decision[] {
  const at = judges.get(rung);
  const reading = at?.readings.get(trial);
  if (action !== 'pause' || at === undefined || reading === undefined) return [];
  const { passes, standing } = at.judge(reading);
  return passes ? [makeDecision(reading, 'resume', standing)] : [];
}

function makeDecision({ trial, rung, value }: Reading, action: Decision['action'], standing: Standing): Decision {
  return { trial, action, rung, value, standing };
}
