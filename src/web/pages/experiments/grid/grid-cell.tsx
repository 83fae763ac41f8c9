import { StatusMark } from '../../../components/status-mark.tsx';
import { Skeleton } from '../../../components/loading.tsx';
import type { Row } from '../list/row.ts';
import { writeCell } from './cell-text.ts';
import styles from './grid.module.css';

/** What is in a cell: a link, a status, a number with its full value on hover, or why there is none. */
export function GridCell({
  row,
  column,
  hrefOf,
}: {
  readonly row: Row;
  readonly column: string;
  readonly hrefOf: (expId: string) => string;
}) {
  const cell = row.cell(column);
  if (cell === undefined) return <Skeleton />;
  if (row.expId === null) return column === 'exp_id' ? <em>removed</em> : null;
  if (column === 'exp_id') {
    return (
      <a href={hrefOf(row.expId)} tabIndex={-1} title={row.expId} className={styles['link']}>
        {row.expId}
      </a>
    );
  }
  if (column === 'status' && typeof cell.value === 'string') {
    const cause = row.cell('cause')?.value;
    return <StatusMark status={cell.value} cause={typeof cause === 'string' ? cause : null} />;
  }
  const { text, full, isGap } = writeCell(column, cell);
  return (
    <span className={isGap ? styles['gap'] : styles['value']} title={full}>
      {text}
    </span>
  );
}
