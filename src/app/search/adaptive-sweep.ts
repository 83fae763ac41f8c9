import type { Experiment } from '../../core/experiment/experiment.ts';
import type { SweepRecord } from '../../core/experiment/record.ts';
import type { Reading, Round, Search } from '../../core/experiment/search.ts';
import { getExperimentStatus, isActive, isOpen, wasSubmitted } from '../../core/experiment/status.ts';
import type { LeadNow } from '../../core/search/index.ts';
import { userName } from '../../system/index.ts';
import type { Project } from '../project/project.ts';
import { listSweepParts } from '../project/sweep-parts.ts';
import { findLead } from './find-lead.ts';
import {
  findLatestTimed,
  findTrials,
  getSearch,
  listRounds,
  listStopping,
  listTrials,
  type NumberedRound,
  type PlannedTrial,
} from './search-state.ts';

/** A sweep that goes on by itself, as the record has it now. */
export interface AdaptiveSweep {
  readonly name: string;
  /** Who made it: only this user decides rounds, since what they make and stop belongs to one person. */
  readonly user: string;
  readonly record: SweepRecord;
  readonly search: Search;
  readonly rounds: readonly NumberedRound[];
  /** By number. */
  readonly trials: ReadonlyMap<number, PlannedTrial>;
  /** The experiments of trials, by number. One that is not made yet, or was removed, has none. */
  readonly experiments: ReadonlyMap<number, Experiment>;
  /** How many members are queued ahead; absent: none are meant to be. */
  readonly lead?: LeadNow | undefined;
}

/** Undefined if the sweep does not go on by itself. */
export function openAdaptiveSweep(project: Project, record: SweepRecord | undefined): AdaptiveSweep | undefined {
  const search = record && getSearch(record);
  const [first] = record === undefined ? [] : listSweepParts(record);
  if (record === undefined || search === undefined || first === undefined) return undefined;
  const trials = listTrials(record);
  const experiments = findTrials(project, record.name, trials.values());
  return {
    name: record.name,
    user: first.user,
    record,
    search,
    rounds: listRounds(record),
    trials,
    experiments,
    lead: findLead(search, record, experiments.values()),
  };
}

/** Whether this user decides its rounds: jobs run, and are stopped, as the user that asks, so only the one who made it does. */
export function decidesSweep({ user }: AdaptiveSweep): boolean {
  return user === userName();
}

/** The number that the next round gets. */
export function getNextRound({ rounds }: AdaptiveSweep): number {
  return (rounds.at(-1)?.number ?? 0) + 1;
}

/** What earlier rounds decided about trials that ran. */
export function listPast({ rounds }: AdaptiveSweep): readonly Round[] {
  return listStopping(rounds);
}

/** What trials had at the rungs that they reached, by the number of the trial. */
export function groupReadings(rounds: readonly Round[]): ReadonlyMap<number, readonly Reading[]> {
  return Map.groupBy(
    rounds.flatMap(({ readings }) => readings),
    ({ trial }) => trial,
  );
}

/** Whether a trial repeats another one with another seed. */
export function isRepetition({ proposal }: PlannedTrial): boolean {
  return typeof proposal?.from === 'object';
}

/** Whether anything of it was ever submitted: before that, no user asked for jobs. */
export function hasBegun({ rounds, experiments }: AdaptiveSweep): boolean {
  return rounds.length > 0 || [...experiments.values()].some(wasSubmitted);
}

/** Whether a job of it may run now or later, or it waits to be submitted. */
export function isUnfinished({ record }: Experiment): boolean {
  const { status } = getExperimentStatus(record);
  return status === 'created' || isActive(status);
}

/** Paused members that are to go on, and of which no attempt was submitted since. */
export function listLifted(sweep: AdaptiveSweep): Experiment[] {
  return [...findLatestTimed(sweep.rounds)].flatMap(([trial, { decision, atMs }]) => {
    const experiment = sweep.experiments.get(trial);
    if (experiment === undefined || decision.action !== 'resume') return [];
    if (getExperimentStatus(experiment.record).status !== 'stopped') return [];
    const attempts = Object.values(experiment.record.attempts);
    return attempts.some((attempt) => isOpen(attempt) || (attempt.submittedMs ?? 0) > atMs) ? [] : [experiment];
  });
}
