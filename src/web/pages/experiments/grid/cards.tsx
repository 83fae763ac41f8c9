import { useVirtualizer } from '@tanstack/react-virtual';
import { useContext, useEffect } from 'react';
import { Skeleton } from '../../../components/loading.tsx';
import type { Row } from '../list/row.ts';
import { GridCell } from './grid-cell.tsx';
import type { GridProps } from './grid-props.ts';
import { RowLookContext } from './row-look.ts';
import { useMainMetric } from './use-main-metric.ts';
import { useTop } from './use-top.ts';
import styles from './cards.module.css';

/** In pixels: a heading and three lines, as in the styles. */
const CARD_HEIGHT = 112;
const MOST_FACTS = 3;
/** Each has its difference to the baseline below itself. */
const MOST_COMPARED = 2;
const ABOVE: ReadonlySet<string> = new Set(['exp_id', 'status', 'cause']);

/** The list where a table would be too wide: a card for each experiment, with the metric that counts most and its first columns. */
export function Cards({ focusRef: scroller, list, columns, isSelected, onSelect, hrefOf, onRange }: GridProps) {
  const { Cell = GridCell, top } = useContext(RowLookContext);
  const total = list.total ?? 0;
  const rows = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => CARD_HEIGHT,
    overscan: 4,
  });
  useTop(list, rows.scrollToOffset);
  const [first, last] = [rows.range?.startIndex ?? 0, rows.range?.endIndex ?? 0];
  useEffect(() => onRange({ first, last }), [first, last, onRange]);
  const all = [...columns.pinned, ...columns.scrolled].filter(({ name }) => !ABOVE.has(name));
  const main = useMainMetric(list, all);
  const facts = [...(main === undefined ? [] : [main]), ...all.filter((column) => column !== main)].slice(
    0,
    top === undefined ? MOST_FACTS : MOST_COMPARED,
  );
  const show = (index: number, row: Row) => (
    <>
      <div className={styles['head']}>
        <label>
          <input
            type="checkbox"
            aria-label={`Select ${row.expId ?? `row ${index + 1}`}`}
            disabled={row.expId === null}
            checked={row.expId !== null && isSelected(row.expId)}
            onChange={() => onSelect(index, false)}
          />
        </label>
        <span className={styles['name']}>
          <Cell row={row} column="exp_id" hrefOf={hrefOf} isReachable />
        </span>
        <Cell row={row} column="status" hrefOf={hrefOf} />
      </div>
      <dl className={styles['facts']}>
        {facts.map(({ name }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <Cell row={row} column={name} hrefOf={hrefOf} />
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
  return (
    <div
      ref={scroller}
      className={styles['cards']}
      aria-busy={list.isReading || list.isStale}
      data-former={list.isFormer}
      tabIndex={0}
      role="region"
      aria-label="Experiments"
    >
      <ul style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, start }) => {
          const row = list.row(index);
          return (
            <li
              key={index}
              aria-setsize={total}
              aria-posinset={index + 1}
              style={{ transform: `translateY(${start}px)` }}
              className={styles['card']}
            >
              {row === undefined ? <Skeleton /> : show(index, row)}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
