import type { ExpId } from '../../core/ids.ts';
import { formatList } from '../../core/text/phrases.ts';
import type { EventBody } from '../../core/experiment/event.ts';
import type { Round } from '../../core/experiment/search.ts';
import { getExperimentStatus, isActive } from '../../core/experiment/status.ts';
import { decideRound, findLatest } from '../../core/search/index.ts';
import type { Project } from '../project/project.ts';
import type { RoundEffect, Submission } from '../project/types.ts';
import {
  decidesSweep,
  getNextRound,
  isRepetition,
  listLifted,
  listPast,
  openAdaptiveSweep,
  type AdaptiveSweep,
} from './adaptive-sweep.ts';
import { applyRounds, listOutstanding, type Applied } from './apply-rounds.ts';
import { listRepetitions } from './confirm-winners.ts';
import { listSampled, proposeTrials } from './propose-trials.ts';
import { readTrials, type ReadTrialsOptions, type TrialsRead } from './read-trials.ts';
import { findRoom } from './room.ts';

export interface RoundOptions extends ReadTrialsOptions {
  /** A person asks for the members of the sweep to be submitted: it may begin. */
  readonly isAsked?: boolean;
  /** The caller shows no warnings: what is reported once is left to another command. */
  readonly isUnread?: boolean;
}

/** What one look at an adaptive sweep came to. */
export interface RoundTaken {
  readonly effects: readonly RoundEffect[];
  /** What keeps the sweep from going on, or must be known of it. */
  readonly warnings: readonly string[];
  /** Members run, wait or are just being made, also by another command: look again. */
  readonly goesOn: boolean;
  /** Of members that were made. */
  readonly submissions: readonly Submission[];
  /** Something could not be brought about. */
  readonly hasFailed: boolean;
}

const NOTHING: RoundTaken = { effects: [], warnings: [], submissions: [], goesOn: false, hasFailed: false };

/**
 * Takes a round of an adaptive sweep: reads what its trials have written since, decides which of them stop and which are made, records
 * that as one event, and brings it about. If another command decides at this moment, or if there is nothing to decide, it does nothing.
 *
 * What an earlier command decided and did not bring about, since it was killed, is brought about first.
 *
 * @throws SheafError for a template that is wrong; the reason of the signal
 */
export async function takeRound(project: Project, name: string, options: RoundOptions = {}): Promise<RoundTaken> {
  const seen = openAdaptiveSweep(project, project.store.sweep(name));
  if (seen === undefined || !decidesSweep(seen)) return NOTHING;
  const read = await readTrials(project, seen, options);
  const known = describeReading(seen, read);
  if (!hasWork(project, seen, read, options)) return { ...NOTHING, warnings: known, goesOn: goesOn(project, seen) };
  const number = getNextRound(seen);
  const claim = project.store.claims.takeRound(name, number);
  if (claim === undefined) return { ...NOTHING, warnings: known, goesOn: true };
  let isDecided = false;
  try {
    await project.store.refresh();
    const before = await completeEarlier(project, name, options);
    const sweep = openAdaptiveSweep(project, project.store.sweep(name));
    // Another command decided this round before the claim was taken.
    if (sweep === undefined || getNextRound(sweep) !== number) return { ...NOTHING, warnings: known, goesOn: true };
    const { event, warnings } = before.hasFailed ? NO_DECISION : await decide(project, sweep, number, read, options);
    if (event === undefined) return tell(project, name, [before], [...known, ...warnings]);
    await project.store.append([event]);
    isDecided = true;
    return tell(project, name, [before, await completeEarlier(project, name, options)], [...known, ...warnings]);
  } finally {
    if (!isDecided) claim.drop();
  }
}

const NO_DECISION: Decided = { warnings: [] };

/** Brings about the rounds on record: also this one, if another command decided it, too, and was earlier. */
async function completeEarlier(project: Project, name: string, options: RoundOptions): Promise<Applied> {
  const sweep = openAdaptiveSweep(project, project.store.sweep(name));
  if (sweep === undefined)
    return { stopped: [], resumed: [], made: [], submissions: [], warnings: [], hasFailed: false };
  return applyRounds(project, sweep, options);
}

function hasWork(project: Project, sweep: AdaptiveSweep, read: TrialsRead, options: RoundOptions): boolean {
  const { isAsked = false } = options;
  const { stops, unmade, unsubmitted, lifted } = listOutstanding(project, sweep);
  if (stops.length + unmade.length + unsubmitted.length + lifted.length > 0) return true;
  if (decideStopping(sweep, read) !== undefined || findLacking(sweep, read, options).length > 0) return true;
  return findRoom(sweep, isAsked).count > 0 || listRepetitions(sweep, read).proposals.length > 0;
}

interface Decided {
  /** Absent: there is nothing to decide. */
  readonly event?: EventBody;
  readonly warnings: readonly string[];
}

