import type { RefObject } from 'react';
import type { Sort } from '../../../state/sort-setting.ts';
import type { List, RowRange } from '../list/use-list.ts';
import type { GridColumns } from './use-columns.ts';

/** A cell of the grid. Rows count from 0, the header is -1; columns from 0. */
export interface Place {
  readonly row: number;
  readonly column: number;
}

/** What the grid shows, and what it can ask for. */
export interface GridProps {
  /** What gets the focus when the list is to have it. */
  readonly focusRef: RefObject<HTMLDivElement | null>;
  readonly list: List;
  readonly columns: GridColumns;
  readonly sort: Sort | undefined;
  readonly onSort: (name: string) => void;
  /** The cell that keys act on. */
  readonly active: Place;
  readonly onActivate: (place: Place) => void;
  readonly isSelected: (expId: string) => boolean;
  /** @param isRange also the rows between the last one that was chosen and this one */
  readonly onSelect: (row: number, isRange: boolean) => void;
  /** Where the page of an experiment is. */
  readonly hrefOf: (expId: string) => string;
  /** In pixels. */
  readonly rowHeight: number;
  readonly onRange: (range: RowRange) => void;
}

/** Which columns are on screen, and where. */
export interface Frame {
  /** Of the grid in the document. */
  readonly id: string;
  /** The first and the last one, among the columns that scroll. */
  readonly from: number;
  readonly to: number;
  /** Pixels of those before the first. */
  readonly before: number;
  /** Pixels of a whole row. */
  readonly width: number;
}

/** What a row can ask for. */
export interface RowActs {
  readonly select: (row: number, isRange: boolean) => void;
  readonly activate: (place: Place) => void;
}

/** The name of a cell in the document. @param grid the name of the grid */
export function cellId(grid: string, row: number, column: number): string {
  return `${grid}-${row}-${column}`;
}
