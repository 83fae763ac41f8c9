import { formatCount, groupDigits } from '../../core/text/phrases.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { getExperimentStatus, isActive, isEnding } from '../../core/experiment/status.ts';
import { hasBegun, isRepetition, isUnfinished, type AdaptiveSweep } from './adaptive-sweep.ts';

/** How many members may be made now. */
export interface Room {
  readonly count: number;
  /** Why it is 0 although members are left to be made, for people. */
  readonly holds?: string;
}

const NONE: Room = { count: 0 };

/** If this number of members and no others ended, each by itself within a minute, something is wrong with all of them. */
const TELLING_FAILURES = 5;
const SHORT_MS = 60_000;

/**
 * How many members a sweep has room for: as many as may run at once, and its lead, less those that run, wait or are still to be submitted.
 * What is being stopped counts until it has ended, so that without a lead never more run at once than may.
 *
 * @param lifted paused members that are to go on, and take places first
 */
export function findRoom(sweep: AdaptiveSweep, isAsked: boolean, lifted: number = 0): Room {
  const { search, record, name, experiments } = sweep;
  const left = search.propose === undefined ? 0 : search.propose.trials - countOwn(sweep);
  if (left <= 0 || !(isAsked || hasBegun(sweep))) return NONE;
  const slots = record.maxParallel?.value ?? undefined;
  if (slots === undefined) {
    return {
      count: 0,
      holds: `sweep ${name} does not say how many members may run at once: sheaf sweep set ${name} --max-parallel 8`,
    };
  }
  const all = [...experiments.values()];
  const holds = findHold(name, all);
  if (holds !== undefined && !isAsked) return { count: 0, holds };
  return { count: Math.max(0, Math.min(left, countFreeSlots(sweep) - lifted)) };
}

/** How many more members may run or be queued ahead, at least 0; infinite if nothing limits them. */
export function countFreeSlots(sweep: AdaptiveSweep): number {
  const slots = sweep.record.maxParallel?.value ?? Infinity;
  return Math.max(0, slots + (sweep.lead?.count ?? 0) - countOpen(sweep));
}

/** Members that run, wait or are still to be submitted. */
export function countOpen({ experiments }: AdaptiveSweep): number {
  return [...experiments.values()].filter(isUnfinished).length;
}

/** Without repetitions. */
function countOwn({ trials }: AdaptiveSweep): number {
  return [...trials.values()].filter((planned) => !isRepetition(planned)).length;
}

function findHold(name: string, all: readonly Experiment[]): string | undefined {
  const active = all.filter(({ record }) => isActive(getExperimentStatus(record).status));
  const goesOn = active.some(({ record }) => !Object.values(record.attempts).some(isEnding));
  const cancelled = all.filter(isCancelled);
  if (!goesOn && cancelled.length > 0) {
    return `sweep ${name} proposes no more members, because someone cancelled ${formatCount(cancelled.length, 'of them', 'of them')}; to go on: sheaf submit --sweep ${name}`;
  }
  const ended = all.filter((experiment) => !isUnfinished(experiment));
  if (ended.length < TELLING_FAILURES || !ended.every(hasFailedSoon)) return undefined;
  return (
    `sweep ${name} proposes no more members: all ${groupDigits(ended.length)} that ended failed within a minute ` +
    `(sheaf show ${ended[0]?.expId}); correct what is wrong, then: sheaf retry --sweep ${name} --fresh`
  );
}

function isCancelled({ record }: Experiment): boolean {
  return getExperimentStatus(record).status === 'cancelled' || Object.values(record.attempts).some(isEnding);
}

function hasFailedSoon({ record }: Experiment): boolean {
  const outcome = getExperimentStatus(record).stage?.outcome;
  if (outcome?.status !== 'failed') return false;
  const { startedMs = outcome.endedMs, endedMs } = outcome;
  return endedMs - startedMs < SHORT_MS;
}
