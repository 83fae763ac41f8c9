import { walkTree, yieldToEventLoop } from '../../system/index.ts';
import { DISK_KINDS, type DiskKind, type DiskUse } from './disk-use.ts';

/** A file with several names, which counts once however many of them there are. */
export interface SharedFile {
  readonly inode: string;
  readonly bytes: number;
  readonly kind: DiskKind;
}

/** What is in a folder, itself included. */
export interface FolderUse {
  /** By kind, in the order of {@link DISK_KINDS}; without `shared`. */
  readonly uses: readonly DiskUse[];
  /** Files that may have names outside this folder, too. */
  readonly shared: readonly SharedFile[];
  /** Folders `attempts` and `attempts/NAME` in it. */
  readonly attempts: readonly string[];
  /** What could not be read, by its whole path. */
  readonly skipped: readonly string[];
}

/** What a measurement does between two steps. */
export interface Pace {
  /** The clock of {@link performance}: stop then. */
  readonly untilMs?: number;
  readonly signal?: AbortSignal | undefined;
  readonly report?: () => void;
}

/** How long the event loop may wait, in milliseconds. */
const HOLD_MS = 50;

let restedMs = 0;

/** Lets the event loop run now and then. @throws if the signal is aborted */
export async function giveWay({ signal, report }: Pace): Promise<void> {
  if (performance.now() - restedMs < HOLD_MS) return;
  await yieldToEventLoop();
  restedMs = performance.now();
  signal?.throwIfAborted();
  report?.();
}

/**
 * Measures a folder with all that is in it. Links are not followed, and what vanishes is left out.
 *
 * @returns undefined if the time was up before the end
 */
export async function measureFolder(
  folder: string,
  kindOf: (path: string) => DiskKind,
  pace: Pace = {},
): Promise<FolderUse | undefined> {
  const uses = DISK_KINDS.map(() => ({ bytes: 0, inodes: 0 }));
  const shared = new Map<string, SharedFile>();
  const attempts: string[] = [];
  const skipped: string[] = [];
  const walk = walkTree(folder, {
    visit: ({ path, kind: type, bytes, inode }) => {
      const kind = type === 'folder' && path === '' ? 'other' : kindOf(path);
      if (type === 'folder' && ATTEMPTS.test(path)) attempts.push(path);
      if (inode !== undefined) shared.set(inode, { inode, bytes, kind });
      else {
        const use = uses[DISK_KINDS.indexOf(kind)];
        if (use !== undefined) {
          use.bytes += bytes;
          use.inodes += 1;
        }
      }
    },
    skip: (path) => skipped.push(path === '' ? folder : `${folder}/${path}`),
  });
  for (let step = walk.next(); step.done !== true; step = walk.next()) {
    if (pace.untilMs !== undefined && performance.now() > pace.untilMs) return undefined;
    await giveWay(pace);
  }
  return { uses, shared: [...shared.values()], attempts, skipped };
}

const ATTEMPTS = /^attempts(?:\/[^/]+)?$/;
