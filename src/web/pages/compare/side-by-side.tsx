import { useState, type ReactNode } from 'react';
import { PlainTable } from '../../components/plain-table.tsx';
import { ShowAll } from '../../components/show-all.tsx';
import type { ComparedRun } from './compare-address.ts';
import styles from './compare-page.module.css';

/** Something of all experiments. */
export interface ComparedCells {
  readonly name: string;
  /** In the order of the experiments. */
  readonly cells: readonly ReactNode[];
  readonly isNumber?: boolean;
}

/** With more experiments than these, each is a row rather than a column. */
const MOST_ACROSS = 12;
/** Columns that are drawn at first. */
const USUAL_COLUMNS = 20;
/** Rows that are drawn at first: all cells together take no longer than the curves below them. */
const USUAL_ROWS = 50;

/** Experiments beside each other; of many, one below the other. */
export function SideBySideTable({
  label,
  noun,
  runs,
  rows,
}: {
  readonly label: string;
  /** What is compared: `parameter`. */
  readonly noun: string;
  readonly runs: readonly ComparedRun[];
  readonly rows: readonly ComparedCells[];
}) {
  const [most, setMost] = useState(USUAL_COLUMNS);
  const isAcross = runs.length <= MOST_ACROSS;
  const names = runs.map(({ expId, isBaseline }) => (isBaseline ? `${expId} (baseline)` : expId));
  const rest = isAcross ? 0 : rows.length - most;
  return (
    <>
      <div className={styles['wide']} role="region" tabIndex={0} aria-label={`${label}, side by side`}>
        {isAcross ? (
          <PlainTable
            label={label}
            noun={noun}
            rows={rows}
            keyOf={({ name }) => name}
            columns={[
              { name: noun, cell: ({ name }) => name },
              ...names.map((name, i) => ({ name, cell: ({ cells }: ComparedCells) => cells[i] })),
            ]}
          />
        ) : (
          <PlainTable
            label={label}
            noun="experiment"
            rows={runs}
            usual={USUAL_ROWS}
            keyOf={({ expId }) => expId}
            columns={[
              { name: 'experiment', cell: (run) => names[runs.indexOf(run)] },
              ...rows.slice(0, most).map(({ name, cells, isNumber }) => ({
                name,
                isNumber: isNumber === true,
                cell: (run: ComparedRun) => cells[runs.indexOf(run)],
              })),
            ]}
          />
        )}
      </div>
      <ShowAll rest={rest} noun={noun} onShow={() => setMost(rows.length)} />
    </>
  );
}
