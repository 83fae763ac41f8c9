/** What is used of a limit, in bytes or in files. */
export interface QuotaUse {
  readonly used: number;
  /** It may be exceeded for a while; absent: none. */
  readonly soft?: number;
  /** It cannot be exceeded; absent: none. */
  readonly hard?: number;
  /** How long `used` may stay over `soft`, as the file system says it: `6d23h`, `expired`. Absent: it is not over. */
  readonly grace?: string;
}

/** The limits of one user, group, project, fileset or folder on one file system. */
export interface Quota {
  readonly of: 'user' | 'group' | 'project' | 'fileset' | 'folder';
  /** Whose: `ada`, `lab`, `100010`, `/mnt/ceph/lab`. */
  readonly name: string;
  readonly bytes?: QuotaUse;
  /** Files, folders and links: inodes. */
  readonly files?: QuotaUse;
}

/** The least that is left of anything. */
export interface Room {
  /** Never negative. */
  readonly left: number;
  readonly limit: number;
  readonly used: number;
  readonly quota: Quota;
}

/**
 * Of several quotas, the one that is reached first, in bytes or in files; undefined if none has a limit.
 *
 * @param which `soft`: the soft limits alone, which may be exceeded for a while
 */
export function findTightest(
  quotas: readonly Quota[],
  unit: 'bytes' | 'files',
  which: 'hard' | 'soft' = 'hard',
): Room | undefined {
  const rooms = quotas.flatMap((quota): Room[] => {
    const use = quota[unit];
    const limit = which === 'soft' ? use?.soft : use && getLimit(use);
    return use === undefined || limit === undefined
      ? []
      : [{ left: Math.max(0, limit - use.used), limit, used: use.used, quota }];
  });
  return rooms.toSorted((a, b) => a.left - b.left)[0];
}

/** What counts: after the time of grace, the soft limit is as hard as the hard one. */
function getLimit({ soft, hard, grace }: QuotaUse): number | undefined {
  return grace === EXPIRED ? soft : (hard ?? soft);
}

export const EXPIRED = 'expired';

/** A use in which 0 means that there is no limit, as all quota programs print it. */
export function makeUse(used: number, soft: number, hard: number, grace?: string): QuotaUse {
  return {
    used,
    ...(soft > 0 && { soft }),
    ...(hard > 0 && { hard }),
    ...(grace !== undefined && { grace }),
  };
}

/** Whether it limits anything. */
export function isLimited({ bytes, files }: Quota): boolean {
  return [bytes, files].some((use) => use?.soft !== undefined || use?.hard !== undefined);
}

/** A line in which a long name of a file system was on a line of its own is joined again. */
export function joinWrappedLines(text: string): string[] {
  const joined: string[] = [];
  let name: string | undefined;
  for (const line of text.split('\n')) {
    if (/^\s*\S+\s*$/.test(line) && !line.includes('#')) name = line.trim();
    else {
      joined.push(name === undefined ? line : `${name} ${line.trim()}`);
      name = undefined;
    }
  }
  return joined;
}
