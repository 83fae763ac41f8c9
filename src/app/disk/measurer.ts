import { nowMs } from '../../system/index.ts';
import type { DiskCache, Remembered } from './disk-cache.ts';
import { DISK_KINDS, type DiskKind, type DiskUse } from './disk-use.ts';
import { measureFolder, type Pace } from './measure-folder.ts';

/** A folder to be measured. */
export interface Measured {
  readonly folder: string;
  /** In the cache; absent: what is in it may change without a trace in its folder. */
  readonly cached?: { readonly name: string; readonly stamp: number };
  /** What a file in it is. Made only if it is measured. */
  readonly kindOf?: () => (path: string) => DiskKind;
}

/** Measures one folder after the other, so that a file with names in several of them counts once. */
export interface Measurer {
  /** By kind, in the order of {@link DISK_KINDS}. @throws if the signal is aborted */
  measure(what: Measured): Promise<readonly DiskUse[]>;
  /** What could not be read. */
  readonly skipped: readonly string[];
  /** When the oldest figure was measured, milliseconds since 1970. */
  readonly measuredMs: number;
}

/** @param fresh whether everything is measured again */
export function openMeasurer(cache: DiskCache, fresh: boolean, pace: Pace): Measurer {
  const seen = new Set<string>();
  const skipped: string[] = [];
  const openedMs = nowMs();
  let oldestMs = Infinity;

  const measureNow = async ({ folder, cached, kindOf }: Measured): Promise<Pick<Remembered, 'uses' | 'shared'>> => {
    const startedMs = nowMs();
    oldestMs = Math.min(oldestMs, startedMs);
    const use = await measureFolder(folder, kindOf?.() ?? isOther, pace);
    if (use === undefined) return { uses: [], shared: [] };
    if (cached !== undefined) cache.keep(cached.name, folder, cached.stamp, use, startedMs);
    skipped.push(...use.skipped);
    return use;
  };

  return {
    measure: async (what) => {
      const { folder, cached } = what;
      const known = cached === undefined || fresh ? undefined : cache.find(cached.name, folder, cached.stamp);
      if (known !== undefined) oldestMs = Math.min(oldestMs, known.measuredMs);
      const { uses, shared } = known ?? (await measureNow(what));
      const isNew = shared.filter(({ inode }) => !seen.has(inode));
      if (isNew.length === 0) return uses;
      for (const { inode } of isNew) seen.add(inode);
      return uses.map((use, i) =>
        addFiles(
          use,
          isNew.filter(({ kind }) => kind === DISK_KINDS[i]),
        ),
      );
    },
    get skipped() {
      return skipped;
    },
    get measuredMs() {
      return oldestMs === Infinity ? openedMs : oldestMs;
    },
  };
}

function isOther(): DiskKind {
  return 'other';
}

function addFiles({ bytes, inodes }: DiskUse, files: readonly { readonly bytes: number }[]): DiskUse {
  return { bytes: files.reduce((sum, file) => sum + file.bytes, bytes), inodes: inodes + files.length };
}
