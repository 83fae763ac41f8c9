import { formatRanges } from '../../../core/text/index-ranges.ts';
import type { TaskRef } from '../../scheduler.ts';

/** Longer arguments are cut: one may have 128 KiB, and Slurm reads each as a list. */
const LONGEST_LIST = 4_000;

/**
 * Tasks as Slurm's programs name them, arrays folded: `12`, `15_[0-3,7]`. A whole array is named by its id
 * alone where `wholes` has it, which reaches its pending tasks in one go.
 */
export function listTaskNames(tasks: readonly TaskRef[], wholes: ReadonlySet<string> = new Set()): string[] {
  const jobs = Map.groupBy(tasks, ({ job }) => job.id);
  return [...jobs].flatMap(([id, members]) => {
    const indices = members.flatMap(({ index }) => (index === undefined ? [] : [index]));
    if (indices.length === 0 || wholes.has(id)) return [id];
    return cutLists([...new Set(indices)].toSorted((a, b) => a - b)).map((list) => `${id}_[${list}]`);
  });
}

function cutLists(indices: readonly number[]): string[] {
  const text = formatRanges(indices);
  if (text.length <= LONGEST_LIST || indices.length < 2) return [text];
  const half = indices.length >> 1;
  return [...cutLists(indices.slice(0, half)), ...cutLists(indices.slice(half))];
}

/** Names in groups, of which each fits on a command line. */
export function splitCommandLines(names: readonly string[], most = 500): string[][] {
  return Array.from({ length: Math.ceil(names.length / most) }, (_, i) => names.slice(i * most, (i + 1) * most));
}
