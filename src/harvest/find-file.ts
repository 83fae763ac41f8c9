import { join, sep } from 'node:path';
import { compileGlob } from '../core/glob.ts';
import { fileFacts, listFolder, realPath, type FileFacts } from '../system/index.ts';
import type { Finding, FoundFile } from './source.ts';
import { unreadable } from './trouble.ts';
import { listed, missing } from './words.ts';

type Missing = Extract<Finding, { missing: object }>;

export type FileInFolder =
  | { readonly file: FoundFile; readonly missing?: never }
  | (Missing & { readonly file?: never });

/**
 * Looks for one plain file in a folder of an experiment, by its path or by a path with `*` in it.
 *
 * @param experimentFolder absolute; a file that really lies outside it is reported, never read
 * @param folder inside the experiment's folder; empty for that folder itself
 * @param unfinished whether what writes there has not completed
 * @returns undefined when nothing is there
 */
export function findFile(
  experimentFolder: string,
  folder: string,
  wanted: string,
  unfinished: boolean,
): FileInFolder | undefined {
  try {
    const [first, ...others] = matches(experimentFolder, folder, wanted);
    if (first === undefined) return undefined;
    if (others.length === 0) return plainFile(experimentFolder, first, unfinished);
    const said = `${wanted} stands for ${others.length + 1} files: ${listed([first, ...others])}`;
    return missing('several_files', said, { fix: 'name one of them, or a "*" that fits only one' });
  } catch (error) {
    return unreadable(error, join(folder, wanted));
  }
}

/** Paths inside the experiment's folder. */
function matches(root: string, folder: string, wanted: string): string[] {
  const steps = wanted.split('/');
  return steps.reduce<string[]>((paths, step) => paths.flatMap((path) => names(root, path, step)), [folder]);
}

function names(root: string, folder: string, step: string): string[] {
  const path = join(folder, step);
  if (!step.includes('*')) return fileFacts(join(root, path)) === undefined ? [] : [path];
  const isFolder = fileFacts(join(root, folder), { follow: true })?.kind === 'folder';
  if (!isFolder || realInside(root, folder) === undefined) return [];
  const fits = compileGlob(step.replace(/[[?]/g, '[$&]'));
  return listFolder(join(root, folder))
    .filter((name) => fits(name) && (step.startsWith('.') || !name.startsWith('.')))
    .map((name) => join(folder, name));
}

/** Where a path really leads; undefined when that is outside the experiment's folder. */
function realInside(root: string, path: string): string | undefined {
  const [inside, real] = [realPath(root), realPath(join(root, path))];
  return real === inside || real.startsWith(inside.endsWith(sep) ? inside : inside + sep) ? real : undefined;
}

function plainFile(root: string, shown: string, unfinished: boolean): FileInFolder {
  const facts = fileFacts(join(root, shown), { follow: true });
  if (facts === undefined) return missing('no_file', `${shown} is a link to nothing`);
  const path = realInside(root, shown);
  if (path === undefined) {
    return missing('unreadable', `${shown} leads out of the experiment's folder through a link, and is not read`, {
      fix: 'write the file into the folder, or copy it there',
    });
  }
  if (facts.kind !== 'file') return missing('unreadable', `${shown} is ${KINDS[facts.kind]}, no file that can be read`);
  return { file: { path, shown, size: facts.size, mtimeNs: facts.mtimeNs, unfinished } };
}

const KINDS: Readonly<Record<Exclude<FileFacts['kind'], 'file'>, string>> = {
  folder: 'a folder',
  link: 'a link',
  other: 'a pipe, a socket or a device',
};
