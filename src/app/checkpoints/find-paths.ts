import { dirname, join } from 'node:path';
import type { GlobName, PathGlob } from '../../core/text/bash-glob.ts';
import { getBriefFacts, listFolder, textEntries, type BriefFacts } from '../../system/index.ts';

/** What may be in the way of a walk. */
export interface WalkReport {
  /** Called with each folder that cannot be read. */
  readonly onUnreadable: (folder: string) => void;
}

/** Something that fits a pattern. */
export interface FoundPath {
  /** Absolute. */
  readonly path: string;
  /** What the pattern stands for: below the folder that was searched, or absolute. */
  readonly matched: string;
}

/**
 * What fits a pattern in a folder, as bash finds it with `globstar`: hidden names only if the pattern has the dot, and `**`
 * without folders that links lead to, nor the folder itself. What vanishes during the search is left out. A name that is not
 * UTF-8 is among them, but names nothing.
 *
 * @param root absolute; an absolute pattern does not need it
 */
export function findPaths(root: string, glob: PathGlob, report: WalkReport): FoundPath[] {
  const start = glob.isAbsolute ? '/' : root;
  const inside = glob.names.reduce<string[]>(
    (paths, name, i) => paths.flatMap((path) => step(start, path, name, i === glob.names.length - 1, report)),
    [''],
  );
  const isListed = glob.names.at(-1)?.kind !== 'plain';
  const prefix = start === '/' ? start : `${start}/`;
  return [...new Set(inside)].flatMap((matched) => {
    const path = matched.startsWith('..') ? join(start, matched) : prefix + matched;
    if (matched === '' || (glob.wantsFolder && !isFolder(path, report))) return [];
    return isListed || lookAt(path, report) !== undefined ? [{ path, matched }] : [];
  });
}

/** @param folder below `start` */
function step(start: string, folder: string, name: GlobName, isLast: boolean, report: WalkReport): string[] {
  if (name.kind === 'plain') return [join(folder, name.name)];
  if (name.kind === 'tree') return below(start, folder, isLast, report);
  const within = folder === '' ? '' : `${folder}/`;
  return readFolder(join(start, folder), report, listFolder).flatMap((each) => (name.fits(each) ? within + each : []));
}

/** The folder with all folders below it; at the end of a pattern, all that is below it. */
function below(start: string, folder: string, isLast: boolean, report: WalkReport): string[] {
  const found = isLast ? [] : [folder];
  for (const { name, kind } of entriesOf(join(start, folder), report)) {
    if (name.startsWith('.')) continue;
    const inner = join(folder, name);
    if (isLast) found.push(inner);
    if (kind === 'folder') found.push(...below(start, inner, isLast, report));
  }
  return found;
}

type Entry = ReturnType<typeof textEntries>[number];

/** What is in a folder; nothing if it is gone or cannot be read. */
export function entriesOf(folder: string, report: WalkReport): Entry[] {
  return readFolder(folder, report, textEntries);
}

function readFolder<T>(folder: string, report: WalkReport, read: (folder: string) => T[]): T[] {
  if (!isFolder(folder, report)) return [];
  try {
    return read(folder);
  } catch {
    if (isFolder(folder, report)) report.onUnreadable(folder);
    return [];
  }
}

function isFolder(path: string, report: WalkReport): boolean {
  return lookAt(path, report, { follow: true })?.kind === 'folder';
}

/** Undefined when nothing is there, or its folder cannot be read. */
export function lookAt(path: string, report: WalkReport, options: { follow?: boolean } = {}): BriefFacts | undefined {
  try {
    return getBriefFacts(path, options);
  } catch {
    report.onUnreadable(dirname(path));
    return undefined;
  }
}
