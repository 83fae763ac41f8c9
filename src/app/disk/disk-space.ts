import { dirname } from 'node:path';
import { findMount, type Mount } from '../../core/disk/mounts.ts';
import type { Quota } from '../../core/disk/quota.ts';
import { getFileFacts, getFreeSpace, nowMs, readOr, realPath, userId, type FreeSpace } from '../../system/index.ts';
import { openHostCache } from '../project/host-cache.ts';
import type { Project } from '../project/project.ts';
import { askQuotas } from './ask-quotas.ts';
import { addUses, type DiskUse } from './disk-use.ts';

/** A file system that a project writes to. */
export interface DiskSpace {
  /** Where it is mounted. */
  readonly folder: string;
  readonly type: string;
  /** What the files of the project take there. */
  readonly use: DiskUse;
  readonly free: FreeSpace;
  /** Undefined: no program says whether there are any. */
  readonly quotas?: readonly Quota[];
}

/** The file systems of these paths, each once. @param fresh whether quotas are asked for again */
export async function listDisks(
  project: Project,
  places: readonly { readonly path: string; readonly use: DiskUse }[],
  fresh: boolean,
): Promise<DiskSpace[]> {
  const disks = new Map<string, DiskSpace>();
  for (const { path, use } of places) {
    const located = locate(path);
    const { mount } = located;
    const known = disks.get(mount.folder);
    disks.set(
      mount.folder,
      known === undefined
        ? { type: mount.type, use, ...(await findSpaceAt(project, located, fresh)) }
        : { ...known, use: addUses([known.use, use]) },
    );
  }
  return [...disks.values()];
}

/** What may still be written at a path. The quotas may have been asked for some minutes ago. */
export function findSpace(project: Project, path: string): Promise<Space> {
  return findSpaceAt(project, locate(path), false);
}

type Space = Pick<DiskSpace, 'folder' | 'free' | 'quotas'>;

async function findSpaceAt(project: Project, { mount, existing }: Located, fresh: boolean): Promise<Space> {
  const quotas = await recallQuotas(project, mount, existing, fresh);
  return { folder: mount.folder, free: getFreeSpace(existing), ...(quotas !== undefined && { quotas }) };
}

interface Located {
  readonly mount: Mount;
  /** The path, or the nearest folder above it that exists; without links. */
  readonly existing: string;
}

function locate(path: string): Located {
  let existing = path;
  while (getFileFacts(existing, { follow: true }) === undefined && existing !== dirname(existing))
    existing = dirname(existing);
  const real = realPath(existing);
  const mount = findMount(readOr('/proc/self/mountinfo', ''), real) ?? { folder: '/', type: 'unknown', source: '' };
  return { mount, existing: real };
}

/** How long quotas are remembered: their programs ask servers. */
const FRESH_MS = 10 * 60_000;

interface Asked {
  readonly atMs: number;
  readonly quotas: readonly Quota[] | undefined;
}

async function recallQuotas(
  project: Project,
  mount: Mount,
  path: string,
  fresh: boolean,
): Promise<readonly Quota[] | undefined> {
  const cache = openHostCache<Asked>(project, 'quotas-1');
  const stamp = `${mount.type} ${mount.source} ${userId()}`;
  const known = cache.recall(path, stamp);
  const ageMs = nowMs() - (known?.atMs ?? 0);
  if (!fresh && known !== undefined && ageMs >= 0 && ageMs < FRESH_MS) return known.quotas;
  const quotas = await askQuotas(mount, path, project.env);
  try {
    cache.keep(path, stamp, { atMs: nowMs(), quotas });
    cache.close();
  } catch {
    // A full disk, say: they are asked for again then.
  }
  return quotas;
}
