import { createContext, type ComponentType } from 'react';
import type { Row } from '../list/row.ts';

/** What is in a cell, and how it is shown. */
export interface CellProps {
  readonly row: Row;
  readonly column: string;
  readonly hrefOf: (expId: string) => string;
  /** Digits behind the point of the numbers above and below. */
  readonly decimals?: number;
  /** Whether Tab reaches its link: in a grid, keys do. */
  readonly isReachable?: boolean;
}

/** How a list looks whose rows are not all experiments. */
export interface RowLook {
  /** In place of the usual cells. */
  readonly Cell?: ComponentType<CellProps>;
  /** Where a row is in a tree, from 1, and whether it shows what is below it. Undefined: the list is no tree. */
  readonly levelOf?: (row: Row) => { readonly level: number; readonly isOpen?: boolean };
  /** A row that stays above the others while they scroll. */
  readonly top?: Row | undefined;
}

/** Given by who shows such a list. */
export const RowLookContext = createContext<RowLook>({});
