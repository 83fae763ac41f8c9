import { cellId, type Frame, type GridProps } from './grid-props.ts';
import type { GridColumn } from './use-columns.ts';
import styles from './grid.module.css';

/** The names of the columns, which sort the list and can be dragged wider. */
export function GridHeader({
  columns,
  sort,
  onSort,
  active,
  onActivate,
  frame,
}: GridProps & { readonly frame: Frame }) {
  const show = (column: GridColumn, index: number) => {
    const order = sort?.field === column.name ? (sort.descending ? 'descending' : 'ascending') : undefined;
    return (
      <div
        key={column.name}
        role="columnheader"
        id={cellId(frame.id, -1, index)}
        className={styles['heading']}
        data-active={active.row < 0 && active.column === index}
        data-numeric={column.isNumeric}
        aria-colindex={index + 2}
        aria-sort={order}
        style={{ width: column.width }}
      >
        <button
          type="button"
          tabIndex={-1}
          title={`Sort by ${column.name}`}
          onClick={() => {
            onActivate({ row: -1, column: index });
            onSort(column.name);
          }}
        >
          <span className={styles['name']}>{column.name}</span>
          {order !== undefined && <span aria-hidden="true">{order === 'descending' ? '↓' : '↑'}</span>}
        </button>
        <span
          aria-hidden="true"
          className={styles['resize']}
          data-resizing={column.isResizing}
          onMouseDown={column.resize}
          onTouchStart={column.resize}
        />
      </div>
    );
  };
  return (
    <div role="rowgroup" className={styles['header']} style={{ width: frame.width }}>
      <div role="row" aria-rowindex={1} className={styles['headings']}>
        <div className={styles['pinned']}>
          <div role="columnheader" className={styles['select']} aria-colindex={1}>
            <span className="visually-hidden">Selected</span>
          </div>
          {columns.pinned.map(show)}
        </div>
        <div style={{ width: frame.before }} />
        {columns.scrolled
          .slice(frame.from, frame.to + 1)
          .map((column, i) => show(column, columns.pinned.length + frame.from + i))}
      </div>
    </div>
  );
}
