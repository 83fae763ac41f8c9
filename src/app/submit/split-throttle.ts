/** How a throttle is divided among arrays that may run side by side. */
export interface ThrottleShares {
  /** For each array how many of its tasks may run at once, at least 1. */
  readonly tasks: readonly number[];
  /** This number of arrays may run side by side; each one beyond must wait until an earlier one has ended. */
  readonly sideBySide: number;
}

/**
 * Divides a throttle so that never more members run at once, whatever the number of arrays.
 *
 * @param limit members that may run at once
 * @param packs for each array how many members share one of its tasks
 */
export function splitThrottle(limit: number, packs: readonly number[]): ThrottleShares {
  const largest = Math.max(1, ...packs);
  const sideBySide = Math.max(1, Math.min(packs.length, Math.floor(limit / largest)));
  const each = Math.floor(limit / sideBySide);
  const more = limit % sideBySide;
  const tasks = packs.map((pack, i) => Math.max(1, Math.floor((each + (i % sideBySide < more ? 1 : 0)) / pack)));
  return { tasks, sideBySide };
}
