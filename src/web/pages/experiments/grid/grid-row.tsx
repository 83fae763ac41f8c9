import type { MouseEvent } from 'react';
import { Skeleton } from '../../../components/loading.tsx';
import { GridCell } from './grid-cell.tsx';
import type { Frame, GridProps } from './grid-props.ts';
import type { GridColumn } from './use-columns.ts';
import styles from './grid.module.css';

interface RowProps extends GridProps {
  readonly frame: Frame;
  /** Of the row, from 0. */
  readonly index: number;
  /** In pixels, from the first row. */
  readonly top: number;
  readonly onActivateCell: (column: number) => void;
}

/** An experiment, or its place while it is read. */
export function GridRow(props: RowProps) {
  const { list, columns, active, isSelected, onSelect, rowHeight, frame, index, top, onActivateCell } = props;
  const row = list.row(index);
  const selected = row?.expId ? isSelected(row.expId) : false;
  const show = (column: GridColumn, place: number) => (
    <div
      key={column.name}
      role={column.name === 'exp_id' ? 'rowheader' : 'gridcell'}
      id={frame.cellId(index, place)}
      className={styles['cell']}
      data-active={active.row === index && active.column === place}
      data-numeric={column.isNumeric}
      aria-colindex={place + 2}
      style={{ width: column.width }}
      onMouseDown={() => onActivateCell(place)}
    >
      {row === undefined ? <Skeleton /> : <GridCell row={row} column={column.name} hrefOf={props.hrefOf} />}
    </div>
  );
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      className={styles['row']}
      data-active={active.row === index}
      style={{ height: rowHeight, transform: `translateY(${top}px)` }}
    >
      <div className={styles['pinned']}>
        <div role="gridcell" className={styles['select']} aria-colindex={1}>
          <label>
            <input
              type="checkbox"
              tabIndex={-1}
              aria-label={`Select ${row?.expId ?? `row ${index + 1}`}`}
              checked={selected}
              disabled={!row?.expId}
              onChange={() => {}}
              onClick={(event: MouseEvent) => onSelect(index, event.shiftKey)}
            />
          </label>
        </div>
        {columns.pinned.map(show)}
      </div>
      <div style={{ width: frame.before }} />
      {frame.slice.map((i) => {
        const column = columns.scrolled[i];
        return column && show(column, columns.pinned.length + i);
      })}
    </div>
  );
}
