import { join } from 'node:path';
import type { ExcludedFile } from '../core/experiment/code.ts';
import { formatBytePath, type BytePath } from './byte-path.ts';
import {
  GITLINK,
  SYMLINK,
  listEntries,
  findMissingObjects,
  putEntries,
  readBlobs,
  updateIndex,
  type IndexEntry,
} from './entries.ts';
import { runGitOrThrow, makeGitError, runGit } from './git.ts';
import { explainSecretContent, explainSecretFile, SUSPECT_TEXTS } from './secret-files.ts';
import { withNested, type RepositoryScan } from './scan-repository.ts';

/** The tree of a snapshot, kept in the repository as objects that nothing names yet. */
export interface SnapshotTree {
  readonly tree: string;
  readonly entries: readonly IndexEntry[];
  /** For what was in them. */
  readonly leftOut: readonly ExcludedFile[];
}

/**
 * Writes what the scan found into the repository: the files of all parts in one tree.
 *
 * @param scanned a tree that was written before: files that it has too are not searched for keys again
 * @throws SheafError `code.git`
 */
export async function writeTree(main: RepositoryScan, scanned: string | undefined): Promise<SnapshotTree> {
  const { index } = main;
  const { top } = main.repository;
  const own = await stageFiles(main);
  const inside: IndexEntry[] = [];
  const leftOut = [...own.leftOut];
  for (const part of withNested(main).slice(1)) {
    const taken = await takeIn(part, main);
    inside.push(...taken.entries);
    leftOut.push(...taken.leftOut);
  }
  await updateIndex(top, index, ['--force-remove'], own.removed);
  await putEntries(top, index, inside);

  const tree = await treeOf(top, index);
  const entries = [...own.kept, ...inside];
  if (tree === scanned) return { tree, entries, leftOut };
  const secrets = await findSecrets(top, entries, await knownBlobs(top, scanned));
  if (secrets.size === 0) return { tree, entries, leftOut };
  await updateIndex(top, index, ['--force-remove'], [...secrets.keys()]);
  return {
    tree: await treeOf(top, index),
    entries: entries.filter(({ path }) => !secrets.has(path)),
    leftOut: [...leftOut, ...[...secrets].map(([path, why]) => ({ path: formatBytePath(path), why }))],
  };
}

/** What of a part goes into the snapshot. */
export interface StagedFiles {
  readonly kept: readonly IndexEntry[];
  readonly removed: readonly BytePath[];
  readonly leftOut: readonly ExcludedFile[];
}

/**
 * Takes changed and untracked files into our index of a part. They are searched for keys first: what git has taken
 * in stays in its objects.
 *
 * @param how `hashed`: the index names their objects, and none is written
 */
export async function stageFiles(part: RepositoryScan, how: 'written' | 'hashed' = 'written'): Promise<StagedFiles> {
  const { index, takes, changed, untracked } = part;
  const { top } = part.repository;
  const unstaged = changed.filter((change) => change.unstaged && !change.isSubmodule);
  const gone = unstaged.flatMap((change) => (change.gone ? [change.path] : []));
  const present = [...unstaged.flatMap((change) => (change.gone ? [] : [change.path])), ...untracked];
  const leftOut: ExcludedFile[] = [];
  const [harmless, secret]: [BytePath[], BytePath[]] = [[], []];
  for (const path of present) {
    const why = explainSecretFile(top, path);
    if (why !== undefined) leftOut.push({ path: formatBytePath(getSnapshotPath(part, path)), why });
    (why === undefined ? harmless : secret).push(path);
  }
  let { entries } = part;
  if (gone.length + present.length > 0) {
    await updateIndex(top, index, ['--force-remove'], [...gone, ...secret]);
    const flags = ['--add', '--remove', '--replace', ...(how === 'hashed' ? ['--info-only'] : [])];
    await updateIndex(top, index, flags, harmless);
    entries = await listEntries(top, { index });
  }
  const nested = new Set(part.nested.map(({ base }) => base));
  const isOurs = ({ path, mode }: IndexEntry): boolean =>
    takes(path) && !(mode === GITLINK && nested.has(getSnapshotPath(part, path)));
  return {
    kept: entries.filter(isOurs),
    removed: entries.filter((entry) => !isOurs(entry)).map(({ path }) => path),
    leftOut,
  };
}

