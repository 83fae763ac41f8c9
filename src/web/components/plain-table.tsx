import { useState, type ReactNode } from 'react';
import { ShowAll } from './show-all.tsx';
import styles from './plain-table.module.css';

/** A column of a {@link PlainTable}. */
export interface PlainColumn<T> {
  readonly name: string;
  readonly cell: (row: T) => ReactNode;
  /** Right-aligned. */
  readonly isNumber?: boolean;
}

/** So many rows are drawn at first: more take a moment, and a search is quicker than to read them. */
const USUAL_ROWS = 200;

/**
 * A table that is read, not worked with; on a narrow screen each row is a card. Of many rows the first are drawn, and the
 * others when asked for. Columns without anything in them are left out.
 *
 * @param label what it shows, for screen readers
 * @param noun what a row is: `metric`
 */
export function PlainTable<T>({
  label,
  noun,
  columns,
  rows,
  keyOf,
  usual = USUAL_ROWS,
}: {
  readonly label: string;
  readonly noun: string;
  readonly columns: readonly PlainColumn<T>[];
  readonly rows: readonly T[];
  readonly keyOf: (row: T) => string;
  /** Rows that are drawn at first. */
  readonly usual?: number;
}) {
  const [most, setMost] = useState(usual);
  const rest = rows.length - most;
  const drawn = rows.slice(0, most);
  const used = columns.filter(({ cell }) => drawn.some((row) => !isNothing(cell(row))));
  return (
    <>
      <table className={styles['table']} aria-label={label}>
        <thead>
          <tr>
            {used.map(({ name, isNumber }) => (
              <th key={name} scope="col" data-number={isNumber}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {drawn.map((row) => (
            <tr key={keyOf(row)}>
              {used.map(({ name, cell, isNumber }) => (
                <td key={name} data-name={name} data-number={isNumber}>
                  <span>{cell(row)}</span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <ShowAll rest={rest} noun={noun} onShow={() => setMost(rows.length)} />
    </>
  );
}

function isNothing(cell: ReactNode): boolean {
  return cell === null || cell === undefined || cell === false || cell === '';
}
