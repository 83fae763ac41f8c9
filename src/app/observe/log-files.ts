import { join } from 'node:path';
import { getAttemptOutcome } from '../../core/experiment/outcome.ts';
import { type Attempt } from '../../core/experiment/attempt.ts';
import { inputError } from '../../core/errors.ts';
import { stagesOf } from '../../core/experiment/frozen.ts';
import { suggestName } from '../../core/text/nearest.ts';
import { attemptName } from '../../core/experiment/record.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { getFileFacts, listFolder } from '../../system/index.ts';
import { experimentFolder, type Project } from '../project/project.ts';
import { readStarted } from './job-records.ts';
import { indexOf, getJobName } from './tasks.ts';

/** Which log of an experiment. */
export interface LogChoice {
  /** Default: whatever runs, or ran last. */
  readonly stage?: string | undefined;
  /** Default: the newest. */
  readonly attempt?: number | undefined;
  /** Only what the program wrote to its standard output. */
  readonly out?: boolean | undefined;
  /** Only what it wrote to its standard error. Default, and with `out`: both. */
  readonly err?: boolean | undefined;
}

export type LogStream = 'stdout' | 'stderr';

const FILES: Readonly<Record<LogStream, string>> = { stdout: 'out.log', stderr: 'err.log' };

/** What to read of an attempt: its standard output, its standard error, or both. */
export function listStreams({ out, err }: LogChoice): [LogStream, ...LogStream[]] {
  if (out === err) return ['stdout', 'stderr'];
  return out === true ? ['stdout'] : ['stderr'];
}

/** The log of an attempt in its folder. */
export function getLogPath(folder: string, stream: LogStream): string {
  return join(folder, FILES[stream]);
}

/** One attempt, as far as its log matters. */
export interface AttemptLog {
  /** `train-1` */
  readonly name: string;
  readonly stage: string;
  readonly n: number;
  /** Its folder, absolute. */
  readonly folder: string;
  /** Milliseconds since 1970; undefined while it has no log. */
  readonly startedMs?: number;
  readonly host?: string;
  readonly job?: string;
  /** What is on record of it; absent for one that a requeue made by itself a moment ago. */
  readonly attempt?: Attempt;
}

/**
 * The attempts of an experiment that fit, the one that started last first, those that have not started
 * at the end. Looks at the folders too, for a job that was requeued makes its next attempt by itself.
 *
 * @throws SheafError `logs.stage`, `logs.attempt`, `logs.not_submitted`
 */
export function listAttemptLogs(
  project: Project,
  experiment: Experiment,
  choice: LogChoice,
): [AttemptLog, ...AttemptLog[]] {
  const { expId, config } = experiment;
  const stages = stagesOf(config.settings).map(({ name }) => name);
  if (choice.stage !== undefined && !stages.includes(choice.stage)) {
    throw inputError('logs.stage', `${expId} has no stage "${choice.stage}"`, {
      fix: suggestName(choice.stage, stages, `its stages: ${stages.join(', ')}`),
    });
  }
  const logs = allLogs(project, experiment);
  const [newest, ...others] = logs
    .filter(({ stage }) => choice.stage === undefined || stage === choice.stage)
    .filter(({ n }) => choice.attempt === undefined || n === choice.attempt)
    .toSorted(newestFirst);
  if (newest !== undefined) return [newest, ...others];
  if (logs.length === 0) {
    throw inputError('logs.not_submitted', `${expId} has no log: it has no job yet`, { fix: `sheaf submit ${expId}` });
  }
  const wanted =
    choice.attempt === undefined ? `attempt of the stage ${String(choice.stage)}` : `attempt ${choice.attempt}`;
  throw inputError('logs.attempt', `${expId} has no ${wanted}`, {
    fix: `its attempts: ${logs.map(({ name }) => name).join(', ')}`,
  });
}

