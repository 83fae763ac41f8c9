import { dirname, join } from 'node:path';
import { claimLink, getFileFacts, makeFolder, publishFolder, randomId, removePath } from '../../../system/index.ts';
import { writeIdentity } from './identity.ts';

/**
 * The queue of one user on one machine, in a folder of the project: only plain files, atomic renames
 * and links, so that any file system will do.
 *
 * - `identity`, `spool.json`: which machine made it, and that it is no copy
 * - `jobs/<id>/`: `job.json`, `script`, `log.jsonl`, `tasks/<index>.claim` and `.exit`
 * - `tokens/<token>` → id: made last, and only then is the job in the queue
 * - `control/`: what commands ask of the supervisor, taken away by it
 * - `supervisor.<n>` → `pid:start:boot`, `resigned.<n>`, `heartbeat`, `queue.json`, `supervisor.log`
 */
export interface Spool {
  readonly name: string;
  readonly path: string;
}

export function openSpool(path: string): Spool {
  return { name: path.slice(path.lastIndexOf('/') + 1), path };
}

export function jobsFolder(spool: Spool): string {
  return join(spool.path, 'jobs');
}

export function jobFolder(spool: Spool, id: number): string {
  return join(spool.path, 'jobs', String(id));
}

export function tokensFolder(spool: Spool): string {
  return join(spool.path, 'tokens');
}

export function controlFolder(spool: Spool): string {
  return join(spool.path, 'control');
}

/** Makes the spool unless it is there; of several commands at once, one does. */
export function makeSpool(spool: Spool): void {
  if (getFileFacts(spool.path) !== undefined) return;
  const temporary = join(spool.path, '..', `.${spool.name}.${randomId(8)}.tmp`);
  makeFolder(dirname(spool.path));
  for (const folder of ['jobs', 'tokens', 'control']) makeFolder(join(temporary, folder), 0o755);
  writeIdentity(temporary);
  if (!publishFolder(temporary, spool.path)) removePath(temporary);
}

/** Puts a job into the queue under its token. @returns the id that holds the token: its own, or that of a former submission */
export function claimToken(spool: Spool, token: string, id: number): number {
  return Number(claimLink(join(tokensFolder(spool), token), String(id)));
}
