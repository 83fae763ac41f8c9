import type { Experiment } from '../../core/experiment/experiment.ts';
import type { DecidedRound, SweepRecord } from '../../core/experiment/record.ts';
import type { Decision, Proposal, Round, Search } from '../../core/experiment/search.ts';
import type { ExpId } from '../../core/ids.ts';
import { expand, makeSweepIds, makeTrialId, planSweep, type SweepMember } from '../../core/sweep/sweep.ts';
import type { Project } from '../project/project.ts';
import { joinSpaces, listSweepParts } from '../project/sweep-parts.ts';

/** How a sweep goes on by itself; undefined: it does not, or no longer. */
export function getSearch(record: Pick<SweepRecord, 'search'>): Search | undefined {
  return record.search?.value ?? undefined;
}

/** A round that counts. */
export interface NumberedRound extends DecidedRound {
  /** From 1. */
  readonly number: number;
}

/** The rounds of a sweep in their order. */
export function listRounds({ rounds = {} }: Pick<SweepRecord, 'rounds'>): readonly NumberedRound[] {
  return Object.entries(rounds)
    .map(([number, { value }]) => ({ number: Number(number), ...value }))
    .toSorted((a, b) => a.number - b.number);
}

/** What rounds decided about trials that ran, in their order: what `decideRound` goes on from. */
export function listStopping(rounds: readonly NumberedRound[]): readonly Round[] {
  return rounds.flatMap(({ stopping }) => stopping ?? []);
}

/** The last decision on each trial, and when it was taken, milliseconds since 1970. */
export function findLatestTimed(
  rounds: readonly NumberedRound[],
): ReadonlyMap<number, { readonly decision: Decision; readonly atMs: number }> {
  return new Map(
    rounds.flatMap(({ stopping, atMs }) =>
      (stopping?.decisions ?? []).map((decision) => [decision.trial, { decision, atMs }] as const),
    ),
  );
}

/** A trial of a sweep, made or not yet. */
export interface PlannedTrial {
  /** Its number in the sweep, which never changes. */
  readonly number: number;
  /** The name that it is made with; it may have been renamed since. */
  readonly expId: ExpId;
  /** What the sweep varies. */
  readonly member: SweepMember;
  /** Absent: it is a member of the space, and no round proposed it. */
  readonly proposal?: Proposal;
}

/** The trials of a sweep by number: the members of its space in their order, and what rounds proposed. */
export function listTrials(record: SweepRecord): ReadonlyMap<number, PlannedTrial> {
  const proposed = listRounds(record).flatMap((round) => round.proposed);
  const trials = new Map<number, PlannedTrial>();
  for (const trial of listExpanded(record)) trials.set(trial.number, trial);
  for (const proposal of proposed) {
    const member: SweepMember = new Map(Object.entries(proposal.params).map(([name, value]) => [name, { value }]));
    const expId = nameTrial(record, proposal.trial, member);
    trials.set(proposal.trial, { number: proposal.trial, expId, member, proposal });
  }
  return trials;
}

function listExpanded(record: SweepRecord): PlannedTrial[] {
  const parts = listSweepParts(record);
  const trials: PlannedTrial[] = [];
  if (parts.every(({ count }) => count === 0)) return trials;
  for (const [i, { id }] of parts.entries()) {
    const plan = planSweep(joinSpaces(parts.slice(0, i + 1)));
    const since = i === 0 ? undefined : planSweep(joinSpaces(parts.slice(0, i)));
    const ids = makeSweepIds(plan, { sweep: record.name, ...(id !== undefined && { template: id }) }, since);
    let at = 0;
    for (const member of expand(plan, since)) {
      const expId = ids[at];
      at += 1;
      if (expId !== undefined) trials.push({ number: trials.length, expId, member });
    }
  }
  return trials;
}

/** The name of a member that is proposed: by the pattern of the sweep if it has `{trial}`, otherwise `SWEEP-7`. */
export function nameTrial(record: Pick<SweepRecord, 'name' | 'parts'>, number: number, member: SweepMember): ExpId {
  const [first] = listSweepParts(record);
  const template = first?.id;
  return makeTrialId({ sweep: record.name, ...(template !== undefined && { template }) }, number, member);
}

/** The experiments of trials, by the number of the trial; also of those that were renamed. One that is removed is left out. */
export function findTrials(
  { store }: Project,
  sweep: string,
  trials: Iterable<PlannedTrial>,
): ReadonlyMap<number, Experiment> {
  const all = [...trials];
  const named = store.findAll(all.map(({ expId }) => expId));
  const renamed = new Map<number, ExpId>();
  for (const { number, expId } of all) {
    if (named.get(expId)?.sweep === sweep) continue;
    const holder = store.claims.nameHolder(expId);
    const known = holder && store.findByKey(holder.key);
    if (known?.live && known.expId !== null) renamed.set(number, known.expId);
  }
  const others = store.findAll([...renamed.values()]);
  return new Map(
    all.flatMap(({ number, expId }) => {
      const own = named.get(expId);
      const now = renamed.get(number);
      const found = own?.sweep === sweep ? own : now && others.get(now);
      return found?.sweep === sweep ? [[number, found] as const] : [];
    }),
  );
}