async function decide(
  project: Project,
  sweep: AdaptiveSweep,
  number: number,
  read: TrialsRead,
  options: RoundOptions,
): Promise<Decided> {
  const { isAsked = false } = options;
  const stopping = decideStopping(sweep, read);
  const rounds = [...listPast(sweep), ...(stopping === undefined ? [] : [stopping])];
  const { propose } = sweep.search;
  const lifted = listLifted(sweep).length + countLifted(stopping);
  const room = findRoom(sweep, isAsked, lifted);
  const { proposals, warnings } =
    propose === undefined || room.count === 0
      ? listRepetitions(sweep, read, lifted)
      : await proposeTrials(project, sweep, propose.by, listSampled(sweep, rounds, read), room.count);
  const lacking = findLacking(sweep, read, options);
  if (stopping === undefined && proposals.length + lacking.length === 0) return { warnings };
  const event: EventBody = {
    type: 'decided',
    sweep: sweep.name,
    round: number,
    ...(stopping && { stopping }),
    proposed: proposals,
    ...(lacking.length > 0 && { lacking }),
  };
  return { event, warnings: [...warnings, ...describeLacking(sweep, lacking)] };
}

function countLifted(stopping: Round | undefined): number {
  return (stopping?.decisions ?? []).filter(({ action }) => action === 'resume').length;
}

/** Undefined if no trial has reached a rung since. */
function decideStopping(sweep: AdaptiveSweep, { readings }: TrialsRead): Round | undefined {
  const { stop } = sweep.search;
  if (stop === undefined || stop.rule === 'none') return undefined;
  const round = decideRound(stop, listPast(sweep), readings);
  return round.readings.length + round.decisions.length === 0 ? undefined : round;
}

/** Members without a value of the metric that should have one, unless an earlier round reported some. */
function findLacking(
  { rounds }: AdaptiveSweep,
  { lacking }: TrialsRead,
  { isUnread = false }: RoundOptions,
): readonly ExpId[] {
  return isUnread || rounds.some((round) => round.lacking !== undefined) ? [] : lacking;
}

function describeLacking({ name, search: { metric } }: AdaptiveSweep, lacking: readonly ExpId[]): string[] {
  const [first] = lacking;
  if (first === undefined) return [];
  const has = lacking.length === 1 ? 'has' : 'have';
  return [
    `sweep ${name}: ${formatList(lacking)} ${has} no value of ${metric}, so they are not compared with the others, and never stopped\n` +
      `  see what a run wrote: sheaf harvest ${first} --discover; then correct harvest.${metric} in the template\n` +
      `  this is reported once; later: sheaf sweep show ${name}`,
  ];
}

/** What must be known before anything is decided. */
function describeReading(sweep: AdaptiveSweep, read: TrialsRead): string[] {
  const { holds } = findRoom(sweep, false);
  return [...(holds === undefined ? [] : [holds]), ...listRepetitions(sweep, read).warnings];
}

function tell(project: Project, name: string, applied: readonly Applied[], warnings: readonly string[]): RoundTaken {
  const sweep = openAdaptiveSweep(project, project.store.sweep(name));
  const submissions = applied.flatMap((each) => each.submissions);
  const hasFailed = applied.some((each) => each.hasFailed);
  return {
    effects: listEffects(name, sweep, applied),
    warnings: [...new Set([...warnings, ...applied.flatMap((each) => [...each.warnings, ...tellRefused(name, each)])])],
    submissions,
    goesOn: !hasFailed && goesOn(project, sweep),
    hasFailed,
  };
}

function listEffects(name: string, sweep: AdaptiveSweep | undefined, applied: readonly Applied[]): RoundEffect[] {
  const made = applied.flatMap((each) => each.made);
  const repetitions = new Set([...(sweep?.trials.values() ?? [])].filter(isRepetition).map(({ expId }) => expId));
  const stopped = applied.flatMap((each) => each.stopped);
  const paused = new Set(sweep === undefined ? [] : listPaused(sweep));
  const effects: RoundEffect[] = [
    { sweep: name, did: 'stopped', expIds: stopped.filter((expId) => !paused.has(expId)) },
    { sweep: name, did: 'paused', expIds: stopped.filter((expId) => paused.has(expId)) },
    { sweep: name, did: 'resumed', expIds: applied.flatMap((each) => each.resumed) },
    { sweep: name, did: 'proposed', expIds: made.filter((expId) => !repetitions.has(expId)) },
    { sweep: name, did: 'repeated', expIds: made.filter((expId) => repetitions.has(expId)) },
  ];
  return effects.filter(({ expIds }) => expIds.length > 0);
}

function listPaused(sweep: AdaptiveSweep): ExpId[] {
  return [...findLatest(listPast(sweep)).values()].flatMap(({ trial, action }) => {
    const expId = sweep.experiments.get(trial)?.expId;
    return expId !== undefined && action === 'pause' ? [expId] : [];
  });
}

function goesOn(project: Project, sweep: AdaptiveSweep | undefined): boolean {
  if (sweep === undefined) return false;
  const { unmade, unsubmitted, lifted } = listOutstanding(project, sweep);
  if (unmade.length + unsubmitted.length + lifted.length > 0) return true;
  return [...sweep.experiments.values()].some(({ record }) => isActive(getExperimentStatus(record).status));
}

function tellRefused(name: string, { submissions }: Applied): string[] {
  return submissions.flatMap(({ outcome }) =>
    outcome.kind === 'accepted'
      ? []
      : [`sweep ${name}: members could not be submitted: ${outcome.problem.said ?? outcome.problem.message}`],
  );
}
