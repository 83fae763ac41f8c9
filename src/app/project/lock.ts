import { claimLink, getFileFacts, nowMs, ownerState, ownerText, removePath } from '../../system/index.ts';

/** Tells the locks of one process apart. */
let tries = 0;

/**
 * Takes a lock that holds on all hosts, unless another command has it. One of a command that was killed on this host is
 * taken over. `removePath` lets go of it.
 *
 * @param path of the lock, in an existing folder of the project
 * @param longestMs age, in milliseconds, from which it is also taken over from a command on another host, which may still live
 * @returns who has it; undefined when it was taken
 */
export function takeLock(path: string, longestMs: number = Infinity): string | undefined {
  tries += 1;
  const own = `${ownerText()}:${tries}`;
  const holder = claimLink(path, own);
  if (holder === own || !isLeftBehind(path, holder, longestMs)) return holder === own ? undefined : holder;
  removePath(path);
  const next = claimLink(path, own);
  return next === own ? undefined : next;
}

function isLeftBehind(path: string, holder: string, longestMs: number): boolean {
  const state = ownerState(holder);
  if (state !== 'unknown') return state === 'dead';
  const { mtimeMs = Infinity } = getFileFacts(path) ?? {};
  return nowMs() - mtimeMs > longestMs;
}
