import { memo, useContext } from 'react';
import { Skeleton } from '../../../components/loading.tsx';
import type { Row } from '../list/row.ts';
import { GridCell } from './grid-cell.tsx';
import { cellId, type Frame, type RowActs } from './grid-props.ts';
import { RowLookContext } from './row-look.ts';
import type { GridColumn, GridColumns } from './use-columns.ts';
import styles from './grid.module.css';

/** Below each row, in pixels, as in the styles. */
const BORDER = 1;

interface RowProps {
  /** Undefined while it is read. */
  readonly row: Row | undefined;
  /** In the list, from 0; below 0 for a row above the list. */
  readonly index: number;
  /** In pixels, from the first row. */
  readonly top: number;
  readonly height: number;
  readonly columns: GridColumns;
  readonly frame: Frame;
  /** Undefined if another row is the active one. */
  readonly activeColumn: number | undefined;
  readonly isSelected: boolean;
  readonly hrefOf: (expId: string) => string;
  readonly acts: RowActs;
}

/** An experiment, or its place while it is read. While one scrolls, only rows that come are drawn. */
export const GridRow = memo(function GridRow(props: RowProps) {
  const { row, index, top, height, columns, frame, activeColumn, isSelected, hrefOf, acts } = props;
  const { Cell = GridCell, levelOf } = useContext(RowLookContext);
  const tree = row && levelOf?.(row);
  const show = (column: GridColumn, place: number) => (
    <div
      key={column.name}
      role={column.name === 'exp_id' ? 'rowheader' : 'gridcell'}
      {...(activeColumn === place ? { id: cellId(frame.id, index, place), 'data-active': true } : {})}
      className={styles['cell']}
      data-numeric={column.isNumeric || undefined}
      aria-colindex={place + 2}
      style={{ width: column.width }}
      onMouseDown={() => acts.activate({ row: index, column: place })}
    >
      {row === undefined ? (
        <Skeleton />
      ) : (
        <Cell row={row} column={column.name} hrefOf={hrefOf} decimals={column.decimals} />
      )}
    </div>
  );
  return (
    <div
      role="row"
      aria-rowindex={index < 0 ? undefined : index + 2}
      aria-selected={isSelected}
      aria-level={tree?.level}
      aria-expanded={tree?.isOpen}
      className={styles['row']}
      data-active={activeColumn !== undefined}
      style={{ height, lineHeight: `${height - BORDER}px`, transform: `translateY(${top}px)` }}
    >
      <div className={styles['pinned']}>
        <div role="gridcell" className={styles['select']} aria-colindex={1}>
          <label>
            <input
              type="checkbox"
              tabIndex={-1}
              aria-label={`Select ${row?.expId ?? `row ${index + 1}`}`}
              checked={isSelected}
              disabled={!row?.expId}
              onChange={() => {}}
              onClick={({ shiftKey }) => acts.select(index, shiftKey)}
            />
          </label>
        </div>
        {columns.pinned.map(show)}
      </div>
      <div style={{ width: frame.before }} />
      {columns.scrolled
        .slice(frame.from, frame.to + 1)
        .map((column, i) => show(column, columns.pinned.length + frame.from + i))}
    </div>
  );
});
