import { commandOf } from '../../../core/command/command-of.ts';
import { formatMean } from '../../../core/stats/format-summary.ts';
import { formatCount } from '../../../core/text/phrases.ts';
import type { Api } from '../../../server/index.ts';
import { useCall } from '../../api/use-call.ts';
import { Empty } from '../../components/empty.tsx';
import { Loading } from '../../components/loading.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import { ProblemView } from '../../components/problem-view.tsx';
import { listCauses } from '../../../core/text/missing-words.ts';
import { formatValue } from '../../format/numbers.ts';
import { writeGroup } from './brushes.ts';
import { listSettings, type Members } from './members.ts';
import { Part } from './part.tsx';
import type { MetricPartProps } from './part-props.ts';
import { rankRequest } from './rank-request.ts';

type Ranked = Api['rankGroups']['answer'];

/** The groups by their means, each compared with the best one. */
export function RankedGroups({ sweep, members, chosen: { where }, metric, mode, change }: MetricPartProps) {
  const request = rankRequest(sweep, members, { where, metric, mode });
  const ranked = useCall('rankGroups', request, { keepsFormer: true });
  const settings = listSettings(members).map(({ label }) => label);
  const { name } = sweep.summary;
  return (
    <Part
      title={`Groups by ${metric.name}: mean over seeds`}
      command={commandOf({
        command: 'compare',
        sweep: name,
        ...(where !== '' && { where }),
        groupBy: settings,
        columns: [metric.label],
        // The command tests exactly two groups.
        ...(ranked.data?.total === 2 && { test: 'welch' }),
      })}
    >
      {mode === undefined && <Empty why={`Nothing says which values of ${metric.name} are better. Choose it above.`} />}
      {ranked.error !== null && mode !== undefined && (
        <ProblemView error={ranked.error} retry={() => void ranked.refetch()} />
      )}
      {ranked.data === undefined && ranked.error === null && mode !== undefined && (
        <Loading what="the groups" lines={6} />
      )}
      {ranked.data && ranked.error === null && mode !== undefined && (
        <div aria-busy={ranked.isPlaceholderData}>
          <RankTable ranked={ranked.data} choose={(newest) => change({ q: whereGroup(members, where, newest) })} />
        </div>
      )}
    </Part>
  );
}

/** A filter that only the group of a member fits. */
function whereGroup(members: Members, where: string, expId: string): string {
  const place = members.expIds.indexOf(expId);
  return writeGroup(
    where,
    listSettings(members).map(({ name, values }) => ({ field: name, value: values[place] })),
  );
}

function RankTable({
  ranked,
  choose,
}: {
  readonly ranked: Ranked;
  /** Shows only the group that this experiment is in. */
  readonly choose: (expId: string) => void;
}) {
  const [metric, ...settings] = ranked.columns;
  if (metric === undefined) return null;
  const summary = (i: number) => metric.summaries?.[i];
  const difference = (i: number) => metric.differences?.[i];
  const left = ranked.total - ranked.groups.length;
  return (
    <>
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
              if (!newest || header !== settings[0]?.header) return text;
              return (
                <button type="button" title="Show only this group" onClick={() => choose(newest)}>
                  {text}
                </button>
              );
            },
          })),
          { name: 'mean ± std', isNumber: true, cell: (i) => meanText(summary(i)) },
          { name: 'n', isNumber: true, cell: (i) => String(summary(i)?.n ?? 0) },
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
          { name: 'p (Holm)', isNumber: true, cell: (i) => formatP(difference(i)?.pHolm) },
        ]}
      />
      <p>
        {left > 0 && `${formatCount(left, 'group')} more ${left === 1 ? 'is' : 'are'} not shown. `}
        {describeTests(metric.tests ?? 0)}{' '}
        {ranked.total === 2
          ? 'The command prints the means and the test without ranks.'
          : 'The command prints the means without ranks, differences and tests.'}
      </p>
    </>
  );
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

/** Members without a value by cause, and seeds that other groups have. */
function missingText({ groups, columns }: Ranked, i: number): string {
  const gaps = columns[0]?.gaps?.[i] ?? {};
  return [...listCauses(gaps), ...(groups[i]?.missingSeeds ?? []).map((seed) => `no ${seed}`)].join(', ');
}

function signed(value: number | undefined): string {
  if (value === undefined) return '';
  const text = formatValue(Number(value.toPrecision(3)));
  return value > 0 ? `+${text}` : text;
}

function formatP(p: number | undefined): string {
  if (p === undefined) return '';
  return p < 0.001 ? '< 0.001' : p.toFixed(3);
}
