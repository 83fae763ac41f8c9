/** A group that shows rows below it. */
export interface OpenGroup {
  /** Its place among all groups, from 0. */
  readonly place: number;
  /** Rows below it. */
  readonly rows: number;
}

/** What is at a row of a list of groups: a group, or one of the rows below it. */
export interface TreePlace {
  readonly place: number;
  /** From 0; undefined for the group itself. */
  readonly below?: number;
}

/**
 * What is at a row of the list.
 *
 * @param row from 0
 * @param open by their places
 */
export function findPlace(row: number, open: readonly OpenGroup[]): TreePlace {
  let before = 0;
  for (const { place, rows } of open) {
    const below = row - before - place - 1;
    if (below < 0) break;
    if (below < rows) return { place, below };
    before += rows;
  }
  return { place: row - before };
}
