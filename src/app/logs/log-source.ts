import { join } from 'node:path';
import { inputError } from '../../core/errors.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { suggestName } from '../../core/text/nearest.ts';
import { getFileFacts, listFolder, openPlainFile, type OpenFile } from '../../system/index.ts';
import {
  getLogPath,
  listAttemptLogs,
  readSchedulerOutput,
  type AttemptLog,
  type LogChoice,
} from '../observe/log-files.ts';
import { findExperiment } from '../project/find.ts';
import type { Project } from '../project/project.ts';

/** Which file of which attempt; by default what it wrote to its standard output. */
export interface LogFileChoice extends Pick<LogChoice, 'stage' | 'attempt' | 'err'> {
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
  /** Absolute. */
  readonly path: string;
}

/** The logs of one attempt, and the one that is meant. */
export interface LogSource {
  readonly experiment: Experiment;
  readonly log: AttemptLog;
  /** All attempts that have or will have logs, the one that started last first. */
  readonly attempts: readonly AttemptLog[];
  readonly files: readonly LogFile[];
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
  const [log] = listAttemptLogs(project, experiment, choice);
  const files = listLogFiles(project, experiment, log);
  const name = choice.file ?? (choice.err === true ? 'err.log' : 'out.log');
  if (choice.file !== undefined && !files.some((file) => file.name === choice.file)) {
    const names = files.map((file) => file.name);
    throw inputError('logs.file', `${log.name} of ${expId} has no log file "${choice.file}"`, {
      fix:
        names.length === 0 ? 'wait until it has started' : suggestName(name, names, `its files: ${names.join(', ')}`),
    });
  }
  return { experiment, log, attempts: listAttemptLogs(project, experiment, {}), files, name };
}

/** Undefined while it is not there. @throws SheafError `file.*` when it cannot be read */
export function openLog({ files, name }: LogSource): OpenFile | undefined {
  const file = files.find((each) => each.name === name);
  return file && openPlainFile(file.path);
}

/** Names of files that programs write as logs, each rank its own. */
const LOG_NAME = /\.(?:log|out|err)$/;
const MOST_FILES = 256;

function listLogFiles(project: Project, experiment: Experiment, log: AttemptLog): LogFile[] {
  const own = (['stdout', 'stderr'] as const).map((of) => ({ of, path: getLogPath(log.folder, of) }));
  const names = listFolder(log.folder).filter((name) => LOG_NAME.test(name) && !['out.log', 'err.log'].includes(name));
  const scheduler = readSchedulerOutput(project, experiment, log);
  return [
    ...own,
    ...names.slice(0, MOST_FILES).map((name) => ({ of: 'program' as const, path: join(log.folder, name) })),
    ...(scheduler === undefined ? [] : [{ of: 'scheduler' as const, path: scheduler }]),
  ].flatMap(({ of, path }) => {
    const facts = getFileFacts(path, { follow: true });
    const name = path.slice(path.lastIndexOf('/') + 1);
    return facts?.kind === 'file' ? [{ name, of, size: facts.size, path }] : [];
  });
}
