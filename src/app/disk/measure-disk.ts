import { isActive } from '../../core/experiment/status.ts';
import { allocatedBytes, getFileFacts, listFolder, realPath } from '../../system/index.ts';
import type { DiskOutline } from '../../store/index.ts';
import type { Project } from '../project/project.ts';
import type { RunOptions } from '../project/types.ts';
import { openKinds } from './checkpoint-kind.ts';
import { openDiskCache } from './disk-cache.ts';
import { openGroups, type DiskGroup, type DiskGrouping, type DiskGroups } from './disk-groups.ts';
import { listDisks, type DiskSpace } from './disk-space.ts';
import { addUses, DISK_KINDS, NOTHING, type DiskKind, type DiskUse } from './disk-use.ts';
import { giveWay, type Pace } from './measure-folder.ts';
import { openMeasurer, type Measurer } from './measurer.ts';

export interface DiskRequest {
  readonly by?: DiskGrouping | undefined;
  /** Measure everything again, even what has not changed since it was measured. */
  readonly fresh?: boolean | undefined;
}

export interface DiskReport {
  /** All of the project that sheaf writes. */
  readonly total: DiskUse;
  /** All that is in the folder of experiments. */
  readonly experiments: DiskUse & { readonly count: number };
  readonly kinds: { readonly [kind in DiskKind]: DiskUse };
  /** Checkouts of code. */
  readonly code: DiskUse;
  /** The rest of `.sheaf`: journal, claims, submissions. */
  readonly record: DiskUse;
  /** The local folder of this host, with the view and caches. */
  readonly local: DiskUse;
  /** The largest first. */
  readonly groups?: { readonly by: DiskGrouping; readonly rows: readonly DiskGroup[] };
  /** When the oldest of these figures was measured, milliseconds since 1970. */
  readonly measuredMs: number;
  /** Folders and files that could not be read: what is in them is missing above. */
  readonly skipped: readonly string[];
  /** The file systems of experiments and record. */
  readonly disks: readonly DiskSpace[];
}

/**
 * Measures what the files of a project take, by the blocks that they have on the disk. A file with several names counts
 * once, and links are not followed. What has not changed since it was measured is taken from a cache of this host.
 *
 * @throws if the signal is aborted
 */
export async function measureDisk(
  project: Project,
  { by, fresh = false }: DiskRequest = {},
  { signal, progress }: RunOptions = {},
): Promise<DiskReport> {
  signal?.throwIfAborted();
  const { paths, localFolder } = project.store;
  const cache = openDiskCache(project);
  const place = { done: 0, of: 0 };
  const report = (): void => progress?.(place.done, place.of, 'folders of experiments measured');
  const pace: Pace = { signal, report };
  const measurer = openMeasurer(cache, fresh, pace);
  const groups = openGroups(by);
  const outlines = new Map<string, DiskOutline>();
  for (const outline of project.store.outlines()) outlines.set(outline.expId, outline);
  const keys = new Set([...outlines.values()].map(({ key }): string => key));
  const isSeparate = localFolder !== undefined && !localFolder.startsWith(`${paths.sheaf}/`);
  const measureParts = async (): Promise<
    Pick<DiskReport, 'code' | 'record' | 'local'> & { experiments: Experiments }
  > => ({
    experiments: await measureExperiments(project, { outlines, measurer, pace, place, groups }),
    code: await measureEach(paths.code, measurer),
    record: await measureRecord(project, measurer),
    local: isSeparate ? await measureAll(localFolder, measurer) : NOTHING,
  });
  // What was measured until an interruption is remembered, too.
  const { experiments, code, record, local } = await measureParts().finally(() =>
    cache.close((name) => name.startsWith('/') || keys.has(name)),
  );
  const { kinds, count } = experiments;
  const all = addUses(kinds);
  const disks = await listDisks(
    project,
    [
      { path: paths.experiments, use: all },
      { path: paths.sheaf, use: addUses([code, record]) },
    ],
    fresh,
  );
  return {
    total: addUses([all, code, record, local]),
    experiments: { ...all, count },
    kinds: Object.fromEntries(DISK_KINDS.map((kind, i) => [kind, kinds[i] ?? NOTHING])) as DiskReport['kinds'],
    code,
    record,
    local,
    ...(by !== undefined && { groups: { by, rows: groups.rows(kinds, count) } }),
    measuredMs: measurer.measuredMs,
    skipped: measurer.skipped,
    disks,
  };
}

