import { makeDiagnosis, makeQuotedDiagnosis, type AttemptEnd } from './diagnosed.ts';
import { type Diagnosis } from '../experiment/cause.ts';
import { NOTHING_RUN_RULES } from './environment.ts';
import { findExceptions, isOwnFault } from './exceptions.ts';
import { diagnoseFailure } from './failure.ts';
import { getReadableLines, type Line, type LogPart } from './log.ts';
import { MORE_MEMORY, OOM_KILL_RULES } from './memory.ts';
import { findLastProgress, describeTimeLeft } from './progress.ts';
import { matchAny } from './rule.ts';
import { formatDuration } from '../units.ts';

export type { AttemptEnd } from './diagnosed.ts';
export type { Diagnosis } from '../experiment/cause.ts';
export type { LogPart } from './log.ts';
export type { LogLine } from '../experiment/cause.ts';

/**
 * Why an attempt failed, from how it ended and the ends of its logs. Claims nothing that these do not say.
 *
 * @param logs if several contain a failure, the last one counts
 * @returns undefined when it did not fail, or nothing can be said of it
 */
export function diagnose(end: AttemptEnd, logs: readonly LogPart[]): Diagnosis | undefined {
  const read = logs.map(getReadableLines);
  switch (end.cause) {
    case 'exit_code':
    case 'gpu_oom':
      // One that was told to end says nothing of why.
      return end.exitCode === 0 || end.signal !== undefined ? undefined : diagnoseFailure(end, read);
    case 'host_oom':
      return outOfMemory(end, read.flat());
    case 'timeout':
      return timeout(end, read);
    case 'launch':
      return makeDiagnosis(matchAny(NOTHING_RUN_RULES, read.flat(), read.flat()));
    case 'node_fail':
    case 'preempted':
    case 'dependency':
    case 'lost':
    case undefined:
      return undefined;
  }
}

function outOfMemory({ said }: AttemptEnd, lines: readonly Line[]): Diagnosis {
  const says = said ?? 'it used more memory than it had asked for';
  return makeDiagnosis(matchAny(OOM_KILL_RULES, lines, lines)) ?? { code: 'host_oom', says, fix: MORE_MEMORY };
}

function timeout(end: AttemptEnd, logs: readonly (readonly Line[])[]): Diagnosis {
  const { said, timeLimitS } = end;
  const limit = timeLimitS === undefined ? 'its time limit' : `its time limit of ${formatDuration(timeLimitS)}`;
  // Only the exception of a process that died of it is shown with the rank: the others then waited for it.
  const dead = findExceptions(logs, end).find((each) => each.traceback.rank !== undefined && isOwnFault(each));
  if (dead?.diagnosis.line) {
    const { code, says, line, fix } = dead.diagnosis;
    const words = `rank ${dead.traceback.rank ?? ''} failed, and the others waited for it until ${limit}: ${says}`;
    return { ...makeQuotedDiagnosis(code, words, line), ...(fix === undefined ? {} : { fix }) };
  }
  const progress = findLastProgress(logs);
  if (progress === undefined) return { code: 'timeout', says: said ?? `${limit} was reached`, fix: MORE_TIME };
  const says = `${limit} was reached: ${progress.words}${describeTimeLeft(progress)}`;
  return { ...makeQuotedDiagnosis('timeout', says, progress.line), fix: MORE_TIME };
}

const MORE_TIME = 'a longer time_limit, or requeue: {on: [timeout]} with a checkpoint: to go on from';
