/** Rows that are asked for at once. */
export const WINDOW_ROWS = 200;

/**
 * The windows of a list that should be there for rows on screen: those that they are in, and one before and after.
 *
 * @param first of the rows on screen, from 0
 * @param last of the rows on screen
 * @param total rows of the whole list
 */
export function listWindows(first: number, last: number, total: number): number[] {
  if (total === 0) return [];
  const end = Math.floor((total - 1) / WINDOW_ROWS);
  const from = Math.max(0, Math.floor(first / WINDOW_ROWS) - 1);
  const to = Math.min(end, Math.floor(last / WINDOW_ROWS) + 1);
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
}
