import { join } from 'node:path';
import { SheafError } from '../../core/errors.ts';
import { getExperimentStatus, isOpen, stageStatuses, isActive } from '../../core/experiment/status.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { getFileFacts, loadWholeProgram, nowMs, sleep } from '../../system/index.ts';
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
import { listAttemptLogs, type AttemptLog, type LogChoice } from '../observe/log-files.ts';
import { openTail } from './log-tail.ts';
import type { Project } from '../project/project.ts';
import { refresh } from '../observe/refresh.ts';

/** Pauses between two looks for new text, milliseconds: short while there is much of it. */
const SHORTEST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 1_000;
const GROWTH = 1.5;
/** Between two looks for a new attempt, and between two questions to the scheduler. */
const LOOK_MS = 1_000;
const ASK_MS = 10_000;

export interface FollowRequest extends LogChoice {
  readonly lines?: number;
  readonly signal?: AbortSignal;
}

/** Goes on from attempt to attempt until nothing that was asked for is queued or running any more. */
export async function* followLogs(project: Project, expId: string, request: FollowRequest): AsyncGenerator<LogChunk> {
  loadWholeProgram();
  const watch = openWatch(project, expId, request);
  let log = yield* untilStarted(watch, request);
  if (log === undefined) {
    const { experiment, newest } = await watch.look();
    yield* explainNotStarted(project, experiment, newest, request.lines);
    return;
  }
  for (let { lines } = request; log !== undefined; lines = undefined) {
    yield makeHeader(log);
    const next: AttemptLog | undefined = yield* followOne(watch, log, { ...request, lines });
    const experiment = findExperiment(project, expId);
    const ended = experiment.record.attempts[log.name];
    if (ended !== undefined) yield* getSchedulerWords(project, experiment, { ...log, attempt: ended });
    yield* makeEndMark(experiment, log);
    log = next;
  }
}

/** @returns the first log; undefined when there will never be one */
async function* untilStarted(
  watch: Watch,
  { signal }: FollowRequest,
): AsyncGenerator<LogChunk, AttemptLog | undefined> {
  for (let told = ''; ;) {
    const { newest, isOver, remark } = await watch.look();
    if (remark !== undefined) yield mark(remark);
    if (newest.startedMs !== undefined) return newest;
    if (isOver) return undefined;
    const words = makeWaitingMark(newest);
    if (words.text !== told) yield words;
    told = words.text;
    await sleep(LONGEST_PAUSE_MS, signal);
  }
}

/** @returns the log of the next attempt; undefined when there will be none */
async function* followOne(
  watch: Watch,
  log: AttemptLog,
  { lines, signal }: { readonly lines: number | undefined; readonly signal?: AbortSignal },
): AsyncGenerator<LogChunk, AttemptLog | undefined> {
  const tail = openTail(log.path, lines);
  for (let pauseMs = SHORTEST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * GROWTH, LONGEST_PAUSE_MS)) {
    // First the look, then the text: what was written before the look showed an end is read.
    const { newest, isOver, remark } = await watch.look(log);
    if (remark !== undefined) yield mark(remark);
    if (tail.wasReplaced()) yield mark('the log was cut or replaced; here it is from its beginning');
    for (const chunk of decodeTexts(tail.read(), signal)) {
      yield chunk;
      pauseMs = SHORTEST_PAUSE_MS;
    }
    const next = newest.startedMs !== undefined && newest.name !== log.name ? newest : undefined;
    if (next !== undefined || isOver) {
      // What the job wrote last may reach this host after the record of its end.
      await sleep(LONGEST_PAUSE_MS, signal);
      yield* decodeTexts(tail.read(), signal);
      return next;
    }
    await sleep(pauseMs, signal);
  }
}

/** What a look at the experiment shows. */
interface Seen {
  readonly experiment: Experiment;
  readonly newest: AttemptLog;
  /** Nothing that was asked for is queued or running. */
  readonly isOver: boolean;
  /** Told once: why the scheduler cannot be asked. */
  readonly remark?: string;
}

interface Watch {
  /** Looks again when the last look is old enough. @param current the log that is being read */
  look(current?: AttemptLog): Promise<Seen>;
}

function openWatch(project: Project, expId: string, choice: LogChoice): Watch {
  let [askedMs, lookedMs] = [0, 0];
  let seen: Seen | undefined;
  let told = false;

  async function ask(current: AttemptLog | undefined): Promise<string | undefined> {
    const isDue = nowMs() - askedMs >= ASK_MS || (current !== undefined && hasJustEnded(project, expId, current));
    if (!isDue) return undefined;
    askedMs = nowMs();
    const problem = await refreshed(project);
    if (problem === undefined || told) return undefined;
    told = true;
    return problem;
  }

  return {
    look: async (current) => {
      if (seen !== undefined && nowMs() - lookedMs < LOOK_MS) return withoutRemark(seen);
      await project.store.refresh();
      const remark = await ask(current);
      const experiment = findExperiment(project, expId);
      const [newest] = listAttemptLogs(project, experiment, choice);
      lookedMs = nowMs();
      seen = { experiment, newest, isOver: !mayGoOn(experiment, choice, newest), ...(remark && { remark }) };
      return seen;
    },
  };
}

function withoutRemark({ remark: _remark, ...seen }: Seen): Seen {
  return seen;
}

/** Its job wrote that it ended, and that is not on record yet. */
function hasJustEnded(project: Project, expId: string, { name, folder }: AttemptLog): boolean {
  const attempt = findExperiment(project, expId).record.attempts[name];
  return (attempt === undefined || isOpen(attempt)) && getFileFacts(join(folder, 'ended.json')) !== undefined;
}

/** @returns why the record could not be brought up to date */
async function refreshed(project: Project): Promise<string | undefined> {
  try {
    return (await refresh(project)).warnings[0];
  } catch (error) {
    if (error instanceof SheafError) return `whether it still runs is not known: ${error.message}`;
    throw error;
  }
}

function mayGoOn({ record }: Experiment, { stage, attempt }: LogChoice, newest: AttemptLog): boolean {
  if (attempt !== undefined) return newest.attempt === undefined || isOpen(newest.attempt);
  const outcome =
    stage === undefined
      ? getExperimentStatus(record)
      : stageStatuses(record).find((each) => each.stage === stage)?.outcome;
  return isActive(outcome?.status);
}
