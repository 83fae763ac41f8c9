import { isAbsolute, relative, resolve } from 'node:path';
import type { CodeSettings } from '../core/settings/run-settings.ts';
import { realPath } from '../system/index.ts';
import { toBytePath, type BytePath } from './byte-path.ts';
import { takeFilesSnapshot } from './files-snapshot.ts';
import { takeGitSnapshot, type Snapshot } from './git-snapshot.ts';
import { openRepository } from './repository.ts';
import { openStore } from './store.ts';

export interface SnapshotRequest {
  /** The project's folder, absolute. */
  readonly folder: string;
  /** The folder of its experiments, absolute or relative to the project. */
  readonly experiments: string;
  readonly settings: CodeSettings;
  /** Folder of the checkouts, absolute: `.sheaf/code`. */
  readonly store: string;
}

/**
 * Keeps the code as it is now: the whole repository that the project is in, uncommitted changes and untracked, not
 * ignored files included; without git, a copy of the project.
 *
 * Nothing of the user's is changed, and no hook runs. Secrets, sheaf's own files, the experiments and what
 * `code.link` names are left out.
 *
 * @throws SheafError `code.untracked`, `code.unreadable`, `code.git`, `code.store`, `file.*`
 */
export async function takeSnapshot({ folder, experiments, settings, store }: SnapshotRequest): Promise<Snapshot> {
  openStore(store);
  const repository = await openRepository(folder);
  const top = repository?.top ?? realPath(folder);
  const reserved = listReservedPaths(top, { folder, experiments, settings });
  const experimentsFolder = pathWithin(top, folder, experiments);
  const { untrackedLimit } = settings;
  return repository === undefined
    ? takeFilesSnapshot({ folder, store, reserved, limit: untrackedLimit })
    : await takeGitSnapshot({ repository, store, reserved, experiments: experimentsFolder, untrackedLimit });
}

/** Folders that are no code, relative to `top`: that of the experiments, and what `code.link` names. */
export function listReservedPaths(
  top: string,
  { folder, experiments, settings }: Omit<SnapshotRequest, 'store'>,
): BytePath[] {
  const paths = [experiments, ...settings.link].map((path) => pathWithin(top, folder, path));
  return paths.filter((path) => path !== undefined);
}

/** Where a path that is relative to the project, or absolute, is below `top`; undefined when it is not below it. */
function pathWithin(top: string, folder: string, path: string): BytePath | undefined {
  const way = relative(folder, resolve(folder, path));
  // The project may be reached through a link; what it is called in `top` counts.
  const place = isAbsolute(path) && isOutside(way) ? path : resolve(realPath(folder), way);
  const inTop = relative(top, place);
  return inTop === '' || isOutside(inTop) ? undefined : toBytePath(inTop);
}

function isOutside(way: string): boolean {
  return way === '..' || way.startsWith('../');
}
