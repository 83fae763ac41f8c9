import type { SweepRecord } from '../../core/experiment/record.ts';
import { extendSpace, readSpace, type Space } from '../../core/sweep/sweep.ts';

/** A sweep as it was made, or an extension of it. */
export type SweepPart = SweepRecord['parts'][string];

/** The parts of a sweep in the order in which they were made: the new sweep, then its extensions. */
export function listSweepParts(record: Pick<SweepRecord, 'parts'>): SweepPart[] {
  return Object.entries(record.parts)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, part]) => part);
}

/** What parts of a sweep vary together. @param parts at least one, the oldest first */
export function joinSpaces(parts: readonly SweepPart[]): Space {
  const [first, ...more] = parts.map(({ space }) => readSpace(space));
  if (first === undefined) throw new Error('a sweep without parts');
  return more.reduce(extendSpace, first);
}
