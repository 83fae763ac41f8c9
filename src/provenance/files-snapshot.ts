import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import type { ExcludedFile } from '../core/experiment/code.ts';
import { inputError, SheafError } from '../core/errors.ts';
import {
  copyFile,
  getFileFacts,
  folderEntries,
  isReadable,
  linkTarget,
  makeFolder,
  makeLink,
  makeSubfolder,
  writeAtomic,
} from '../system/index.ts';
import { getBaseName, joinBytePath, toBytePath, formatBytePath, type BytePath } from './byte-path.ts';
import type { Snapshot } from './git-snapshot.ts';
import { isReserved, explainSecretFile, explainSecretName } from './secret-files.ts';
import { getExcludedFields, warnOfExcluded, checkUntrackedSize, listNames, type SizedFile } from './excluded-files.ts';
import { hashFile } from './lfs.ts';
import { checkoutPath, manifestPath, publishReadOnly, removeTree, workingPath } from './store.ts';
import { findDamagedFiles, writeListing } from './checkout-integrity.ts';
import { keepLeading } from './write-files.ts';

export interface FilesSnapshotRequest {
  /** The project's folder. */
  readonly folder: string;
  readonly store: string;
  /** Folders that are no code, relative to the project. */
  readonly reserved: readonly BytePath[];
  /** Of all files together, bytes. */
  readonly limit: number;
}

interface Found {
  readonly files: readonly FoundFile[];
  readonly leftOut: readonly ExcludedFile[];
}

interface FoundFile extends SizedFile {
  readonly mode: '100644' | '100755' | '120000';
}

interface Hashed extends FoundFile {
  readonly sha256: string;
}

/**
 * Keeps a project that is in no repository: a copy of its files, named by the hash of their manifest, which lies
 * beside it. The copy is the checkout.
 *
 * @throws SheafError `code.untracked`, `code.unreadable`, `file.*`
 */
export async function takeFilesSnapshot(request: FilesSnapshotRequest): Promise<Snapshot> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await tryOnce(request);
    } catch (error) {
      // A file was removed between listing and reading.
      if (tries === MOST_TRIES || !(error instanceof SheafError && error.code === 'file.enoent')) throw error;
    }
  }
}

const MOST_TRIES = 3;

async function tryOnce({ folder, store, reserved, limit }: FilesSnapshotRequest): Promise<Snapshot> {
  const found = findFiles(folder, reserved);
  checkUntrackedSize(found.files, limit, false);
  refuseUnreadable(folder, found.files);
  const secrets = new Map(found.files.flatMap((file) => secretOf(folder, file)));
  const files = found.files.filter(({ path }) => !secrets.has(path));
  const known = treeOf(hashAll(folder, files));
  const isListed = getFileFacts(manifestPath(store, known)) !== undefined;
  const tree = isListed && findDamagedFiles(store, known)?.length === 0 ? known : await copyAll(folder, files, store);
  const leftOut = [...found.leftOut, ...[...secrets].map(([path, why]) => ({ path: formatBytePath(path), why }))];
  return {
    record: { mode: 'snapshot', kind: 'files', tree, prefix: '', ...getExcludedFields(leftOut) },
    warnings: warnOfExcluded(leftOut),
  };
}

/** The manifest of the project as it is now, line by line, in the order of paths; nothing is kept. */
export function computeCurrentManifest(folder: string, reserved: readonly BytePath[]): string {
  const files = findFiles(folder, reserved).files.filter((file) => secretOf(folder, file).length === 0);
  return formatManifest(hashAll(folder, files));
}

/** What holds no code of the user's, or can be made again from it. */
const SKIPPED = /^(\.git|__pycache__|\.venv|venv|node_modules)$/;
const CACHE = /^\..+_cache$/;
/** Lies in each virtual environment of Python, whatever that is called. */
const ENVIRONMENT_MARK = 'pyvenv.cfg';