/** Where a path of a part lies in the snapshot. */
export function getSnapshotPath({ base }: RepositoryScan, path: string): string {
  return base === '' ? path : `${base}/${path}`;
}

/** The files of a nested repository, by their paths in the snapshot; their content is copied into the main one. */
async function takeIn(
  part: RepositoryScan,
  main: RepositoryScan,
): Promise<{ entries: IndexEntry[]; leftOut: readonly ExcludedFile[] }> {
  const { kept, leftOut } = await stageFiles(part);
  const blobs = [...new Set(kept.filter(({ mode }) => mode !== GITLINK).map(({ oid }) => oid))];
  const missing = await findMissingObjects(main.repository.top, blobs);
  if (missing.length > 0) {
    const pack = join(main.repository.gitDir, 'objects/pack/pack');
    const input = missing.map((oid) => `${oid}\n`).join('');
    await runGitOrThrow('copy the files of a submodule', part.repository.top, ['pack-objects', '-q', pack], { input });
  }
  return { entries: kept.map((entry) => ({ ...entry, path: getSnapshotPath(part, entry.path) })), leftOut };
}

async function treeOf(top: string, index: string): Promise<string> {
  return (await runGitOrThrow('write the snapshot', top, ['write-tree'], { index })).trim();
}

/** `mode blob path` of all files in a tree that was searched before; none when it is gone. */
async function knownBlobs(top: string, tree: string | undefined): Promise<ReadonlySet<string>> {
  if (tree === undefined) return new Set();
  const { exitCode, stdout } = await runGit(top, ['ls-tree', '-r', '-z', '--full-tree', tree]);
  if (exitCode !== 0) return new Set();
  return new Set(stdout.split('\0').map((line) => line.replace(/^\d+ \w+ /, '')));
}

/** Files that are secret for what they hold. */
async function findSecrets(
  top: string,
  entries: readonly IndexEntry[],
  known: ReadonlySet<string>,
): Promise<ReadonlyMap<string, ExcludedFile['why']>> {
  const fresh = entries.filter(
    ({ mode, oid, path }) => mode !== GITLINK && mode !== SYMLINK && !known.has(`${oid}\t${path}`),
  );
  const suspects = await suspectBlobs(top, [...new Set(fresh.map(({ oid }) => oid))]);
  const texts = await readBlobs(top, [...suspects]);
  return new Map(
    fresh.flatMap(({ oid, path }) => {
      const text = texts.get(oid);
      const why = text === undefined ? undefined : explainSecretContent(path, text);
      return why === undefined ? [] : [[path, why] as const];
    }),
  );
}

/** Blobs that hold one of the texts: found by git's own search, which is quick, in a flat tree of just these. */
async function suspectBlobs(top: string, oids: readonly string[]): Promise<ReadonlySet<string>> {
  if (oids.length === 0) return new Set();
  const input = oids.map((oid, at) => `100644 blob ${oid}\t${at}\0`).join('');
  const flat = (await runGitOrThrow('list new files', top, ['mktree', '-z'], { input })).trim();
  const texts = SUSPECT_TEXTS.flatMap((text) => ['-e', text]);
  const args = ['grep', '-l', '-z', '-a', '-F', '--no-recurse-submodules', '--full-name', ...texts, flat];
  const result = await runGit(top, args);
  if (result.exitCode === 1) return new Set();
  if (result.exitCode !== 0) throw makeGitError('search the files for private keys', top, args, result);
  const found = result.stdout.split('\0').map((name) => oids[Number(name.slice(flat.length + 1))] ?? '');
  return new Set(found.filter((oid) => oid !== ''));
}