/** By start; those that have not started by the time they were submitted. */
function newestFirst(a: AttemptLog, b: AttemptLog): number {
  const [startA, startB] = [a.startedMs ?? 0, b.startedMs ?? 0];
  return startA === startB ? submittedMs(b) - submittedMs(a) || b.n - a.n : startB - startA;
}

function submittedMs({ attempt }: AttemptLog): number {
  return attempt?.submittedMs ?? 0;
}

function allLogs(project: Project, { expId, record }: Experiment): AttemptLog[] {
  const folder = join(experimentFolder(project, expId), 'attempts');
  const recorded = Object.values(record.attempts).filter((attempt) => getAttemptOutcome(attempt).status !== 'void');
  const names = new Set([...recorded.map(attemptName), ...listFolder(folder).filter(isAttemptName)]);
  return [...names].map((name) => attemptLog(join(folder, name), name, record.attempts[name]));
}

const ATTEMPT_NAME = /^(.+)-(\d+)$/;

function isAttemptName(name: string): boolean {
  return ATTEMPT_NAME.test(name);
}

function attemptLog(folder: string, name: string, attempt: Attempt | undefined): AttemptLog {
  const [, stage = name, n = '0'] = ATTEMPT_NAME.exec(name) ?? [];
  const facts = getFileFacts(getLogPath(folder, 'stdout'), { follow: true });
  const own = facts && readStarted(folder);
  const started = own?.kind === 'record' ? own.fact : attempt?.facts.started?.value;
  // Of a pack, one whose parent failed: it has a folder that says so, and an empty log.
  const neverBegan = started === undefined && getFileFacts(join(folder, 'ended.json')) !== undefined;
  return {
    name,
    stage,
    n: Number(n),
    folder,
    ...(facts === undefined || neverBegan ? {} : { startedMs: started?.atMs ?? facts.mtimeMs }),
    ...(started === undefined ? {} : { host: started.host, job: started.job }),
    ...(attempt === undefined ? {} : { attempt }),
  };
}

/** Where the scheduler itself writes what it has to say of the job of an attempt; undefined when no job is known. */
export function findSchedulerOutput(project: Project, { key }: Experiment, attempt: Attempt): string | undefined {
  const token = attempt.token?.value;
  const job = getJobName(project, key, attempt);
  const scheduler = token && project.store.submission(token)?.job?.value.scheduler;
  if (token === undefined || job === undefined || scheduler === undefined) return undefined;
  return join(project.store.paths.submissions, token, jobOutputName(scheduler, job));
}

/** What the scheduler itself wrote of the job of an attempt; undefined when it wrote nothing. */
export function readSchedulerOutput(
  project: Project,
  experiment: Experiment,
  { attempt }: Pick<AttemptLog, 'attempt'>,
): string | undefined {
  const token = attempt?.token?.value;
  if (attempt === undefined || token === undefined) return undefined;
  const path = findSchedulerOutput(project, experiment, attempt);
  if (path !== undefined && getFileFacts(path) !== undefined) return path;
  // Another job of this submission may have written it.
  const index = indexOf(project.store.submission(token), experiment.key, attempt.stage);
  const folder = join(project.store.paths.submissions, token);
  const suffix = index === undefined ? '.out' : `_${index}.out`;
  const name = listFolder(folder).findLast((each) => isJobOutput(each) && each.endsWith(suffix));
  return name === undefined ? undefined : join(folder, name);
}

/**
 * The file of a job's own output in the folder of its submission: `slurm-812345_7.out`.
 *
 * @param scheduler its id: `slurm:lab`
 * @param job the job, with the array index if it has one: `812345_7`
 */
function jobOutputName(scheduler: string, job: string): string {
  return `${scheduler.slice(0, scheduler.indexOf(':'))}-${job}.out`;
}

/** Whether a file name is one of those. */
export function isJobOutput(file: string): boolean {
  return /^[a-z]\w*-\d+(?:_\d+)?\.out$/.test(file);
}
