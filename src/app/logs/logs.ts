import { findExperiment } from '../project/find.ts';
import { followLogs } from './follow-logs.ts';
import {
  makeHeader,
  explainNotStarted,
  readOtherLog,
  getSchedulerWords,
  decodeTexts,
  type LogChunk,
} from './log-chunk.ts';
import { listAttemptLogs, type LogChoice } from '../observe/log-files.ts';
import { openTail } from './log-tail.ts';
import type { Project } from '../project/project.ts';

export type { LogChunk } from './log-chunk.ts';

/** Which log to read, and how much of it. */
export interface LogRequest extends LogChoice {
  /** Number of last lines. Default: all. */
  readonly lines?: number;
  /** Go on until the experiment has ended, across requeues and stages. */
  readonly follow?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * The log of an experiment; while it has none, what the scheduler wrote of its job.
 *
 * @throws SheafError `experiment.unknown`, `logs.*`, `file.*` for a log that cannot be read; the signal's reason
 */
export async function* readLogs(project: Project, expId: string, request: LogRequest = {}): AsyncGenerator<LogChunk> {
  const experiment = findExperiment(project, expId);
  const [log, ...others] = listAttemptLogs(project, experiment, request);
  if (request.follow === true) yield* followLogs(project, expId, request);
  else if (log.startedMs === undefined) yield* explainNotStarted(project, experiment, log, request.lines);
  else {
    // All attempts of the stage as one, unless one of them or its last lines are asked for.
    const isWhole = request.attempt === undefined && request.lines === undefined;
    const before = isWhole
      ? others.filter(({ stage, startedMs }) => stage === log.stage && startedMs !== undefined)
      : [];
    for (const each of [...before.toReversed(), log]) {
      yield makeHeader(each);
      yield* decodeTexts(openTail(each.path, request.lines).read(), request.signal);
    }
    yield* readOtherLog(log);
    yield* getSchedulerWords(project, experiment, log);
  }
}
