import type { Place } from './grid-props.ts';

/** How far the grid goes. */
interface Limits {
  readonly rows: number;
  readonly columns: number;
}

/**
 * Where a key of the grid pattern leads: arrows by one cell, Home and End to the ends of the row or, with Ctrl, of the
 * grid, Page Up and Down by a screen. Undefined for any other key.
 *
 * @param pageRows rows of a screen
 */
export function movePlace(
  place: Place,
  key: string,
  isMod: boolean,
  limits: Limits,
  pageRows: number,
): Place | undefined {
  const to = (row: number, column: number): Place => ({
    row: clamp(row, -1, limits.rows - 1),
    column: clamp(column, 0, limits.columns - 1),
  });
  const { row, column } = place;
  switch (key) {
    case 'ArrowDown':
      return to(row + 1, column);
    case 'ArrowUp':
      return to(row - 1, column);
    case 'ArrowRight':
      return to(row, column + 1);
    case 'ArrowLeft':
      return to(row, column - 1);
    case 'PageDown':
      return to(row + pageRows, column);
    case 'PageUp':
      return to(Math.max(row - pageRows, 0), column);
    case 'Home':
      return to(isMod ? 0 : row, 0);
    case 'End':
      return to(isMod ? limits.rows - 1 : row, limits.columns - 1);
    default:
      return undefined;
  }
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(value, most));
}
