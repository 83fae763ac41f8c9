import { dirname, join, sep } from 'node:path';
import { failure } from '../../core/errors.ts';
import { getFileFacts, isWritable, listFolder, type FileFacts } from '../../system/index.ts';

/**
 * Why a checkpoint is not for sheaf to delete: it is not in the folder of its experiment, or a link, or on the way to it
 * is a link or another file system. Undefined if it is, or if it is gone.
 *
 * @param folder that of the experiment
 * @param path of the checkpoint, relative to it
 */
export function whyNotOurs(folder: string, path: string): string | undefined {
  const top = getFileFacts(folder);
  if (top?.kind !== 'folder') return 'the folder of the experiment is a link';
  const names = path.split(sep);
  if (path.startsWith(sep) || names.includes('..')) return 'not in the folder of the experiment';
  for (let i = 1; i <= names.length; i += 1) {
    const part = names.slice(0, i).join(sep);
    const facts = getFileFacts(join(folder, part));
    if (facts === undefined) return undefined;
    if (facts.kind === 'link') return i === names.length ? 'a link' : `${part} is a link`;
    if (facts.dev !== top.dev) return `${part} is on another file system`;
  }
  return undefined;
}

/**
 * All files of a checkpoint, without following links.
 *
 * @param file the checkpoint, absolute
 * @throws SheafError `file.*` for what cannot be listed; `prune.readonly` if it could not be deleted
 */
export function listFilesToDelete(file: string): FileFacts[] {
  requireWritable(dirname(file));
  return listFiles(file, getFileFacts(dirname(file))?.dev);
}

function listFiles(path: string, dev: bigint | undefined): FileFacts[] {
  const facts = getFileFacts(path);
  if (facts === undefined) return [];
  if (facts.kind !== 'folder') return [facts];
  if (facts.dev !== dev) {
    throw failure('prune.mounted', `another file system is mounted in a checkpoint: ${path}`, {
      fix: 'delete the checkpoint by hand, or unmount it',
    });
  }
  requireWritable(path);
  return listFolder(path).flatMap((name) => listFiles(join(path, name), dev));
}

function requireWritable(folder: string): void {
  if (isWritable(folder)) return;
  throw failure('prune.readonly', `you may not delete what is in ${folder}`, {
    fix: 'make it writable (chmod u+w), or ask its owner',
    now: 'nothing of this experiment was deleted',
  });
}

/** What deleting these files frees, in bytes, by their lengths: a file counts once, and only if all its names are among them. */
export function sumFreedBytes(files: readonly FileFacts[]): number {
  const byInode = Map.groupBy(files, ({ dev, ino }) => `${dev}:${ino}`);
  return [...byInode.values()].reduce((sum, names) => {
    const [first] = names;
    return first !== undefined && names.length >= first.links ? sum + first.size : sum;
  }, 0);
}
