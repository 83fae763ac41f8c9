import { dirname, join } from 'node:path';
import {
  bootId,
  checksum,
  claimLink,
  getFileFacts,
  hostName,
  listFolder,
  makeFolder,
  publishFolder,
  randomId,
  removePath,
  userId,
} from '../../../system/index.ts';
import { latestGeneration, getSupervision } from './generation.ts';
import { readIdentity, writeIdentity } from './identity.ts';

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

export function spoolAt(path: string): Spool {
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

/**
 * The spool of this machine in a project: the one that it uses; otherwise one whose machine was restarted;
 * otherwise the one that {@link makeSpool} will make. Its name follows from the machine's boot, so that
 * commands which start at once agree on it before it exists.
 *
 * @param root the project folder
 */
export function findSpool(root: string): Spool {
  const parent = join(root, '.sheaf', 'local');
  const prefix = `${hostName()}-${userId()}-`;
  const known = listFolder(parent)
    .filter((name) => name.startsWith(prefix))
    .map((name) => spoolAt(join(parent, name)))
    .filter((spool) => isOwn(spool.path) && readIdentity(spool.path) !== undefined);
  const boot = bootId();
  return (
    known.find((spool) => lastBoot(spool) === boot) ??
    known.find((spool) => getSupervision(spool) === 'none') ??
    newSpool(root, parent, prefix)
  );
}

/** What is in a spool runs as its user: nobody else may have made it. */
function isOwn(path: string): boolean {
  return getFileFacts(path)?.uid === userId();
}

function newSpool(root: string, parent: string, prefix: string): Spool {
  const inode = getFileFacts(root, { follow: true })?.ino ?? 0n;
  for (let n = 0; ; n += 1) {
    const spool = spoolAt(join(parent, `${prefix}${checksum(`${bootId()} ${inode} ${n}`)}`));
    // One of that name which is not ours is a copy, or was restored from a backup.
    if (getFileFacts(spool.path) === undefined) return spool;
  }
}

function lastBoot(spool: Spool): string | undefined {
  return latestGeneration(spool)?.owner.boot ?? readIdentity(spool.path)?.boot;
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
