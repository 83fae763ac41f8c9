import { useDeferredValue, useState, type ReactNode } from 'react';
import { describeSignificance } from '../../../core/stats/format-summary.ts';
import { formatCount } from '../../../core/text/phrases.ts';
import type { Compared, ComparedMetric } from '../../../server/index.ts';
import { SearchField } from '../../components/search-field.tsx';
import { Toolbar } from '../../components/toolbar.tsx';
import { formatValue, signDifference, writeMinus } from '../../format/numbers.ts';
import type { ComparedRun } from './compare-address.ts';
import styles from './compare-page.module.css';
import { SideBySideTable } from './side-by-side.tsx';

/** A search is worth its place from here on. */
const MANY = 15;

/** What came out of the experiments, with what is best and how far each is from the baseline. */
export function ComparedMetrics({
  compared: { metrics },
  runs,
}: {
  readonly compared: Compared;
  readonly runs: readonly ComparedRun[];
}) {
  const [search, setSearch] = useState('');
  const wanted = useDeferredValue(search.toLowerCase());
  const found = metrics.filter(({ name }) => name.toLowerCase().includes(wanted));
  const baseline = runs.findIndex(({ isBaseline }) => isBaseline);
  return (
    <section aria-labelledby="results">
      <h2 id="results">Results</h2>
      {metrics.length === 0 ? (
        <p>They have no harvested metrics.</p>
      ) : (
        <p>
          ↑ higher is better, ↓ lower is better, ★ best. Below each value: its difference from the baseline. Each value
          is of one run, so for each difference there are {describeSignificance(undefined, [1, 1])}. In the list of
          experiments, group runs by their seeds to test a difference.
        </p>
      )}
      {metrics.length > MANY && (
        <Toolbar>
          <SearchField label="Search metrics" text={search} onChange={setSearch} />
          <span>{formatCount(found.length, 'metric')}</span>
        </Toolbar>
      )}
      {found.length > 0 && (
        <SideBySideTable
          label="Metrics"
          noun="metric"
          runs={runs}
          rows={found.map((metric) => ({
            name: nameMetric(metric),
            isNumber: true,
            cells: runs.map((_, i) => writeMetric(metric, i, baseline)),
          }))}
        />
      )}
    </section>
  );
}

const ARROWS = { max: ' ↑', min: ' ↓' } as const;

function nameMetric({ name, unit, mode }: ComparedMetric): string {
  return `${name}${unit === undefined ? '' : ` (${unit})`}${mode === undefined ? '' : ARROWS[mode]}`;
}

function writeMetric({ numbers, texts, missing, best }: ComparedMetric, at: number, baseline: number): ReactNode {
  const [number, text, why] = [numbers[at] ?? null, texts[at] ?? null, missing[at] ?? null];
  if (why !== null) return <span className={styles['aside']}>({why.replaceAll('_', ' ')})</span>;
  const reference = numbers[baseline] ?? null;
  return (
    <>
      <span title={text ?? undefined}>{number === null ? text : writeMinus(formatValue(number))}</span>
      {best.includes(at) && (
        <span title="best">
          {' '}
          <span aria-hidden="true">★</span>
          <span className="visually-hidden">best</span>
        </span>
      )}
      {at !== baseline && number !== null && reference !== null && (
        <span className={styles['delta']}>{signDifference(number - reference)}</span>
      )}
    </>
  );
}
