import type { SnapshotRecord } from '../core/experiment/code.ts';
import { readTextIfThere, realPath } from '../system/index.ts';
import { formatBytePath } from './byte-path.ts';
import { GITLINK } from './entries.ts';
import { computeCurrentManifest } from './files-snapshot.ts';
import { runGit } from './git.ts';
import { scanRepository, withNested } from './scan-repository.ts';
import { withPrivateIndexes } from './private-index.ts';
import { getSnapshotPath, stageFiles } from './snapshot-tree.ts';
import { openRepository, type Repository } from './repository.ts';
import { manifestPath, openStore } from './store.ts';
import { listReservedPaths, type SnapshotRequest } from './take-snapshot.ts';

/** Path → what is there: mode and hash of the content. */
type Files = ReadonlyMap<string, string>;

/**
 * Files that are not as they were in a snapshot, sorted, by their paths from the project's folder; new and removed ones
 * too. Nothing is written but an index of ours. Undefined when the snapshot is gone.
 *
 * @throws SheafError `code.git`, `file.*`
 */
export async function findChangedFiles(
  request: SnapshotRequest & { readonly record: SnapshotRecord },
): Promise<readonly string[] | undefined> {
  const { record, folder } = request;
  const repository = await openRepository(folder);
  const before = record.kind === 'git' ? await treeFiles(repository, record) : manifestFiles(request);
  if (before === undefined) return undefined;
  const now =
    repository === undefined || record.kind === 'files'
      ? filesOf(computeCurrentManifest(folder, listReservedPaths(realPath(folder), request)))
      : await workTreeFiles(repository, request);
  const out = new Set(record.leftOut?.map(({ path }) => path));
  return [...new Set([...before.keys(), ...now.keys()])]
    .filter((path) => before.get(path) !== now.get(path) && !out.has(formatBytePath(path)))
    .map((path) => fromProject(formatBytePath(path), record.prefix))
    .toSorted();
}

async function treeFiles(repository: Repository | undefined, { tree }: SnapshotRecord): Promise<Files | undefined> {
  if (repository === undefined) return undefined;
  const { exitCode, stdout } = await runGit(repository.top, ['ls-tree', '-r', '-z', '--full-tree', tree]);
  if (exitCode !== 0) return undefined;
  return new Map(
    stdout.split('\0').flatMap((line) => {
      const [about = '', path] = line.split('\t', 2);
      const [mode = '', , oid = ''] = about.split(' ');
      return path === undefined || mode === GITLINK ? [] : [[line.slice(about.length + 1), `${mode} ${oid}`]];
    }),
  );
}

function workTreeFiles(repository: Repository, request: SnapshotRequest): Promise<Files> {
  const { store } = request;
  openStore(store);
  return withPrivateIndexes(store, async (newIndex) => {
    const main = await scanRepository(repository, '', {
      reserved: listReservedPaths(repository.top, request),
      newIndex,
    });
    const files = new Map<string, string>();
    for (const part of withNested(main)) {
      for (const { mode, oid, path } of (await stageFiles(part, 'hashed')).kept) {
        if (mode !== GITLINK) files.set(getSnapshotPath(part, path), `${mode} ${oid}`);
      }
    }
    return files;
  });
}

function manifestFiles({
  store,
  record,
}: {
  readonly store: string;
  readonly record: SnapshotRecord;
}): Files | undefined {
  const text = readTextIfThere(manifestPath(store, record.tree));
  return text === undefined ? undefined : filesOf(text);
}

/** Of a manifest: mode, hash and path on each line. */
function filesOf(manifest: string): Files {
  return new Map(
    manifest.split('\n').flatMap((line) => {
      const [, about, path] = /^(\d+ [0-9a-f]+) (.*)$/s.exec(line) ?? [];
      return about === undefined || path === undefined ? [] : [[path, about]];
    }),
  );
}

function fromProject(path: string, prefix: string): string {
  if (prefix === '') return path;
  return path.startsWith(`${prefix}/`)
    ? path.slice(prefix.length + 1)
    : `${'../'.repeat(prefix.split('/').length)}${path}`;
}
