import { SheafError } from '../../core/errors.ts';
import { openTurns } from '../../core/turns.ts';
import { findExperiment } from '../project/find.ts';
import { followLogs } from './follow-logs.ts';
import {
  explainEmpty,
  explainNotStarted,
  getSchedulerWords,
  makeHeader,
  mark,
  readAttempt,
  type LogChunk,
  type LogRequest,
} from './log-chunk.ts';
import { listAttemptLogs } from '../observe/log-files.ts';
import { mergeStreams, shareUpdate } from './log-watch.ts';
import type { Project } from '../project/project.ts';

export type { LogChunk, LogRequest } from './log-chunk.ts';

/**
 * The logs of experiments; while one has none, what the scheduler wrote of its job. One after the other, or with `follow` all
 * at once, as they arrive.
 *
 * @throws SheafError `experiment.unknown`, `logs.*`, `file.*` for a log that cannot be read; the signal's reason
 */
export async function* readLogs(
  project: Project,
  expIds: string | readonly string[],
  request: LogRequest = {},
): AsyncGenerator<LogChunk> {
  const ids = [...new Set([expIds].flat())];
  // A name that is wrong is refused before the first text.
  for (const expId of ids) findExperiment(project, expId);
  const settings = { request, isOneOfSeveral: ids.length > 1 };
  if (request.follow === true) {
    const shared = ids.length > 1 ? { update: shareUpdate(), turn: openTurns() } : {};
    const logs = ids.map((expId) => followLogs(project, expId, { ...request, ...shared }));
    yield* mergeStreams(logs.map((log, i) => withId(log, ids[i] ?? '', settings)));
  } else {
    for (const expId of ids) yield* withId(readLog(project, expId, request), expId, settings);
  }
}

/** @param isOneOfSeveral then that it has no job yet is no error, but said */
async function* withId(
  chunks: AsyncIterable<LogChunk> | Iterable<LogChunk>,
  expId: string,
  { request, isOneOfSeveral }: { readonly request: LogRequest; readonly isOneOfSeveral: boolean },
): AsyncGenerator<LogChunk> {
  try {
    for await (const chunk of chunks) {
      yield { ...chunk, expId, ...(chunk.kind === 'text' && request.follow && isOneOfSeveral && { isMixed: true }) };
    }
  } catch (error) {
    if (!isOneOfSeveral || !(error instanceof SheafError) || error.code !== 'logs.not_submitted') throw error;
    yield { ...mark(error.message), expId };
  }
}

function* readLog(project: Project, expId: string, request: LogRequest): Generator<LogChunk> {
  const experiment = findExperiment(project, expId);
  const [log, ...others] = listAttemptLogs(project, experiment, request);
  if (log.startedMs === undefined) {
    yield* explainNotStarted(project, experiment, log, request.lines);
    return;
  }
  // All attempts of the stage as one, unless one of them or its last lines are asked for.
  const isWhole = request.attempt === undefined && request.lines === undefined;
  const before = isWhole ? others.filter(({ stage, startedMs }) => stage === log.stage && startedMs !== undefined) : [];
  for (const each of [...before.toReversed(), log]) {
    yield makeHeader(each);
    yield* readAttempt(each, request);
  }
  yield* explainEmpty(log, request);
  yield* getSchedulerWords(project, experiment, log);
}
