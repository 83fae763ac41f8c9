import { join } from 'node:path';
import { failure, SheafError } from '../core/errors.ts';
import {
  getFileFacts,
  folderEntries,
  listFolder,
  makeFolder,
  nowMs,
  ownerState,
  ownerText,
  publishFolder,
  randomId,
  removePath,
  renamePath,
  runCommand,
  setMode,
  userId,
} from '../system/index.ts';
import { joinBytePath, type BytePath } from './byte-path.ts';

/**
 * The folder of checkouts, `.sheaf/code`:
 *
 *     <tree>/            a checkout, whole; its files are read-only
 *     <tree>.files       which files it has, and how long they are
 *     <tree>.manifest    it is the only copy: hashes of its files
 *     scanned            the tree whose files were last searched for private keys
 *     .new-… .index-… .….tmp    of a command that is at work, or died
 */

export function checkoutPath(store: string, tree: string): string {
  return join(store, tree);
}

/** Where the files of a checkout are listed: see `whole.ts`. */
export function listingPath(store: string, tree: string): string {
  return join(store, `${tree}.files`);
}

export function manifestPath(store: string, tree: string): string {
  return join(store, `${tree}.manifest`);
}

/** Makes the folder of checkouts, where it is missing. @throws SheafError `code.store`, `file.*` */
export function openStore(store: string): void {
  const facts = getFileFacts(store);
  const kind = getFileFacts(store, { follow: true })?.kind;
  if (facts !== undefined && kind !== 'folder') {
    throw failure('code.store', `code is kept in ${store}, and that is no folder`, {
      at: { file: store },
      why: kind === undefined ? 'it is a link that leads nowhere' : 'something else has its name',
      fix: kind === undefined ? 'make the folder that it leads to, or remove the link' : 'move it away',
      now: 'nothing was kept',
    });
  }
  makeFolder(store);
}

/** A path for a folder that is being made, beside the one it will be. It names who makes it. */
export function workingPath(folder: string): string {
  return join(folder, `${WORKING}${randomId(8)}-${ownerText()}`);
}

const WORKING = '.new-';

/** What commands that died left behind. */
export function findLeftovers(store: string): string[] {
  const old = nowMs() - OLD_MS;
  return listFolder(store)
    .filter((name) => name.startsWith(WORKING) || /^\.(index-.*|.*\.tmp)$/.test(name))
    .filter((name) => {
      const owner = name.startsWith(WORKING) ? ownerState(name.slice(WORKING.length + 9)) : 'unknown';
      return owner === 'dead' || (owner === 'unknown' && (getFileFacts(join(store, name))?.mtimeMs ?? old) < old);
    })
    .map((name) => join(store, name));
}

/** Longer than any submit takes. */
const OLD_MS = 24 * 3_600_000;

/**
 * Makes the files of a folder read-only and gives it its name. Its folders stay writable for their owner, who could not
 * remove them otherwise.
 *
 * @param isGood whether what has that name may stay: another command may just have made the same. Otherwise it is removed
 */
export async function publishReadOnly(store: string, from: string, to: string, isGood: () => boolean): Promise<void> {
  await changeModes(from, 'a-w');
  openFolders(from);
  // What has its name must be whole after a power cut, too. If sync fails, it is no worse than a copy by hand.
  await runCommand(['sync', '-f', '--', from], { timeoutMs: LIMIT_MS });
  const old = getFileFacts(to) === undefined || isGood() ? undefined : moveAway(store, to);
  if (!publishFolder(from, to)) await removeTree(from);
  if (old !== undefined) await removeTree(old);
}

/**
 * Takes the name from a folder: it is gone at once, and nobody finds half of it.
 *
 * @returns where it is now; undefined when it was gone
 */
export function moveAway(store: string, path: string): string | undefined {
  const away = workingPath(store);
  try {
    renamePath(path, away);
    return away;
  } catch (error) {
    if (error instanceof SheafError && error.code === 'file.enoent') return undefined;
    throw error;
  }
}

export async function removeTree(path: string): Promise<void> {
  if (getFileFacts(path)?.kind === 'folder') await changeModes(path, 'u+rwX');
  removePath(path);
}

/**
 * Lets the owner of checkouts write into their folders again: older versions made those read-only, and `rm -rf`
 * of the project failed. What someone else made is left to them.
 *
 * @returns how many checkouts were closed
 */
export function openOldCheckouts(store: string): number {
  const closed = findClosedCheckouts(store);
  for (const name of closed) openFolders(join(store, name));
  return closed.length;
}

/** The names of checkouts with read-only folders that this user may open. */
export function findClosedCheckouts(store: string): string[] {
  return listFolder(store).filter((name) => {
    const facts = getFileFacts(join(store, name));
    return facts?.kind === 'folder' && isClosed(facts.mode) && mayChange(facts.uid);
  });
}

function isClosed(mode: number): boolean {
  return (mode & 0o200) === 0;
}

function mayChange(owner: number): boolean {
  return userId() === 0 || userId() === owner;
}

/** The outermost last: what is cut off is found and done again. */
function openFolders(folder: string, inner: BytePath = ''): void {
  const place = joinBytePath(folder, inner);
  for (const { name, kind } of folderEntries(place)) {
    if (kind === 'folder')
      openFolders(folder, inner === '' ? name.toString('latin1') : `${inner}/${name.toString('latin1')}`);
  }
  const mode = getFileFacts(place)?.mode ?? 0;
  if (isClosed(mode)) setMode(place, mode | 0o200);
}

/** Copies a read-only folder to a new path; the copy can be changed. */
export async function copyTree(from: string, to: string): Promise<void> {
  await run(['cp', '-R', '-P', '--', from, to], `cannot copy ${from}`);
  await changeModes(to, 'u+w');
}

/** @param modes as `chmod` takes them; links are left alone */
async function changeModes(path: string, modes: string): Promise<void> {
  await run(['chmod', '-R', '--', modes, path], `cannot change the modes of ${path}`);
}

async function run(argv: readonly [string, ...string[]], doing: string): Promise<void> {
  const { exitCode, stderr, notStarted = '' } = await runCommand(argv, { timeoutMs: LIMIT_MS });
  if (exitCode !== 0) throw failure('code.copy', doing, { said: stderr.trim() || notStarted, ran: argv.join(' ') });
}

const LIMIT_MS = 30 * 60_000;
