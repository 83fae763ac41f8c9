import { join } from 'node:path';
import { getAttemptOutcome } from '../../core/experiment/outcome.ts';
import { SheafError } from '../../core/errors.ts';
import type { Turns } from '../../core/turns.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { attemptName } from '../../core/experiment/record.ts';
import { getExperimentStatus, isActive, isOpen, listStageStatuses } from '../../core/experiment/status.ts';
import type { QueuePosition } from '../../scheduler/index.ts';
import { getFileFacts, nowMs } from '../../system/index.ts';
import { listAttemptLogs, type AttemptLog, type LogChoice } from '../observe/log-files.ts';
import { placeIfKnown } from '../observe/queue-position.ts';
import { refresh } from '../observe/refresh.ts';
import { findExperiment } from '../project/find.ts';
import type { Project } from '../project/project.ts';

/** Between two questions to the scheduler, milliseconds. */
const ASK_MS = 10_000;
/** Between two looks, milliseconds, however often there is new text. */
const LOOK_MS = 300;

export interface FollowRequest extends LogChoice {
  readonly lines?: number | undefined;
  /** Begin with the attempt that started first. Default: with the newest. */
  readonly fromFirst?: boolean;
  /** Brings the record up to date, and returns warnings. Default: asks the scheduler. */
  readonly update?: (project: Project) => Promise<readonly string[]>;
  /** Takes turns with the watches of other experiments. Default: there are none. */
  readonly turn?: Turns;
  readonly signal?: AbortSignal;
}

/** How long an answer of the scheduler serves all that follow a log. Milliseconds. */
const SHARED_MS = 1_000;

/** One answer of the scheduler, for all who ask within a second. */
export function shareUpdate(): (project: Project) => Promise<readonly string[]> {
  let [answer, askedMs] = [Promise.resolve<readonly string[]>([]), -Infinity];
  return (project) => {
    if (nowMs() - askedMs >= SHARED_MS) [answer, askedMs] = [refreshRecord(project), nowMs()];
    return answer;
  };
}

/** What several give, as it comes. */
export async function* mergeStreams<T>(streams: readonly AsyncGenerator<T>[]): AsyncGenerator<T> {
  const next = async (stream: AsyncGenerator<T>) => ({ stream, result: await stream.next() });
  const waiting = new Map(streams.map((stream) => [stream, next(stream)]));
  try {
    while (waiting.size > 0) {
      const { stream, result } = await Promise.race(waiting.values());
      if (result.done === true) {
        waiting.delete(stream);
      } else {
        waiting.set(stream, next(stream));
        yield result.value;
      }
    }
  } finally {
    for (const promise of waiting.values()) promise.catch(() => undefined);
    await Promise.allSettled(streams.map((stream) => stream.return(undefined)));
  }
}

/** What a look at the experiment shows. */
export interface Seen {
  readonly experiment: Experiment;
  /** Logs that there are, the one that started last first. */
  readonly started: readonly AttemptLog[];
  /** The attempt that waits, otherwise the newest one. */
  readonly waiting: AttemptLog;
  /** Where that one is in the queue, as of the last question to the scheduler. */
  readonly place?: QueuePosition;
  /** Nothing that was asked for is queued or running. */
  readonly isOver: boolean;
  /** Each once: why the scheduler cannot be asked, and what bringing the record up to date did. */
  readonly remarks: readonly string[];
}

export interface Watch {
  /** Looks again when the last look is old enough. @param current the log that is being read */
  look(current?: AttemptLog): Promise<Seen>;
}

/** Looks at an experiment whose logs are followed, and asks the scheduler now and then. */
export function openWatch(project: Project, expId: string, request: FollowRequest): Watch {
  const { update = refreshRecord, turn = (act) => act() } = request;
  let [askedMs, lookedMs] = [0, 0];
  let seen: Seen | undefined;
  let place: QueuePosition | undefined;
  const told = new Set<string>();

  async function ask(current: AttemptLog | undefined): Promise<readonly string[]> {
    const isDue = nowMs() - askedMs >= ASK_MS || (current !== undefined && hasJustEnded(project, expId, current));
    if (!isDue) return [];
    askedMs = nowMs();
    const remarks = (await update(project)).filter((remark) => !told.has(remark));
    for (const remark of remarks) told.add(remark);
    const { waiting } = readLogs();
    place = isWaiting(waiting) ? await placeIfKnown(project, expId) : undefined;
    return remarks;
  }

  function readLogs(): Omit<Seen, 'remarks'> {
    const experiment = findExperiment(project, expId);
    const logs = listAttemptLogs(project, experiment, request);
    const started = logs.filter(({ startedMs }) => startedMs !== undefined);
    return {
      experiment,
      started,
      waiting: findWaiting(experiment, logs),
      isOver: !mayGoOn(experiment, request, logs[0]),
    };
  }

  return {
    look: async (current) => {
      if (seen !== undefined && nowMs() - lookedMs < LOOK_MS) return { ...seen, remarks: [] };
      const remarks = await turn(async () => {
        await project.store.refresh();
        return ask(current);
      });
      seen = { ...readLogs(), remarks, ...(place && { place }) };
      lookedMs = nowMs();
      return seen;
    },
  };
}

/** Of several that have not started, as the stages of an experiment, the one whose turn it is. */
function findWaiting({ record }: Experiment, logs: readonly [AttemptLog, ...AttemptLog[]]): AttemptLog {
  const { stage } = getExperimentStatus(record);
  const waiting = logs.filter(isWaiting);
  return waiting.find((log) => stage !== undefined && log.name === attemptName(stage.attempt)) ?? waiting[0] ?? logs[0];
}

function isWaiting({ startedMs, attempt }: AttemptLog): boolean {
  return startedMs === undefined && attempt !== undefined && getAttemptOutcome(attempt).status === 'queued';
}

/** Its job wrote that it ended, and that is not on record yet. */
function hasJustEnded(project: Project, expId: string, { name, folder }: AttemptLog): boolean {
  const attempt = findExperiment(project, expId).record.attempts[name];
  return (attempt === undefined || isOpen(attempt)) && getFileFacts(join(folder, 'ended.json')) !== undefined;
}

/** @returns why the record could not be brought up to date */
async function refreshRecord(project: Project): Promise<readonly string[]> {
  try {
    return (await refresh(project)).warnings;
  } catch (error) {
    if (error instanceof SheafError) return [`whether it still runs is not known: ${error.message}`];
    throw error;
  }
}

function mayGoOn({ record }: Experiment, { stage, attempt }: LogChoice, newest: AttemptLog): boolean {
  if (attempt !== undefined) return newest.attempt === undefined || isOpen(newest.attempt);
  const outcome =
    stage === undefined
      ? getExperimentStatus(record)
      : listStageStatuses(record).find((each) => each.stage === stage)?.outcome;
  return isActive(outcome?.status);
}
