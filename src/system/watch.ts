import { watch, type FSWatcher } from 'node:fs';

/**
 * Calls back soon after an entry of a folder was made, changed or removed. A hint, no promise: network
 * file systems do not report what other hosts do, and a machine may have run out of watches.
 */
export function watchFolder(path: string, changed: () => void): Disposable {
  let watcher: FSWatcher | undefined;
  try {
    watcher = watch(path, { persistent: false }, changed);
    watcher.on('error', () => undefined);
  } catch {
    watcher = undefined;
  }
  return { [Symbol.dispose]: () => watcher?.close() };
}
