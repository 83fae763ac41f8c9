import { join } from 'node:path';
import { failure } from '../../core/errors.ts';
import { isWritable, makeFolder, ownerWords, removePath } from '../../system/index.ts';
import { takeLock } from '../project/lock.ts';
import type { Project } from '../project/project.ts';

/**
 * Does what two commands must not do at once, on whatever hosts, for both would send the same. In a project that one may
 * only read nothing can be claimed, and nothing is.
 *
 * @param what as in `another command is just sending …`; also the name of the claim
 * @throws SheafError `tracker.busy` while another command does it
 */
export async function withTrackerLock<T>({ store }: Project, what: string, act: () => Promise<T>): Promise<T> {
  const folder = join(store.paths.claims, 'trackers');
  if (!isWritable(store.paths.claims)) return act();
  makeFolder(folder);
  const path = join(folder, what);
  take(path, what);
  try {
    return await act();
  } finally {
    removePath(path);
  }
}

function take(path: string, what: string): void {
  const holder = takeLock(path);
  if (holder === undefined) return;
  throw failure('tracker.busy', `another command is just sending to ${what} (${ownerWords(holder)})`, {
    why: 'both would send the same',
    fix: `wait for it; if it is gone permanently, remove ${path}`,
    now: 'nothing was sent',
  });
}
