import { formatCount, formatList, groupDigits } from '../text/phrases.ts';
import { formatBytes } from '../units.ts';
import { findTightest, type Quota, type Room } from './quota.ts';

/** What runs of a template are expected to write, each as the median of past runs did. */
export interface ExpectedWrites {
  readonly template: string;
  readonly runs: number;
  /** How many past runs were measured. */
  readonly past: number;
  /** Of one run. */
  readonly bytes: number;
  readonly files: number;
}

/** What may still be written somewhere. */
export interface DiskRoom {
  /** The folder of the file system. */
  readonly folder: string;
  readonly free: { readonly bytes?: number; readonly files?: number };
  /** Undefined: not known. */
  readonly quotas?: readonly Quota[] | undefined;
}

/** Warnings that runs will probably not fit on the disk, in bytes or in files; none if they will, or nothing is known. */
export function describeShortage(expected: readonly ExpectedWrites[], room: DiskRoom): string[] {
  const units = ['bytes', 'files'] as const;
  return units.flatMap((unit) => {
    const needed = expected.reduce((sum, { runs, [unit]: each }) => sum + runs * each, 0);
    const short = findShort(needed, unit, room);
    return short === undefined ? [] : [`${needWords(expected, unit, needed)}; ${short}: ${REMEDY}`];
  });
}

const REMEDY =
  'free some with sheaf checkpoints prune, or keep fewer in the template, as in checkpoint: {keep: {best: 1, last: 1}}';

type Unit = 'bytes' | 'files';

function findShort(needed: number, unit: Unit, { folder, free, quotas = [] }: DiskRoom): string | undefined {
  const hard = findTightest(quotas, unit);
  const left = free[unit];
  if (hard !== undefined && needed > hard.left && hard.left <= (left ?? Infinity)) {
    return `${describeLeft(hard.left, unit)} of ${describeOwner(hard)} on ${folder}`;
  }
  if (left !== undefined && needed > left) return `${describeLeft(left, unit)} on ${folder}`;
  const soft = findTightest(quotas, unit, 'soft');
  if (soft === undefined || needed <= soft.left) return undefined;
  return `${describeLeft(soft.left, unit)} below the soft limit of ${describeOwner(soft)} on ${folder}, which may be exceeded for some days only`;
}

/** `your quota`, `the quota of group lab` */
export function describeOwner({ quota: { of, name } }: Room): string {
  return of === 'user' ? 'your quota' : `the quota of ${of} ${name}`;
}

/** `512 MiB are left`, `1 file is left` */
export function describeLeft(left: number, unit: Unit): string {
  return unit === 'bytes'
    ? `${formatBytes(left)} are left`
    : `${formatCount(left, 'file')} ${left === 1 ? 'is' : 'are'} left`;
}

/** `300 runs write about 2.1 TiB (7 GiB each, as 20 past runs of baseline did)` */
function needWords(expected: readonly ExpectedWrites[], unit: Unit, needed: number): string {
  const runs = expected.reduce((sum, each) => sum + each.runs, 0);
  const past = expected.reduce((sum, each) => sum + each.past, 0);
  const all = unit === 'bytes' ? formatBytes(needed) : formatCount(Math.round(needed), 'file');
  const each = unit === 'bytes' ? formatBytes(needed / runs) : groupDigits(Math.round(needed / runs));
  const templates = formatList(expected.map(({ template }) => template));
  const as = `as ${formatCount(past, 'past run')} of ${templates} did`;
  return runs === 1
    ? `the run writes about ${all} (${as})`
    : `${formatCount(runs, 'run')} write about ${all} (${each} each, ${as})`;
}
