import { findTightest } from './quota.ts';
import { describeLeft, describeOwner, type DiskRoom } from './shortage.ts';

/** With less than this left, the next checkpoint or log may not fit. Files are inodes. */
const LEAST = { bytes: 2 ** 30, files: 1_000 } as const;
/** A quota of which more than this is used leaves little, however large it is. */
const FULL = 0.95;

/** Says of what little is left in a file system and in quotas, in bytes and in files; empty if there is room, or nothing is known. */
export function describeLowSpace({ folder, free, quotas = [] }: DiskRoom): string[] {
  const units = ['bytes', 'files'] as const;
  return units.flatMap((unit): string[] => {
    const [least, left, hard, soft] = [
      LEAST[unit],
      free[unit],
      findTightest(quotas, unit),
      findTightest(quotas, unit, 'soft'),
    ];
    if (left !== undefined && left < least && left <= (hard?.left ?? Infinity)) {
      return [`only ${describeLeft(left, unit)} on ${folder}`];
    }
    if (hard !== undefined && (hard.left < least || hard.used > hard.limit * FULL)) {
      return [`only ${describeLeft(hard.left, unit)} of ${describeOwner(hard)} on ${folder}`];
    }
    if (soft !== undefined && soft.used > soft.limit) {
      const what = unit === 'bytes' ? 'space' : 'files';
      return [
        `the soft limit for ${what} of ${describeOwner(soft)} on ${folder} is exceeded, which is allowed for some days only`,
      ];
    }
    return [];
  });
}
