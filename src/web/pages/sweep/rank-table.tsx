import { isActive, type Status } from '../../../core/experiment/status.ts';
import { describeSignificance, formatMean } from '../../../core/stats/format-summary.ts';
import { listCauses } from '../../../core/text/missing-words.ts';
import { formatCount, groupDigits } from '../../../core/text/phrases.ts';
import type { Api } from '../../../server/index.ts';
import { PlainTable } from '../../components/plain-table.tsx';
import { formatValue, signDifference } from '../../format/numbers.ts';

type Ranked = Api['rankGroups']['answer'];

/** Groups by their means, each with its difference from the best one, and how these were tested. */
export function RankTable({
  ranked,
  choose,
  note = '',
}: {
  readonly ranked: Ranked;
  /** Shows only the group that this experiment is in; absent if that cannot be done. */
  readonly choose?: (expId: string) => void;
  /** What follows the words below the table. */
  readonly note?: string;
}) {
  const [metric, ...settings] = ranked.columns;
  if (metric === undefined) return null;
  const summary = (i: number) => metric.summaries?.[i];
  const difference = (i: number) => metric.differences?.[i];
  const left = ranked.total - ranked.groups.length;
  const lead = describeLead(ranked);
  return (
    <>
      {lead !== undefined && <p>{lead}</p>}
      <PlainTable
        label="Groups, the best one first"
        noun="group"
        rows={[...ranked.groups.keys()]}
        keyOf={(i) => ranked.groups[i]?.id ?? ''}
        columns={[
          { name: 'rank', isNumber: true, cell: (i) => ranked.ranks[i] ?? 'none' },
          ...settings.map(({ header, cells, written }) => ({
            name: header,
            cell: (i: number) => {
              const { newest } = ranked.groups[i] ?? {};
              const text = written[i] ?? formatValue(cells[i] ?? 'none');
              if (!choose || !newest || header !== settings[0]?.header) return text;
              return (
                <button type="button" title="Show only this group" onClick={() => choose(newest)}>
                  {text}
                </button>
              );
            },
          })),
          { name: 'mean ± std', isNumber: true, cell: (i) => meanText(summary(i)) },
          { name: 'n', isNumber: true, cell: (i) => String(summary(i)?.n ?? 0) },
          { name: 'unfinished', cell: (i) => describeUnfinished(ranked.groups[i]?.statuses ?? {}) },
          { name: 'missing', cell: (i) => missingText(ranked, i) },
          { name: 'to the best', isNumber: true, cell: (i) => signed(difference(i)?.difference) },
          {
            name: '95 % interval',
            isNumber: true,
            cell: (i) =>
              difference(i)
                ?.ci95?.map((end) => signed(end))
                .join(' to '),
          },
          { name: 'significant?', cell: (i) => describeTest(ranked, i) },
        ]}
      />
      <p>
        {left > 0 && `${formatCount(left, 'group')} more ${left === 1 ? 'is' : 'are'} not shown. `}
        {describeTests(metric.tests ?? 0)} {note}
      </p>
    </>
  );
}

/** Which group is the best, and whether it is better than the second by more than chance. */
function describeLead(ranked: Ranked): string | undefined {
  const [first, second] = [0, 1].map((i) => nameGroup(ranked, i));
  if (ranked.ranks[0] !== 1 || ranked.ranks[1] === null || second === undefined) return undefined;
  if (ranked.ranks[1] === 1) return `${first} and ${second} have the same mean.`;
  const best = ranked.groups.findIndex(({ id }) => id === ranked.reference?.groups[0]?.id);
  if (best !== 0) return `${first} has the best mean, of one run: ${describeSignificance(undefined, [1, 1])}.`;
  return `${first} has the best mean. Its difference from ${second}, the second: ${describeTest(ranked, 1)}.`;
}

/** `lr = 0.1, wd = 0`; undefined for a group that is not listed. */
export function nameGroup({ columns: [, ...settings], groups }: Ranked, i: number): string | undefined {
  if (groups[i] === undefined) return undefined;
  return settings
    .map(({ header, cells, written }) => `${header} = ${written[i] ?? formatValue(cells[i] ?? 'none')}`)
    .join(', ');
}

/** Whether a group differs from the best one by more than chance; empty for the best one, and for a group without values. */
function describeTest({ columns: [metric], reference }: Ranked, i: number): string {
  const difference = metric?.differences?.[i];
  const counts = [metric?.summaries?.[i]?.n ?? 0, reference?.columns[0]?.summaries?.[0]?.n ?? 0] as const;
  return difference?.difference === undefined ? '' : describeSignificance(difference.pHolm, counts);
}

function describeTests(tests: number): string {
  if (tests === 0)
    return 'No test was possible: it needs two groups with at least two values each, and values that vary.';
  const each = "Each mean is compared with the best group of at least two runs by Welch's t-test";
  return tests === 1
    ? `${each}. There is one test, so p needs no correction.`
    : `${each}. p is corrected by Holm's method for ${tests} tests; intervals are not corrected.`;
}

function meanText(summary: NonNullable<Ranked['columns'][number]['summaries']>[number] | undefined): string {
  if (summary?.mean === undefined) return 'none';
  return formatMean(summary);
}

/** Says that the figures of a group change when its runs have ended. */
function describeUnfinished(statuses: { readonly [status in Status]?: number }): string {
  const left = Object.entries(statuses) as [Status, number][];
  const n = left.reduce((sum, [status, count]) => sum + (status === 'created' || isActive(status) ? count : 0), 0);
  return n === 0 ? '' : `interim: ${formatCount(n, 'run')} not ended`;
}

/** Members without a value by cause, and seeds that other groups have. */
function missingText({ groups, columns }: Ranked, i: number): string {
  const gaps = columns[0]?.gaps?.[i] ?? {};
  const { missingSeeds, statuses } = groups[i] ?? {};
  const causes = listCauses(gaps);
  const failed = causes.length > 0 && statuses?.failed ? ` (${groupDigits(statuses.failed)} failed)` : '';
  return [causes.join(', ') + failed, ...(missingSeeds ?? []).map((seed) => `no ${seed}`)].filter(Boolean).join(', ');
}

function signed(value: number | undefined): string {
  return value === undefined ? '' : signDifference(Number(value.toPrecision(3)));
}
