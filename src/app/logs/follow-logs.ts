import { getAttemptOutcome } from '../../core/experiment/outcome.ts';
import { isOpen } from '../../core/experiment/status.ts';
import type { QueuePosition } from '../../scheduler/index.ts';
import { getFileFacts, loadWholeProgram, networkFileSystem, nowMs, sleep } from '../../system/index.ts';
import { findExperiment } from '../project/find.ts';
import {
  makeEndMark,
  makeHeader,
  mark,
  explainNotStarted,
  getSchedulerWords,
  decodeTexts,
  makeWaitingMark,
  type LogChunk,
} from './log-chunk.ts';
import { getLogPath, listStreams, type AttemptLog } from '../observe/log-files.ts';
import { openTail } from './log-tail.ts';
import { openWatch, type FollowRequest, type Watch } from './log-watch.ts';
import type { Project } from '../project/project.ts';

/** Pauses between two looks for new text or a new attempt, milliseconds: short at first, and while there is much of it. */
const SHORTEST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 1_000;
const GROWTH = 1.5;

/** Goes on from attempt to attempt, each in turn, until nothing that was asked for is queued or running any more. */
export async function* followLogs(project: Project, expId: string, request: FollowRequest): AsyncGenerator<LogChunk> {
  loadWholeProgram();
  const watch = openWatch(project, expId, request);
  let log = yield* untilStarted(watch, request);
  if (log === undefined) {
    const { experiment, waiting } = await watch.look();
    yield* explainNotStarted(project, experiment, waiting, request.lines);
    return;
  }
  for (let { lines } = request; log !== undefined; lines = undefined) {
    yield makeHeader(log);
    yield* followOne(watch, log, { ...request, lines });
    const experiment = findExperiment(project, expId);
    const ended = experiment.record.attempts[log.name];
    if (ended !== undefined) yield* getSchedulerWords(project, experiment, { ...log, attempt: ended });
    yield* makeEndMark(experiment, log);
    log = yield* untilStarted(watch, request, log);
  }
}

/** @returns the first log, or the one after another; undefined when there will never be one */
async function* untilStarted(
  watch: Watch,
  { fromFirst, signal }: FollowRequest,
  after?: AttemptLog,
): AsyncGenerator<LogChunk, AttemptLog | undefined> {
  const news = openWaitingNews();
  const begunMs = nowMs();
  for (let pauseMs = SHORTEST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * GROWTH, LONGEST_PAUSE_MS)) {
    const { started, waiting, isOver, place, remarks } = await watch.look(after);
    yield* remarks.map(mark);
    const next = after === undefined ? started.at(fromFirst ? -1 : 0) : findNext(started, after);
    // Its record, which names its host, comes a moment after its log.
    if (next !== undefined && (next.host !== undefined || isOver || nowMs() - begunMs > ARRIVAL_MS)) return next;
    if (isOver) return undefined;
    if (waiting.startedMs === undefined) yield* news(waiting, place);
    await sleep(pauseMs, signal);
  }
}

/** Of attempts with the newest first, the one after another. */
function findNext(started: readonly AttemptLog[], { name }: AttemptLog): AttemptLog | undefined {
  return started[started.findIndex((log) => log.name === name) - 1];
}

/** Reads the log of one attempt, both of its streams as they grow, until it has ended. */
async function* followOne(watch: Watch, log: AttemptLog, request: FollowRequest): AsyncGenerator<LogChunk> {
  const streams = listStreams(request);
  const tails = streams.map((stream) => {
    const path = getLogPath(log.folder, stream);
    return { stream, path, tail: openTail(path, request.lines) };
  });
  const isMixed = streams.length > 1;
  function* readNew(): Generator<LogChunk> {
    // Of two files that grew since the last look, the one whose newest text is older comes first.
    const writtenMs = ({ path }: { path: string }): number => getFileFacts(path, { follow: true })?.mtimeMs ?? 0;
    for (const { stream, tail } of tails.toSorted((a, b) => writtenMs(a) - writtenMs(b))) {
      if (tail.wasReplaced()) yield mark('the log was cut or replaced; here it is from its beginning');
      yield* decodeTexts(tail.read(), request.signal, { stream, isMixed });
    }
  }
  for (let pauseMs = SHORTEST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * GROWTH, LONGEST_PAUSE_MS)) {
    // First the look, then the text: what was written before the look showed an end is read.
    const { experiment, started, isOver, remarks } = await watch.look(log);
    yield* remarks.map(mark);
    for (const chunk of readNew()) {
      yield chunk;
      pauseMs = SHORTEST_PAUSE_MS;
    }
    const attempt = experiment.record.attempts[log.name];
    const hasEnded = attempt !== undefined && !isOpen(attempt);
    if (hasEnded || isOver || findNext(started, log) !== undefined) {
      // Only a program that ended by itself, here, has certainly written all that it will be seen to write.
      if (attempt?.facts.ended === undefined || isOnNetwork(log.folder)) await sleep(LONGEST_PAUSE_MS, request.signal);
      yield* readNew();
      return;
    }
    await sleep(pauseMs, request.signal);
  }
}

/** Whether other hosts see a file there later than the one that wrote it. */
function isOnNetwork(folder: string): boolean {
  return getFileFacts(folder) !== undefined && networkFileSystem(folder) !== undefined;
}

/** A log may arrive a little later than its job starts, which is not worth a word. Milliseconds. */
const ARRIVAL_MS = 3_000;
/** Pause between two marks about the place in the queue alone, milliseconds. */
const PLACE_MS = 60_000;

/** Says what an attempt waits for whenever that changes, and its place in the queue when that changed a while ago. */
function openWaitingNews(): (log: AttemptLog, place: QueuePosition | undefined) => Generator<LogChunk> {
  let [told, toldWhy, toldMs] = ['', '', 0];
  const begunMs = nowMs();
  return function* tell(log, place) {
    const isRunning = log.attempt !== undefined && getAttemptOutcome(log.attempt).status === 'running';
    if (isRunning && nowMs() - begunMs < ARRIVAL_MS) return;
    const why = makeWaitingMark(log).text;
    const whole = makeWaitingMark(log, place);
    if (why === toldWhy && (whole.text === told || nowMs() - toldMs < PLACE_MS)) return;
    [told, toldWhy, toldMs] = [whole.text, why, nowMs()];
    yield whole;
  };
}