function findFiles(folder: string, reserved: readonly BytePath[]): Found {
  const files: FoundFile[] = [];
  const leftOut: ExcludedFile[] = [];
  const visit = (inner: BytePath): void => {
    const inside = folderEntries(joinBytePath(folder, inner));
    if (inner !== '' && inside.some(({ name }) => name.toString('latin1') === ENVIRONMENT_MARK)) return;
    for (const { name, kind } of inside) {
      const path = inner === '' ? name.toString('latin1') : `${inner}/${name.toString('latin1')}`;
      if (isReserved(path, reserved) || SKIPPED.test(getBaseName(path))) continue;
      if (kind === 'folder' && CACHE.test(getBaseName(path))) continue;
      const why = kind === 'folder' ? undefined : kind === 'other' ? 'special_file' : explainSecretName(path);
      if (why !== undefined) leftOut.push({ path: formatBytePath(path), why });
      else if (kind === 'folder') visit(path);
      else files.push(...fileAt(folder, path));
    }
  };
  visit('');
  return { files: files.toSorted((a, b) => (a.path < b.path ? -1 : 1)), leftOut };
}

/** None when it is gone by now. */
function fileAt(folder: string, path: BytePath): FoundFile[] {
  const facts = getFileFacts(joinBytePath(folder, path));
  if (facts === undefined) return [];
  const mode = facts.kind === 'link' ? '120000' : (facts.mode & 0o100) === 0 ? '100644' : '100755';
  return [{ path, bytes: facts.size, mode }];
}

/** @throws SheafError `code.unreadable` */
function refuseUnreadable(folder: string, files: readonly FoundFile[]): void {
  const closed = files.filter(({ mode, path }) => mode !== '120000' && !isReadable(joinBytePath(folder, path)));
  if (closed.length === 0) return;
  const paths = listNames(closed.map(({ path }) => formatBytePath(path)));
  throw inputError('code.unreadable', `you may not read ${paths}, and the code snapshot would hold it`, {
    fix: 'make it readable (chmod u+r), or name it under code.link',
    now: 'nothing was kept',
  });
}

function secretOf(folder: string, { path }: FoundFile): [BytePath, ExcludedFile['why']][] {
  const why = explainSecretFile(folder, path);
  return why === undefined ? [] : [[path, why]];
}

function hashAll(folder: string, files: readonly FoundFile[]): Hashed[] {
  return files.map((file) => {
    const path = joinBytePath(folder, file.path);
    if (file.mode !== '120000') return { ...file, sha256: hashFile(path) };
    return { ...file, sha256: createHash('sha256').update(linkTarget(path)).digest('hex') };
  });
}

/** The hash of a manifest, as `sha256sum` would give it. */
function treeOf(files: readonly Hashed[]): string {
  return createHash('sha256').update(formatManifest(files)).digest('hex');
}

/** One line a file: mode, SHA-256 of its content or of where it leads, path. */
export function formatManifest(files: readonly Pick<Hashed, 'mode' | 'sha256' | 'path'>[]): string {
  return files.map(({ mode, sha256: hash, path }) => `${mode} ${hash} ${lineOf(path)}\n`).join('');
}

/** A path in one line of UTF-8. */
function lineOf(path: BytePath): string {
  const escaped = path.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  const text = formatBytePath(escaped);
  if (toBytePath(text) === escaped) return text;
  return escaped.replace(/[\x80-\xff]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16)}`);
}

/** Copies files and hashes the copies: a file that changes at the same time is kept as it was copied. @returns their tree */
async function copyAll(folder: string, files: readonly FoundFile[], store: string): Promise<string> {
  const copy = workingPath(store);
  try {
    makeFolder(copy);
    const made = new Set<string>(['.']);
    for (const { path, mode } of files) {
      makeParents(copy, dirname(path), made);
      if (mode !== '120000') copyFile(joinBytePath(folder, path), joinBytePath(copy, path));
      else makeLink(joinBytePath(copy, path), linkTarget(joinBytePath(folder, path)));
    }
    const hashed = hashAll(copy, files);
    for (const { path, mode } of files) if (mode === '120000') keepLeading(folder, copy, path);
    const tree = treeOf(hashed);
    // First: a folder without a manifest could be made again from git, and would be removed.
    writeAtomic(manifestPath(store, tree), formatManifest(hashed), { durable: true });
    writeListing(store, tree, copy);
    await publishReadOnly(store, copy, checkoutPath(store, tree), () => findDamagedFiles(store, tree)?.length === 0);
    return tree;
  } finally {
    await removeTree(copy);
  }
}

function makeParents(copy: string, folder: BytePath, made: Set<string>): void {
  if (made.has(folder)) return;
  makeParents(copy, dirname(folder), made);
  makeSubfolder(joinBytePath(copy, folder));
  made.add(folder);
}
