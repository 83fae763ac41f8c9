import type { Dropped, DropKind } from '../job/job.ts';

/** What one can change most easily first. */
const EASE: readonly DropKind[] = [
  'time',
  'size',
  'batch',
  'memory',
  'features',
  'precision',
  'access',
  'slice',
  'gpu',
  'closed',
  'worse',
];

/** Of all candidates that failed, the one that needs the smallest change. */
export function findNearestMiss(dropped: readonly Dropped[]): Dropped | undefined {
  const [first] = dropped.toSorted(
    (a, b) =>
      Number(b.fix !== undefined) - Number(a.fix !== undefined) ||
      EASE.indexOf(a.kind) - EASE.indexOf(b.kind) ||
      (a.shortBy ?? 1) - (b.shortBy ?? 1),
  );
  return first;
}
