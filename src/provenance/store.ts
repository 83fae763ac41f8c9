import { join } from 'node:path';
import { failure } from '../core/errors.ts';
import {
  fileFacts,
  listFolder,
  nowMs,
  ownerState,
  ownerText,
  publishFolder,
  randomId,
  removePath,
  renamePath,
  runCommand,
} from '../system/index.ts';

/**
 * The folder of checkouts, `.sheaf/code`:
 *
 *     <tree>/            a checkout, whole and read-only
 *     <tree>.manifest    it is the only copy: hashes of its files
 *     scanned            the tree whose files were last searched for private keys
 *     .new-… .index-…    of a command that is at work, or died
 */

export function checkoutPath(store: string, tree: string): string {
  return join(store, tree);
}

export function manifestPath(store: string, tree: string): string {
  return join(store, `${tree}.manifest`);
}

/** A path for a folder that is being made, beside the one it will be. It names who makes it. */
export function workingPath(folder: string): string {
  return join(folder, `${WORKING}${randomId(8)}-${ownerText()}`);
}

const WORKING = '.new-';

/** What commands that died left behind. */
export function leftovers(store: string): string[] {
  const old = nowMs() - OLD_MS;
  return listFolder(store)
    .filter((name) => name.startsWith(WORKING) || name.startsWith('.index-'))
    .filter((name) => {
      const owner = name.startsWith(WORKING) ? ownerState(name.slice(WORKING.length + 9)) : 'unknown';
      return owner === 'dead' || (owner === 'unknown' && (fileFacts(join(store, name))?.mtimeMs ?? old) < old);
    })
    .map((name) => join(store, name));
}

/** Nobody takes so long. */
const OLD_MS = 24 * 3_600_000;

/** Makes a folder read-only and gives it its name, unless someone else has just made the same. */
export async function publishReadOnly(from: string, to: string): Promise<void> {
  await changeModes(from, 'a-w');
  // What has its name must be whole after a power cut, too. Where sync cannot say so, it is no worse than a copy by hand.
  await runCommand(['sync', '-f', '--', from], { timeoutMs: LIMIT_MS });
  if (!publishFolder(from, to)) await removeTree(from);
}

/** Removes a folder, read-only or not. It is gone at once; who looks meanwhile finds no half of it. */
export async function removeFolder(store: string, path: string): Promise<void> {
  const away = workingPath(store);
  renamePath(path, away);
  await removeTree(away);
}

export async function removeTree(path: string): Promise<void> {
  if (fileFacts(path)?.kind === 'folder') await changeModes(path, 'u+rwX');
  removePath(path);
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
