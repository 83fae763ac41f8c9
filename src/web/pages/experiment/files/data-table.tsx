import { useState } from 'react';
import { formatCount } from '../../../../core/text/phrases.ts';
import styles from './files.module.css';

/** A column of a file. */
export interface DataColumn {
  readonly name: string;
  readonly type?: string;
  /** Its cells were not read. */
  readonly isLeftOut?: true;
}

type Cell = string | number | boolean | null | undefined;

/** So many columns are drawn at first. */
const USUAL_COLUMNS = 40;

/** Rows of a file as they are in it, with all its columns, also those without a name or a value. */
export function DataTable({
  label,
  columns,
  rows,
}: {
  readonly label: string;
  readonly columns: readonly DataColumn[];
  readonly rows: readonly (readonly Cell[])[];
}) {
  const [most, setMost] = useState(USUAL_COLUMNS);
  // A line may have more cells than the first one.
  const total = rows.reduce((width, row) => Math.max(width, row.length), columns.length);
  const places = Array.from({ length: Math.min(total, most) }, (_, place) => place);
  return (
    <>
      <div className={styles['scroll']} tabIndex={0} role="region" aria-label={label}>
        <table className={styles['data']}>
          <thead>
            <tr>
              {places.map((place) => (
                <th key={place} scope="col">
                  {columns[place]?.name || <i>no name</i>}
                  {columns[place]?.type !== undefined && <span> {columns[place].type}</span>}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, i) => (
              <tr key={i}>
                {places.map((place) => (
                  <td key={place}>{showCell(row[place], columns[place])}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {total > most && (
        <p>
          {formatCount(total - most, 'column')} more{' '}
          <button type="button" onClick={() => setMost(total)}>
            Show all
          </button>
        </p>
      )}
    </>
  );
}

function showCell(cell: Cell, column: DataColumn | undefined) {
  if (cell === undefined || column?.isLeftOut === true) return '';
  return cell === null ? <i>null</i> : String(cell);
}
