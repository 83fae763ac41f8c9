import { join } from 'node:path';
import { SheafError } from '../../core/errors.ts';
import { getFileFacts, listFolder, type FileFacts } from '../../system/index.ts';
import { listAttemptLogs } from '../observe/log-files.ts';
import { findExperiment } from '../project/find.ts';
import type { Project } from '../project/project.ts';
import { findLogSource } from './log-source.ts';

/** A log file of an attempt. */
export interface FollowedLog {
  readonly id: string;
  /** `train-1` */
  readonly attempt: string;
  /** `out.log` */
  readonly file: string;
}

/** In the order in which they were asked for. */
export interface FileStamps {
  readonly logs: readonly string[];
  readonly runs: readonly string[];
}

/** A text that is another one when the log has grown or was replaced; empty while it is not there. */
export function stampLog(project: Project, { id, attempt, file }: FollowedLog): string {
  const [, stage, n] = /^(.+)-(\d+)$/.exec(attempt) ?? [];
  if (stage === undefined) return '';
  return orNothing(() => {
    const { files } = findLogSource(project, id, { stage, attempt: Number(n), file });
    return formatStamp(getFileFacts(files.find(({ name }) => name === file)?.path ?? '', { follow: true }));
  });
}

/** Entries of one folder whose facts are read. */
const MOST_ENTRIES = 200;

/**
 * A text that is another one when the newest attempt of an experiment wrote metrics: into any file of its folder, or of a
 * folder in that one, as trackers do. Its logs do not count. Empty while there is none.
 */
export function stampRun(project: Project, id: string): string {
  return orNothing(() => {
    const [{ folder }] = listAttemptLogs(project, findExperiment(project, id), {});
    return listEntries(folder)
      .flatMap(({ path, facts }) => (facts?.kind === 'folder' ? listEntries(path) : [{ path, facts }]))
      .map(({ path, facts }) => `${path} ${formatStamp(facts)}`)
      .join('\n');
  });
}

const LOGS = new Set(['out.log', 'err.log']);

function listEntries(folder: string): { readonly path: string; readonly facts: FileFacts | undefined }[] {
  const names = listFolder(folder).filter((name) => !LOGS.has(name));
  return names.slice(0, MOST_ENTRIES).map((name) => {
    const path = join(folder, name);
    return { path, facts: getFileFacts(path) };
  });
}

function formatStamp(facts: FileFacts | undefined): string {
  return facts === undefined ? '' : `${facts.ino} ${facts.size} ${facts.mtimeNs}`;
}

/** What cannot be read has not grown. */
function orNothing(stamp: () => string): string {
  try {
    return stamp();
  } catch (error) {
    if (error instanceof SheafError) return '';
    throw error;
  }
}
