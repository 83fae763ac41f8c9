import type { AccountedFact, EndedFact } from '../../core/experiment/facts.ts';
import { stagesOf } from '../../core/experiment/frozen.ts';
import { getExperimentStatus, listStageStatuses, type Status } from '../../core/experiment/status.ts';
import { readTextIfThere } from '../../system/index.ts';
import { findSchedulerOutput } from './log-files.ts';
import type { RunRecord } from './job-records.ts';
import type { Project } from '../project/project.ts';
import { getTimeLimit } from './requested-limits.ts';
import type { OpenAttempt } from './tasks.ts';

/** A signal that nobody but the system, or a memory limit, sends. */
const KILLED = 9;
/** What asks for an end at the time limit. */
const TERM = 15;
/** What slurmstepd and the kernel's helper write into the output of a job that used too much memory. */
const OUT_OF_MEMORY = /exceeded memory limit|oom[-_ ]?kill|Out Of Memory/i;
export const MEMORY_EXCEEDED = 'it used more memory than it had asked for';
/** Slurm looks at time limits twice a minute, and gives a program some time to end. */
const LATEST_S = 120;

/**
 * What the scheduler says of a job's end, with what only its context shows: that it waited for something that
 * failed, that memory was short, that of several programs in one job this one never began.
 */
export function refineEnd(project: Project, item: OpenAttempt, run: RunRecord, fact: AccountedFact): AccountedFact {
  const hasBegun = run.started !== undefined || item.attempt.facts.started !== undefined;
  // What came over the whole job later is not why this one of its programs failed.
  if (item.packed && run.ended !== undefined && run.ended.signal === undefined) return { ...fact, state: 'failed' };
  switch (fact.state) {
    case 'dependency':
      // Accounting names nobody for a job that its controller dropped, either.
      return dependsOnSuccess(item)
        ? fact
        : { ...fact, state: 'cancelled', said: 'accounting does not say who cancelled it' };
    case 'cancelled':
      return !hasBegun && hasDependencyFailed(project, item)
        ? { ...fact, state: 'dependency', said: DEPENDENCY_FAILED }
        : fact;
    case 'completed':
    case 'failed':
      if (item.packed && run.ended === undefined) return refinePackEnd(fact, hasBegun);
      return fact.state === 'failed' && wasShortOfMemory(project, item, run, fact)
        ? { kind: 'accounted', state: 'out_of_memory', atMs: fact.atMs, ...startOf(fact), said: MEMORY_EXCEEDED }
        : fact;
    default:
      return fact;
  }
}

/** What a job's own record and output show of its end, if nothing else does. */
export function inferEnd(project: Project, item: OpenAttempt, ended: EndedFact): AccountedFact[] {
  const { atMs } = ended;
  if (ended.exitCode === 128 + KILLED && logShowsMemoryKill(project, item)) {
    return [{ kind: 'accounted', state: 'out_of_memory', atMs, said: MEMORY_EXCEEDED }];
  }
  if (!endedAtLimit(project, item, ended)) return [];
  return [{ kind: 'accounted', state: 'timeout', atMs, said: 'its time limit was reached' }];
}

function endedAtLimit(project: Project, { experiment, attempt }: OpenAttempt, ended: EndedFact): boolean {
  const startedMs = attempt.facts.started?.value.atMs;
  // The program may have got the signal before the job did.
  const gotTerm = ended.signal === 'TERM' || ended.exitCode === 128 + TERM;
  if (!gotTerm || startedMs === undefined) return false;
  const seconds = (ended.atMs - startedMs) / 1000;
  const limitS = getTimeLimit(project, experiment, attempt);
  return limitS !== undefined && seconds >= limitS - 1 && seconds <= limitS + LATEST_S;
}

export const DEPENDENCY_FAILED = 'what it waited for did not complete';

/** It waits for the success of others, not only for its turn in a chain that keeps to a limit. */
function dependsOnSuccess(item: OpenAttempt): boolean {
  const { after, behind } = item.submission?.request?.value ?? {};
  return after !== undefined && (parentOf(item) !== undefined || behind !== undefined);
}

/** Slurm forgets why: that it was cancelled while it waited says nothing, but that what it waited for failed does. */
function hasDependencyFailed(project: Project, item: OpenAttempt): boolean {
  return item.attempt.facts.cancel === undefined && dependsOnSuccess(item) && hasParentFailed(project, item);
}

/** The stage that must complete first. */
function parentOf({ experiment, attempt }: OpenAttempt): string | undefined {
  return stagesOf(experiment.settings).find(({ name }) => name === attempt.stage)?.after;
}

/** Of a task that waited for another one Slurm keeps no trace: that the other one failed tells enough. */
export function hasParentFailed(project: Project, item: OpenAttempt): boolean {
  const parent = parentOf(item);
  const stage = listStageStatuses(item.experiment.record).find((each) => each.stage === parent);
  if (hasFailed(stage?.outcome.status)) return true;
  const behind = item.submission?.request?.value.behind ?? [];
  return behind.some((key) => {
    const expId = project.store.findByKey(key)?.expId;
    const before = expId ? project.store.find(expId) : undefined;
    return before !== undefined && hasFailed(getExperimentStatus(before.record).status);
  });
}

function hasFailed(status: Status | undefined): boolean {
  return status === 'failed' || status === 'cancelled' || status === 'stopped';
}

function startOf({ startedMs }: AccountedFact): Pick<AccountedFact, 'startedMs'> {
  return startedMs === undefined ? {} : { startedMs };
}

function refinePackEnd(fact: AccountedFact, hasBegun: boolean): AccountedFact {
  const said = 'the job that it shared with others ended, and it left no record';
  return hasBegun ? { ...fact, state: 'failed', said } : { ...fact, state: 'launch', said };
}

function wasShortOfMemory(project: Project, item: OpenAttempt, run: RunRecord, fact: AccountedFact): boolean {
  if (run.ended !== undefined && run.ended.exitCode !== 128 + KILLED) return false;
  if (run.ended === undefined && fact.signal !== KILLED && fact.signal !== undefined) return false;
  return logShowsMemoryKill(project, item);
}

/** Whether its output says that it was killed for its use of memory. */
export function logShowsMemoryKill(project: Project, { experiment, attempt }: OpenAttempt): boolean {
  const path = findSchedulerOutput(project, experiment, attempt);
  return path !== undefined && OUT_OF_MEMORY.test(readTextIfThere(path) ?? '');
}
