import {
  columnOrderingFeature,
  columnPinningFeature,
  columnResizingFeature,
  columnSizingFeature,
  columnVisibilityFeature,
  tableFeatures,
  useTable,
  type Header,
} from '@tanstack/react-table';
import { useMemo } from 'react';
import type { KnownColumn } from '../columns/column-choice.ts';
import type { ChosenColumn } from '../list/address.ts';

/** The list is sorted, filtered and paged by the server: what is left are its columns. */
const features = tableFeatures({
  columnOrderingFeature,
  columnPinningFeature,
  columnResizingFeature,
  columnSizingFeature,
  columnVisibilityFeature,
});

/** A column on screen. */
export interface GridColumn extends KnownColumn {
  readonly width: number;
  readonly isPinned: boolean;
  readonly isResizing: boolean;
  /** Begins to change the width, for `mousedown` and `touchstart`. */
  readonly resize: (event: unknown) => void;
}

export interface GridColumns {
  /** In the order of the screen: those that stay at the left, then the others. */
  readonly pinned: readonly GridColumn[];
  readonly scrolled: readonly GridColumn[];
}

interface NoRow {
  readonly id: string;
}

const NO_ROWS: NoRow[] = [];
const NARROWEST = 48;
const WIDEST = 1000;

/** The columns with their widths, which can be dragged. @param onResize is given the new width in pixels */
export function useColumns(
  chosen: readonly ChosenColumn[],
  known: ReadonlyMap<string, KnownColumn>,
  onResize: (name: string, width: number) => void,
): GridColumns {
  const columns = useMemo(
    () =>
      chosen.map(({ name }) => ({
        id: name,
        size: usualWidth(known.get(name)),
        minSize: NARROWEST,
        maxSize: WIDEST,
      })),
    [chosen, known],
  );
  const state = useMemo(
    () => ({
      columnOrder: chosen.map(({ name }) => name),
      columnPinning: { start: chosen.filter(({ isPinned }) => isPinned).map(({ name }) => name), end: [] },
      columnSizing: Object.fromEntries(chosen.flatMap(({ name, width }) => (width ? [[name, width]] : []))),
    }),
    [chosen],
  );
  const table = useTable({
    features,
    columns,
    data: NO_ROWS,
    state,
    columnResizeMode: 'onEnd',
    onColumnSizingChange: (updater) => {
      const sizes = typeof updater === 'function' ? updater(state.columnSizing) : updater;
      for (const [name, width] of Object.entries(sizes)) {
        if (state.columnSizing[name] !== width) onResize(name, Math.round(width));
      }
    },
  });
  const { columnResizing } = table.state;
  return useMemo(() => {
    const show = (header: Header<typeof features, NoRow, unknown>): GridColumn[] => {
      const column = known.get(header.column.id);
      if (column === undefined) return [];
      return [
        {
          ...column,
          width: header.getSize(),
          isPinned: header.column.getIsPinned() !== false,
          isResizing: columnResizing.isResizingColumn === header.column.id,
          resize: header.getResizeHandler(),
        },
      ];
    };
    return {
      pinned: table.getStartLeafHeaders().flatMap(show),
      scrolled: table.getCenterLeafHeaders().flatMap(show),
    };
    // The headers of the table follow from its columns and their state.
  }, [table, columns, state, known, columnResizing]);
}

const WIDTHS: { readonly [name: string]: number } = { exp_id: 220, status: 152, created: 144, tags: 160 };
const DIGIT_WIDTH = 7.5;
const HEADER_SIGNS = 32;

/** Wide enough for the name, within limits. */
function usualWidth(column: KnownColumn | undefined): number {
  if (column === undefined) return NARROWEST;
  const [least, most] = column.isNumeric ? [88, 160] : [120, 200];
  const wanted = Math.round(column.name.length * DIGIT_WIDTH) + HEADER_SIGNS;
  return WIDTHS[column.name] ?? Math.min(Math.max(wanted, least), most);
}
