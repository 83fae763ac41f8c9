import { basename, join, relative } from 'node:path';
import { inputError } from '../../core/errors.ts';
import type { Attempt } from '../../core/experiment/attempt.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { getAttemptOutcome } from '../../core/experiment/outcome.ts';
import { suggestName } from '../../core/text/nearest.ts';
import { getFileFacts, listFolder, openWithin, type OpenFile } from '../../system/index.ts';
import { listAttemptLogs, readSchedulerOutput, type AttemptLog, type LogChoice } from '../observe/log-files.ts';
import { findExperiment } from '../project/find.ts';
import type { Project } from '../project/project.ts';

/**
 * Which file of which attempt. By default the one that the diagnosis of a failure points at, otherwise what it wrote to its
 * standard output, or to its standard error if it wrote nothing else.
 */
export interface LogFileChoice extends Pick<LogChoice, 'stage' | 'attempt'> {
  /** Whether it is the standard error or the standard output. */
  readonly err?: boolean | undefined;
  /** Another file of the attempt, by its name: of one rank or node, or what the scheduler wrote. */
  readonly file?: string | undefined;
}

/** A log file of an attempt. */
export interface LogFile {
  /** `out.log` */
  readonly name: string;
  /** Who wrote it: the program to its standard output or error, the scheduler, or the program into a file of its own. */
  readonly of: 'stdout' | 'stderr' | 'scheduler' | 'program';
  readonly size: number;
}

/** Where it is. */
export interface LogPlace extends LogFile {
  /** Absolute. */
  readonly path: string;
  /** A folder above it, from which on no links are followed. */
  readonly root: string;
}

/** The logs of one attempt, and the one that is meant. */
export interface LogSource {
  readonly log: AttemptLog;
  /** All attempts that have or will have logs, the one that started last first. */
  readonly attempts: readonly AttemptLog[];
  readonly files: readonly LogPlace[];
  /** The name of the file that is meant, whether or not it is there. */
  readonly name: string;
}

/**
 * The log that is meant; opens nothing.
 *
 * @throws SheafError `experiment.unknown`, `logs.*`
 */
export function findLogSource(project: Project, expId: string, choice: LogFileChoice): LogSource {
  const experiment = findExperiment(project, expId);
  const chosen = listAttemptLogs(project, experiment, choice);
  const isAny = choice.stage === undefined && choice.attempt === undefined;
  const attempts = isAny ? chosen : listAttemptLogs(project, experiment, {});
  const [log] = chosen;
  const files = listLogFiles(project, experiment, log);
  const name = choice.file ?? findUsualName(log, files, choice.err);
  if (choice.file !== undefined && !files.some((file) => file.name === choice.file)) {
    const names = files.map((file) => file.name);
    throw inputError('logs.file', `${log.name} of ${expId} has no log file "${choice.file}"`, {
      fix:
        names.length === 0 ? 'wait until it has started' : suggestName(name, names, `its files: ${names.join(', ')}`),
    });
  }
  return { log, attempts, files, name };
}

function findUsualName({ attempt }: AttemptLog, files: readonly LogPlace[], err: boolean | undefined): string {
  if (err !== undefined) return err ? 'err.log' : 'out.log';
  const diagnosed = attempt && findDiagnosedFile(attempt);
  if (files.some(({ name }) => name === diagnosed)) return diagnosed ?? 'out.log';
  const hasText = (of: LogFile['of']): boolean => files.some((file) => file.of === of && file.size > 0);
  return hasText('stderr') && !hasText('stdout') ? 'err.log' : 'out.log';
}

/** The log with the line that says why an attempt failed. */
function findDiagnosedFile(attempt: Attempt): string | undefined {
  const outcome = getAttemptOutcome(attempt);
  return outcome.status === 'failed' ? outcome.diagnosis?.line?.file : undefined;
}

/** Undefined if it is no longer there. @throws SheafError `file.*` when it cannot be read */
export function openLogFile({ root, path }: LogPlace): OpenFile | undefined {
  const names = relative(root, path).split('/');
  const found = openWithin(
    root,
    names.map((name) => Buffer.from(name)),
  );
  if (found.kind === 'file') return found.file;
  if (found.kind === 'folder') found.folder[Symbol.dispose]();
  return undefined;
}

/** The log that is meant; undefined while it is not there. @throws SheafError `file.*` when it cannot be read */
export function openLog({ files, name }: LogSource): OpenFile | undefined {
  const place = files.find((each) => each.name === name);
  return place && openLogFile(place);
}

/** Names of files that programs write as logs, each rank its own. */
const LOG_NAME = /\.(?:log|out|err)$/;
const MOST_FILES = 256;
const STREAMS: Readonly<Record<string, LogFile['of']>> = { 'out.log': 'stdout', 'err.log': 'stderr' };

function listLogFiles(project: Project, experiment: Experiment, log: AttemptLog): LogPlace[] {
  const { experiments, submissions } = project.store.paths;
  const others = listFolder(log.folder).filter((name) => LOG_NAME.test(name) && STREAMS[name] === undefined);
  const own = [...Object.keys(STREAMS), ...others.slice(0, MOST_FILES)].map((name) => join(log.folder, name));
  const scheduler = readSchedulerOutput(project, experiment, log);
  return [
    ...own.flatMap((path) => placeOf(experiments, path, STREAMS[basename(path)] ?? 'program')),
    ...(scheduler === undefined ? [] : placeOf(submissions, scheduler, 'scheduler')),
  ];
}

/** Nothing unless it is a plain file. */
function placeOf(root: string, path: string, of: LogFile['of']): LogPlace[] {
  const facts = getFileFacts(path);
  return facts?.kind === 'file' ? [{ name: basename(path), of, size: facts.size, path, root }] : [];
}
