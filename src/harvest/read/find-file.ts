import { join, sep } from 'node:path';
import { compileStars } from '../../core/text/glob.ts';
import { getFileFacts, folderEntries, listFolder, realPath, type FileFacts } from '../../system/index.ts';
import type { Missing, WantedFiles } from '../base/source.ts';
import type { FoundFile } from '../base/found-file.ts';
import { makeUnreadable } from '../base/unreadable-file.ts';
import { formatNames, makeMissing } from '../base/words.ts';

type NoFile = Missing & { readonly isFolder?: true };

export type FilesInFolder =
  | { readonly files: readonly FoundFile[]; readonly missing?: never }
  | (Missing & { readonly files?: never });

/** Where to look. */
export interface SearchPlace {
  /** Absolute; a file that really lies outside it is reported, never read, unless the rule follows links. */
  readonly root: string;
  /** Inside the root; empty for the root itself. */
  readonly folder: string;
  /** Whether what writes there has not completed. */
  readonly unfinished: boolean;
  /** Folders at the top that `**` does not stand for. */
  readonly except?: readonly string[];
  /** Whether a rule may not read a file, given by its path inside the root. */
  readonly isForeign?: (path: string) => boolean;
}

/**
 * Looks for plain files in a folder of an experiment, by their paths or by paths with `*` in them.
 *
 * @returns undefined when nothing is there
 */
export function findFiles(place: SearchPlace, wanted: WantedFiles): FilesInFolder | undefined {
  try {
    const found = new Set(wanted.patterns.flatMap((pattern) => matches(place, pattern, wanted.links)));
    const paths = [...found].filter((path) => place.isForeign?.(path) !== true);
    const [first, ...others] = paths;
    if (first === undefined) return undefined;
    switch (wanted.take) {
      case 'one':
        return others.length === 0 ? onlyFile(place, first, wanted.links) : several(wanted, paths);
      case 'newest':
        return newest(place, paths, wanted.links);
      case 'all':
        return all(place, paths, wanted.links);
    }
  } catch (error) {
    return makeUnreadable(error, join(place.folder, wanted.patterns.join(' or ')));
  }
}

function onlyFile(place: SearchPlace, path: string, links: boolean): FilesInFolder {
  const found = plainFile(place, path, links);
  return isFile(found) ? { files: [found] } : found;
}

function several({ patterns }: WantedFiles, paths: readonly string[]): Missing {
  const said = `${patterns.join(' or ')} matches ${paths.length} files: ${formatNames(paths)}`;
  return makeMissing('several_files', said, {
    fix: 'name one of them, or a "*" that fits only one, or add "newest: true"',
  });
}

/** Of files of the same age the one with the highest name: `step_10` after `step_9`. */
function newest(place: SearchPlace, paths: readonly string[], links: boolean): FilesInFolder | undefined {
  const found = paths.map((path) => plainFile(place, path, links));
  const files = found.filter(isFile);
  const latest = files.toSorted((a, b) => Number(b.mtimeNs - a.mtimeNs) || naturally(b.shown, a.shown))[0];
  if (latest !== undefined) return { files: [latest] };
  return found.find(isGap);
}

/** What is no plain file is skipped: a tracker's own patterns find folders and links as well. */
function all(place: SearchPlace, paths: readonly string[], links: boolean): FilesInFolder | undefined {
  const found = paths.map((path) => plainFile(place, path, links));
  const files = found.filter(isFile).toSorted((a, b) => naturally(a.shown, b.shown));
  if (files.length > 0) return { files };
  return found.filter(isGap).find((each) => !each.isFolder);
}

function isFile(found: FoundFile | NoFile): found is FoundFile {
  return !isGap(found);
}

function isGap(found: FoundFile | NoFile): found is NoFile {
  return 'missing' in found;
}

/** Numbers in names by their value. */
function naturally(a: string, b: string): number {
  const [left, right] = [a, b].map((name) => name.split(/(\d+)/));
  for (let i = 0; i < Math.max(left?.length ?? 0, right?.length ?? 0); i += 1) {
    const [x = '', y = ''] = [left?.[i], right?.[i]];
    const order = i % 2 === 1 ? Number(x) - Number(y) : 0;
    if (order !== 0) return order;
    if (x !== y) return x < y ? -1 : 1;
  }
  return 0;
}

/** Paths inside the root. */
function matches({ root, folder, except = [] }: SearchPlace, pattern: string, links: boolean): string[] {
  const steps = pattern.split('/');
  return steps.reduce<string[]>(
    (paths, step, i) => {
      if (step !== '**') return paths.flatMap((path) => names(root, path, step, links));
      const isLast = i === steps.length - 1;
      return paths.flatMap((path) => [...below(root, path, { isLast, links, except: path === folder ? except : [] })]);
    },
    [folder],
  );
}

function names(root: string, folder: string, step: string, links: boolean): string[] {
  const path = join(folder, step);
  if (!step.includes('*')) return getFileFacts(join(root, path)) === undefined ? [] : [path];
  if (!isFolderInside(root, folder, links)) return [];
  const fits = compileStars(step);
  return listFolder(join(root, folder))
    .filter((name) => fits(name) && (step.startsWith('.') || !name.startsWith('.')))
    .map((name) => join(folder, name));
}

function isFolderInside(root: string, folder: string, links: boolean): boolean {
  const isFolder = getFileFacts(join(root, folder), { follow: true })?.kind === 'folder';
  return isFolder && (links || realInside(root, folder) !== undefined);
}

/** The folder and all folders below it, or all files below it; links to folders are no part of it. */
function* below(
  root: string,
  folder: string,
  { isLast, links, except }: { isLast: boolean; links: boolean; except: readonly string[] },
): Generator<string> {
  if (!isFolderInside(root, folder, links)) return;
  if (!isLast) yield folder;
  const entries = folderEntries(join(root, folder)).map(({ name, kind }) => ({ name: String(name), kind }));
  for (const { name, kind } of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    if (name.startsWith('.') || except.includes(name)) continue;
    if (kind === 'folder') yield* below(root, join(folder, name), { isLast, links, except: [] });
    else if (isLast && kind === 'file') yield join(folder, name);
  }
}

/** Where a path really leads; undefined when that is outside the experiment's folder. */
function realInside(root: string, path: string): string | undefined {
  const [inside, real] = [realPath(root), realPath(join(root, path))];
  return real === inside || real.startsWith(inside.endsWith(sep) ? inside : inside + sep) ? real : undefined;
}

function plainFile({ root, unfinished }: SearchPlace, shown: string, links: boolean): FoundFile | NoFile {
  const facts = getFileFacts(join(root, shown), { follow: true });
  if (facts === undefined) return makeMissing('no_file', `${shown} is a link to nothing`);
  const path = realInside(root, shown) ?? (links ? realPath(join(root, shown)) : undefined);
  if (path === undefined) {
    return makeMissing('unreadable', `${shown} leads out of the experiment's folder through a link, and is not read`, {
      fix: 'write the file into the folder, or copy it there, or add "links: true" to the rule',
    });
  }
  if (facts.kind !== 'file') {
    const said = makeMissing('unreadable', `${shown} is ${KINDS[facts.kind]}, no file that can be read`);
    return facts.kind === 'folder' ? { ...said, isFolder: true } : said;
  }
  return { path, shown, size: facts.size, mtimeNs: facts.mtimeNs, unfinished };
}

const KINDS: Readonly<Record<Exclude<FileFacts['kind'], 'file'>, string>> = {
  folder: 'a folder',
  link: 'a link',
  other: 'a pipe, a socket or a device',
};
