import { useRef, type ReactNode } from 'react';
import { StatusMark } from '../../../components/status-mark.tsx';
import { Skeleton } from '../../../components/loading.tsx';
import { getCurveMetric } from '../columns/curve-columns.ts';
import { fillBehind, writeCell } from './cell-text.ts';
import { RowCurve } from './row-curves.tsx';
import type { CellProps } from './row-look.ts';
import styles from './grid.module.css';

/** What is in a cell: a link, a status, a number with its full value on hover, or why there is none. */
export function GridCell({ row, column, hrefOf, decimals = 0, isReachable = false }: CellProps) {
  const metric = getCurveMetric(column);
  if (metric !== undefined) return row.expId === null ? null : <RowCurve expId={row.expId} metric={metric} />;
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
      <Tinted of={row.key} text={`${cell.value} ${cause ?? ''}`}>
        <StatusMark status={cell.value} cause={cause} />
      </Tinted>
    );
  }
  const { text, full, isGap } = writeCell(column, cell);
  const fill = isGap || typeof cell.value !== 'number' ? '' : fillBehind(text, decimals);
  return (
    <Tinted of={row.key} text={full} title={full} isGap={isGap}>
      {text}
      {fill !== '' && <span aria-hidden="true">{fill}</span>}
    </Tinted>
  );
}

/**
 * Marks for a moment that a value changed under the eyes of the reader; another experiment in its place is no change. One
 * element for each cell: a screen has hundreds, and each costs time while one scrolls.
 */
function Tinted({
  of,
  text,
  title,
  isGap = false,
  children,
}: {
  readonly of: string | null;
  /** All of the value. */
  readonly text: string;
  readonly title?: string;
  readonly isGap?: boolean;
  readonly children: ReactNode;
}) {
  const seen = useRef({ of, text, changes: 0 });
  if (seen.current.of !== of) seen.current = { of, text, changes: 0 };
  if (seen.current.text !== text) seen.current = { of, text, changes: seen.current.changes + 1 };
  const { changes } = seen.current;
  const names = [styles[isGap ? 'gap' : 'value'], ...(changes > 0 ? [styles['tinted']] : [])];
  return (
    <span key={changes} className={names.join(' ')} title={title}>
      {children}
    </span>
  );
}
