import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { useContext, useEffect, useId, useMemo, useRef, type KeyboardEvent } from 'react';
import { GridHeader } from './grid-header.tsx';
import { cellId, type GridProps, type Place, type RowActs } from './grid-props.ts';
import { GridRow } from './grid-row.tsx';
import { movePlace } from './move-place.ts';
import { RowCurves } from './row-curves.tsx';
import { RowLookContext } from './row-look.ts';
import { useTop } from './use-top.ts';
import styles from './grid.module.css';

/** In pixels, as in the styles. */
const HEADER_HEIGHT = 32;
const SELECT_WIDTH = 28;
/** The place of the row that stays above the others. */
const TOP = -2;

/**
 * A table of any length and width, of which only what is on screen exists. The focus is on the table as a whole, which
 * names its active cell, so that it survives scrolling; the active row always exists.
 */
export function Grid(props: GridProps) {
  const { list, columns, active, rowHeight, isSelected, hrefOf, onActivate, onRange, onSort } = props;
  const scroller = props.focusRef;
  const id = useId();
  const { levelOf, top } = useContext(RowLookContext);
  const headerHeight = HEADER_HEIGHT + (top === undefined ? 0 : rowHeight);
  const total = list.total ?? 0;
  const pinnedWidth = SELECT_WIDTH + sumWidths(columns.pinned);
  const rows = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 10,
    scrollMargin: headerHeight,
    scrollPaddingStart: headerHeight,
    rangeExtractor: (range) => withActive(defaultRangeExtractor(range), active.row, total),
  });
  const scrolled = useVirtualizer({
    horizontal: true,
    count: columns.scrolled.length,
    getScrollElement: () => scroller.current,
    estimateSize: (i) => columns.scrolled[i]?.width ?? 0,
    overscan: 3,
    scrollMargin: pinnedWidth,
    scrollPaddingStart: pinnedWidth,
  });
  const widths = columns.scrolled.map(({ width }) => width).join();
  useEffect(() => rows.measure(), [rows, rowHeight, headerHeight]);
  useEffect(() => scrolled.measure(), [scrolled, widths]);

  useTop(list, rows.scrollToOffset);
  const visible = rows.range;
  const [first, last] = [visible?.startIndex ?? 0, visible?.endIndex ?? 0];
  useEffect(() => onRange({ first, last }), [first, last, onRange]);

  const { pinned } = columns;
  useEffect(() => {
    if (active.row >= 0) rows.scrollToIndex(active.row, { align: 'auto' });
    if (active.column >= pinned.length) scrolled.scrollToIndex(active.column - pinned.length, { align: 'auto' });
    // Only a move scrolls, not a list that changes.
  }, [active.row, active.column]);

  const press = (event: KeyboardEvent): void => {
    const limits = { rows: total, columns: pinned.length + columns.scrolled.length };
    const pageRows = Math.max(1, last - first - 1);
    const moved = movePlace(active, event.key, event.ctrlKey || event.metaKey, limits, pageRows);
    if (moved !== undefined) onActivate(moved);
    else if (event.key === 'Enter' && active.row < 0)
      onSort([...pinned, ...columns.scrolled][active.column]?.name ?? '');
    else return;
    event.preventDefault();
  };
  const items = scrolled.getVirtualItems();
  const [from, to] = [items[0]?.index ?? 0, items.at(-1)?.index ?? -1];
  const before = (items[0]?.start ?? pinnedWidth) - pinnedWidth;
  const width = pinnedWidth + scrolled.getTotalSize();
  const frame = useMemo(() => ({ id, from, to, before, width }), [id, from, to, before, width]);
  const acts = useLatest({
    select: props.onSelect,
    activate: (place: Place) => {
      onActivate(place);
      scroller.current?.focus({ preventScroll: true });
    },
  });
  return (
    <div
      ref={scroller}
      role={levelOf === undefined ? 'grid' : 'treegrid'}
      tabIndex={0}
      className={styles['grid']}
      aria-label="Experiments"
      aria-rowcount={total + 1}
      aria-colcount={pinned.length + columns.scrolled.length + 1}
      aria-multiselectable="true"
      data-aside={(scrolled.scrollOffset ?? 0) > 0}
      aria-busy={list.isReading || list.isStale}
      data-former={list.isFormer}
      aria-activedescendant={total === 0 ? undefined : cellId(id, active.row, active.column)}
      onKeyDown={press}
    >
      <GridHeader {...props} frame={frame} />
      {top !== undefined && (
        <div role="rowgroup" className={styles['top']} style={{ height: rowHeight, width: frame.width }}>
          <GridRow
            row={top}
            index={TOP}
            top={0}
            height={rowHeight}
            columns={columns}
            frame={frame}
            activeColumn={undefined}
            isSelected={false}
            hrefOf={hrefOf}
            acts={acts}
          />
        </div>
      )}
      <div role="rowgroup" className={styles['rows']} style={{ height: rows.getTotalSize(), width: frame.width }}>
        <RowCurves list={list} columns={columns} first={first} last={last}>
          {rows.getVirtualItems().map(({ index, start }) => {
            const row = list.row(index);
            return (
              <GridRow
                key={index}
                row={row}
                index={index}
                top={start - headerHeight}
                height={rowHeight}
                columns={columns}
                frame={frame}
                activeColumn={active.row === index ? active.column : undefined}
                isSelected={row?.expId ? isSelected(row.expId) : false}
                hrefOf={hrefOf}
                acts={acts}
              />
            );
          })}
        </RowCurves>
      </div>
    </div>
  );
}

/** Functions that stay the same, and do what those of now do: rows are not drawn again for them. */
function useLatest(acts: RowActs): RowActs {
  const latest = useRef(acts);
  latest.current = acts;
  return useMemo(
    () => ({
      select: (row, isRange) => latest.current.select(row, isRange),
      activate: (place) => latest.current.activate(place),
    }),
    [],
  );
}

function sumWidths(columns: readonly { readonly width: number }[]): number {
  return columns.reduce((sum, { width }) => sum + width, 0);
}

function withActive(indices: readonly number[], active: number, total: number): number[] {
  if (active < 0 || active >= total || indices.includes(active)) return [...indices];
  return [...indices, active].toSorted((a, b) => a - b);
}
