import { withoutUndefined } from '../../core/value.ts';
import type { Attempt } from '../../core/experiment/attempt.ts';
import type { Outcome } from '../../core/experiment/outcome.ts';
import { isAuto, isAutoPartition } from '../../core/experiment/auto.ts';
import { stagesOf } from '../../core/experiment/frozen.ts';
import { attemptName } from '../../core/experiment/record.ts';
import { getExperimentStatus, type StageStatus, type Waiting } from '../../core/experiment/status.ts';
import type { Token } from '../../core/ids.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { parseTimeLimit } from '../../core/units.ts';
import type { Project } from '../project/project.ts';
import type { ShownDiagnosis, StatusLine } from '../project/types.ts';
import { isJobOutput } from '../observe/log-files.ts';
import { getGivenTimeLimit } from '../observe/requested-limits.ts';
import { getJobName, getReasonName, getWaitingTask } from '../observe/tasks.ts';

/** The status line of one experiment. @param reasons why its stages wait, when the scheduler just said so */
export function makeStatusLine(
  project: Project,
  experiment: Experiment,
  reasons?: ReadonlyMap<string, string>,
): StatusLine {
  if (experiment.waiting !== undefined) return waitingLine(project, experiment, experiment.waiting, reasons);
  const { status, cause, stage } = getExperimentStatus(experiment.record);
  const line = { expId: experiment.expId, status, ...(cause === undefined ? {} : { cause }) };
  if (stage === undefined) return line;
  const { attempt, outcome } = stage;
  const job = getJobName(project, experiment.key, attempt);
  const note = noteOf(stage, reasons?.get(getReasonName({ key: experiment.key, stage: stage.stage })));
  return withoutUndefined({
    ...line,
    stage: stage.stage,
    attempt: attempt.n,
    job,
    submittedMs: attempt.submittedMs,
    ...('startedMs' in outcome && outcome.startedMs !== undefined ? { startedMs: outcome.startedMs } : {}),
    ...('endedMs' in outcome ? { endedMs: outcome.endedMs } : {}),
    ...('unseenSinceMs' in outcome && outcome.unseenSinceMs !== undefined
      ? { unseenSinceMs: outcome.unseenSinceMs }
      : {}),
    ...(outcome.status === 'failed' && outcome.exitCode !== undefined ? { exitCode: outcome.exitCode } : {}),
    note,
    ...getShownDiagnosis(attempt, outcome),
    ...askedFor(experiment, stage.stage),
    ...ownLimit(project, attempt),
    ...ownPartition(project, attempt.token?.value),
  });
}

/** What was given for this attempt alone, as by a retry, or found for it. */
function ownLimit(project: Project, { token }: Attempt): Pick<StatusLine, 'timeLimitSeconds'> {
  const given = token && getGivenTimeLimit(project.store.submission(token.value));
  return given === undefined ? {} : { timeLimitSeconds: parseTimeLimit(given) };
}

/** The partition that was given for this attempt alone, as advice does where the experiment says `auto`. */
function ownPartition({ store }: Project, token: Token | undefined): Pick<StatusLine, 'partition'> {
  const given = token && store.submission(token)?.request?.value.resources?.['partition'];
  return typeof given === 'string' ? { partition: given } : {};
}

/** Without a look at its record. */
function waitingLine(
  project: Project,
  experiment: Experiment,
  waiting: Waiting,
  reasons: ReadonlyMap<string, string> | undefined,
): StatusLine {
  const { stage, n, submittedMs } = waiting;
  const asks = askedFor(experiment, stage);
  const job = waitingJob(project, experiment);
  const note = queuedNote(waiting, reasons?.get(getReasonName({ key: experiment.key, stage })) ?? waiting.reason);
  return withoutUndefined({
    expId: experiment.expId,
    status: 'queued',
    stage,
    attempt: n,
    job,
    submittedMs,
    note,
    ...asks,
    ...(isAutoPartition(asks) ? ownPartition(project, getWaitingTask(project, experiment)?.token) : {}),
  });
}

function waitingJob(project: Project, experiment: Experiment): string | undefined {
  const task = getWaitingTask(project, experiment);
  return task?.index === undefined ? task?.job.id : `${task.job.id}_${task.index}`;
}

/** Time limit and partition of a stage, put into words once for all that share their settings. */
function askedFor({ settings }: Experiment, stage: string): Pick<StatusLine, 'timeLimitSeconds' | 'partition'> {
  let stages = asked.get(settings);
  if (stages === undefined) {
    stages = new Map(
      stagesOf(settings).map(({ name, resources: { time_limit: limit, partition } }) => [
        name,
        {
          ...(limit === undefined || isAuto(limit) ? {} : { timeLimitSeconds: parseTimeLimit(limit) }),
          ...(partition === undefined ? {} : { partition: [partition].flat().join(',') }),
        },
      ]),
    );
    asked.set(settings, stages);
  }
  return stages.get(stage) ?? {};
}

const asked = new WeakMap<
  Experiment['settings'],
  ReadonlyMap<string, Pick<StatusLine, 'timeLimitSeconds' | 'partition'>>
>();

function noteOf({ outcome, attempt }: StageStatus, reason: string | undefined): string | undefined {
  switch (outcome.status) {
    case 'queued':
      return queuedNote(outcome, reason ?? outcome.reason);
    case 'failed':
      return (
        (outcome.cause === 'timeout' ? oldBashNote(attempt) : undefined) ??
        outcome.diagnosis?.says ??
        outcome.said ??
        failedNote(outcome)
      );
    case 'running':
      return outcome.ending ? 'was cancelled; its job is ending' : oldBashNote(attempt);
    case 'stopped':
      return outcome.said;
    case 'completed':
    case 'cancelled':
      return undefined;
  }
}

/** A program that has to save before its limit may not have been told to. */
function oldBashNote({ facts }: Attempt): string | undefined {
  const started = facts.started?.value;
  if (started?.oldBash === undefined) return undefined;
  return `bash ${started.oldBash} on ${started.host} is older than 4.4: the program may not be told to save before its time limit`;
}

/** Of a job that ended before its program the exit code says nothing. */
function failedNote({ cause, exitCode }: Extract<StageStatus['outcome'], { status: 'failed' }>): string | undefined {
  if (cause === 'launch') return 'the job failed before the program started; sheaf logs shows its output';
  return exitCode === undefined ? undefined : `exit code ${exitCode}`;
}

/** Why it failed, with the place of the log's line in the folder of the experiment or of the project. */
export function getShownDiagnosis(attempt: Attempt, outcome: Outcome): { readonly diagnosis?: ShownDiagnosis } {
  if (outcome.status !== 'failed' || outcome.diagnosis === undefined) return {};
  const { code, says, line, fix } = outcome.diagnosis;
  return {
    diagnosis: {
      code,
      says,
      ...(line === undefined ? {} : { line: { ...line, file: logPath(line.file, attempt) } }),
      ...(fix === undefined ? {} : { fix }),
    },
  };
}

function logPath(file: string, attempt: Attempt): string {
  return isJobOutput(file)
    ? `.sheaf/submissions/${attempt.token?.value ?? ''}/${file}`
    : `attempts/${attemptName(attempt)}/${file}`;
}

function queuedNote(outcome: Pick<Waiting, 'held' | 'stuck'>, why: string | undefined): string | undefined {
  if (outcome.held) return why?.includes('is held') ? why : 'held; sheaf release lets it go';
  return outcome.stuck && why !== undefined ? `never starts by itself: ${why}` : why;
}
