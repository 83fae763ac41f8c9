import { join, relative } from 'node:path';
import { folderEntries } from '../system/index.ts';

/** Folders with event files of TensorBoard, each the topmost on its way, by their paths below `root`; sorted. */
export function findEventFolders(root: string): string[] {
  return [...search(root, '')].toSorted();
}

/** Links are not followed: those of a job lead to its code, and to event files that were there before. */
function* search(root: string, path: string): Generator<string> {
  const entries = folderEntries(join(root, path)).map(({ name, kind }) => ({ name: name.toString(), kind }));
  if (entries.some(({ name, kind }) => kind === 'file' && name.includes('.tfevents.'))) {
    yield path;
    return;
  }
  for (const { name, kind } of entries)
    if (kind === 'folder' && !name.startsWith('.')) yield* search(root, join(path, name));
}

/** The folder that all of them are in; the only one itself. */
export function getCommonFolder(paths: readonly string[]): string {
  const [first = [], ...rest] = paths.map((path) => path.split('/'));
  const same = first.findIndex((step, i) => rest.some((steps) => steps[i] !== step));
  return (same < 0 ? first : first.slice(0, same)).join('/');
}

/**
 * How TensorBoard is to see the event files of an experiment: as one run with its name, or, if there are several, as
 * runs below its name.
 *
 * @returns path of each link below the folder that TensorBoard looks at → path below `root` that it leads to
 */
export function nameEventLinks(name: string, folders: readonly string[]): ReadonlyMap<string, string> {
  const common = getCommonFolder(folders);
  return new Map(folders.map((folder) => [join(name, relative(common, folder)), folder]));
}
