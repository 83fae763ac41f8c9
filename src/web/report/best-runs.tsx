import { groupDigits } from '../../core/text/phrases.ts';
import type { ReportData } from '../../server/index.ts';
import { PlainTable } from '../components/plain-table.tsx';
import { StatusMark } from '../components/status-mark.tsx';
import { formatValue } from '../format/numbers.ts';
import { Part } from '../pages/sweep/shared/part.tsx';
import { describeTies } from './summary-words.ts';

const MOST_RUNS = 10;

/** The runs with the best values, one by one. */
export function BestRuns({ data: { members, metric = '', mode } }: { readonly data: ReportData }) {
  const { expIds, statuses, parameters, values } = members;
  const sign = mode === 'min' ? -1 : 1;
  const ranked = [...values.keys()]
    .flatMap((place) => {
      const value = values[place] ?? null;
      return value === null ? [] : [{ place, value }];
    })
    .toSorted((a, b) => sign * (b.value - a.value));
  return (
    <Part title="Best runs" command={undefined}>
      <PlainTable
        label="Best runs"
        noun="run"
        rows={ranked.slice(0, MOST_RUNS)}
        keyOf={({ place }) => expIds[place] ?? ''}
        columns={[
          { name: 'experiment', cell: ({ place }) => expIds[place] },
          { name: metric, isNumber: true, cell: ({ value }) => formatValue(value) },
          { name: 'status', cell: ({ place }) => <StatusMark status={statuses[place] ?? ''} /> },
          ...parameters.map(({ label, texts }) => ({
            name: label,
            cell: ({ place }: { readonly place: number }) => texts[place],
          })),
        ]}
      />
      <p>
        {describeTies(ranked.map(({ value }) => value))}{' '}
        {ranked.length > MOST_RUNS && `The best ${MOST_RUNS} of ${groupDigits(ranked.length)} with a value. `}
        Each value is of one run: whether a difference is more than chance, the groups say.
      </p>
    </Part>
  );
}
