import { type Spool, openSpool } from './spool.ts';
import { bootId, checksum, getFileFacts, hostName, listFolder, userId } from '../../../system/index.ts';
import { getSupervision, findLatestGeneration } from './generation.ts';
import { join } from 'node:path';
import { readIdentity } from './identity.ts';

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
    .map((name) => openSpool(join(parent, name)))
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
    const spool = openSpool(join(parent, `${prefix}${checksum(`${bootId()} ${inode} ${n}`)}`));
    // One of that name which is not ours is a copy, or was restored from a backup.
    if (getFileFacts(spool.path) === undefined) return spool;
  }
}

function lastBoot(spool: Spool): string | undefined {
  return findLatestGeneration(spool)?.owner.boot ?? readIdentity(spool.path)?.boot;
}