interface Experiments {
  /** In the order of {@link DISK_KINDS}. */
  readonly kinds: readonly DiskUse[];
  /** How many have a folder. */
  readonly count: number;
}

interface Walk {
  readonly outlines: ReadonlyMap<string, DiskOutline>;
  readonly measurer: Measurer;
  readonly pace: Pace;
  readonly place: { done: number; of: number };
  readonly groups: DiskGroups;
}

async function measureExperiments(
  project: Project,
  { outlines, measurer, pace, place, groups }: Walk,
): Promise<Experiments> {
  const root = folderAt(project.store.paths.experiments);
  if (root === undefined) return { kinds: DISK_KINDS.map(() => NOTHING), count: 0 };
  const names = listFolder(root);
  const kindOf = await openKinds(project, names);
  place.of = names.length;
  const kinds = DISK_KINDS.map((kind) => ({ ...(kind === 'other' ? ownUse(root) : NOTHING) }));
  let count = 0;
  for (const name of names) {
    const outline = outlines.get(name);
    const uses = await measurer.measure({
      folder: `${root}/${name}`,
      ...(outline !== undefined && {
        kindOf: () => kindOf(outline, place.done),
        ...(!isActive(outline.status) && { cached: { name: outline.key, stamp: outline.version } }),
      }),
    });
    // In place: 100,000 times, new sums would take longer than a look at the folders.
    for (const [i, sum] of kinds.entries()) {
      sum.bytes += uses[i]?.bytes ?? 0;
      sum.inodes += uses[i]?.inodes ?? 0;
    }
    groups.add(outline, uses);
    if (outline !== undefined) count += 1;
    place.done += 1;
    await giveWay(pace);
  }
  return { kinds, count };
}

/** Journal, claims and submissions. Claims are many and only ever added: their folders show when. */
async function measureRecord({ store: { paths } }: Project, measurer: Measurer): Promise<DiskUse> {
  const root = folderAt(paths.sheaf);
  if (root === undefined) return NOTHING;
  const others = listFolder(root)
    .map((name) => `${root}/${name}`)
    .filter((path) => ![`${root}/code`, `${root}/claims`].includes(path));
  const uses = [ownUse(root), await measureEach(paths.claims, measurer)];
  for (const path of others) uses.push(await measureAll(path, measurer));
  return addUses(uses);
}

/** Measures each folder in a folder by itself: none of them changes without a trace. */
async function measureEach(folder: string, measurer: Measurer): Promise<DiskUse> {
  const root = folderAt(folder);
  if (root === undefined) return NOTHING;
  const uses = [ownUse(root)];
  for (const name of listFolder(root)) {
    const inner = `${root}/${name}`;
    uses.push(addUses(await measurer.measure({ folder: inner, cached: { name: inner, stamp: 0 } })));
  }
  return addUses(uses);
}

async function measureAll(folder: string, measurer: Measurer): Promise<DiskUse> {
  return addUses(await measurer.measure({ folder }));
}

/** The folder itself, also if the path is a link to it; undefined if it is missing. */
function folderAt(path: string): string | undefined {
  return getFileFacts(path, { follow: true })?.kind === 'folder' ? realPath(path) : undefined;
}

function ownUse(folder: string): DiskUse {
  return { bytes: allocatedBytes(folder), inodes: 1 };
}
