import { useRef, type ReactNode } from 'react';
import { StatusMark } from '../../../components/status-mark.tsx';
import { Skeleton } from '../../../components/loading.tsx';
import type { Row } from '../list/row.ts';
import { fillBehind, writeCell } from './cell-text.ts';
import styles from './grid.module.css';

/** What is in a cell: a link, a status, a number with its full value on hover, or why there is none. */
export function GridCell({
  row,
  column,
  hrefOf,
  decimals = 0,
  isReachable = false,
}: {
  readonly row: Row;
  readonly column: string;
  readonly hrefOf: (expId: string) => string;
  /** Digits behind the point of the numbers above and below. */
  readonly decimals?: number;
  /** Whether Tab reaches its link: in a grid, keys do. */
  readonly isReachable?: boolean;
}) {
  const cell = row.cell(column);
  if (cell === undefined) return <Skeleton />;
  if (row.expId === null) return column === 'exp_id' ? <em>removed</em> : null;
  if (column === 'exp_id') {
    return (
      <a href={hrefOf(row.expId)} tabIndex={isReachable ? undefined : -1} title={row.expId} className={styles['link']}>
        {row.expId}
      </a>
    );
  }
  if (column === 'status' && typeof cell.value === 'string') {
    const found = row.cell('cause')?.value;
    const cause = typeof found === 'string' ? found : null;
    return (
      <Tint of={row.key} text={`${cell.value} ${cause ?? ''}`}>
        <StatusMark status={cell.value} cause={cause} />
      </Tint>
    );
  }
  const { text, full, isGap } = writeCell(column, cell);
  return (
    <Tint of={row.key} text={full}>
      <span className={isGap ? styles['gap'] : styles['value']} title={full}>
        {text}
        {!isGap && typeof cell.value === 'number' && <span aria-hidden="true">{fillBehind(text, decimals)}</span>}
      </span>
    </Tint>
  );
}

/** Marks for a moment that a value changed under the eyes of the reader; another experiment in its place is no change. */
function Tint({
  of,
  text,
  children,
}: {
  readonly of: string | null;
  readonly text: string;
  readonly children: ReactNode;
}) {
  const seen = useRef({ of, text, changes: 0 });
  if (seen.current.of !== of) seen.current = { of, text, changes: 0 };
  if (seen.current.text !== text) seen.current = { of, text, changes: seen.current.changes + 1 };
  const { changes } = seen.current;
  return (
    <span key={changes} className={changes > 0 ? `${styles['tint']} ${styles['tinted']}` : styles['tint']}>
      {children}
    </span>
  );
}
