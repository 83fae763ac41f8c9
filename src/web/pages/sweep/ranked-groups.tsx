import { commandOf } from '../../../core/command/command-of.ts';
import { matchText } from '../../../core/query/ast.ts';
import { formatQuery } from '../../../core/query/format.ts';
import { useCall } from '../../api/use-call.ts';
import { Empty } from '../../components/empty.tsx';
import { Loading } from '../../components/loading.tsx';
import { ProblemView } from '../../components/problem-view.tsx';
import { Toolbar } from '../../components/toolbar.tsx';
import { toHref } from '../../state/use-route.ts';
import { writeGroup } from './brushes.ts';
import { listSettings, type Members, type Parameter } from './shared/members.ts';
import { Part } from './shared/part.tsx';
import type { MetricPartProps } from './shared/part-props.ts';
import { rankRequest } from './shared/rank-request.ts';
import { RankTable } from './rank-table.tsx';

/** The groups by their means, each compared with the best one: of all parameters, or of one. */
export function RankedGroups({ sweep, members, chosen: { where }, address, metric, mode, change }: MetricPartProps) {
  const all = listSettings(members);
  const by = all.length > 1 ? all.find(({ name }) => name === address.by) : undefined;
  const request = rankRequest(sweep, members, { where, metric, mode, by });
  const ranked = useCall('rankGroups', request, { keepsFormer: true });
  const settings = by ? [by] : all;
  return (
    <Part
      title={
        by
          ? `${by.label} by ${metric.name}: mean over all other parameters and seeds`
          : `Groups by ${metric.name}: mean over seeds`
      }
      command={commandOf({
        command: 'compare',
        sweep: sweep.summary.name,
        ...(where !== '' && { where }),
        groupBy: settings.map(({ label }) => label),
        columns: [metric.label],
        // The command tests exactly two groups.
        ...(ranked.data?.total === 2 && { test: 'welch' }),
      })}
    >
      {all.length > 1 && (
        <Toolbar>
          <label>
            Rank by{' '}
            <select value={by?.name ?? ''} onChange={({ target }) => change({ by: target.value || undefined })}>
              <option value="">all parameters together</option>
              {all.map(({ name, label }) => (
                <option key={name} value={name}>
                  {label} alone
                </option>
              ))}
            </select>
          </label>
        </Toolbar>
      )}
      {settings.length > 0 && (
        <p>
          <a href={writeTableHref(sweep, settings, { where, metric, mode })}>LaTeX table of these groups</a>
        </p>
      )}
      {by && <p>{describeMixture(by, members)}</p>}
      {mode === undefined && <Empty why={`Nothing says which values of ${metric.name} are better. Choose it above.`} />}
      {ranked.error !== null && mode !== undefined && (
        <ProblemView error={ranked.error} retry={() => void ranked.refetch()} />
      )}
      {ranked.data === undefined && ranked.error === null && mode !== undefined && (
        <Loading what="the groups" lines={6} />
      )}
      {ranked.data && ranked.error === null && mode !== undefined && (
        <div aria-busy={ranked.isPlaceholderData}>
          {ranked.data.warnings.map((warning) => (
            <p key={warning}>{warning}</p>
          ))}
          <RankTable
            ranked={ranked.data}
            choose={(newest) => change({ q: whereGroup(members, settings, { where, expId: newest }) })}
            note={
              ranked.data.total === 2
                ? 'The command prints the means and the test without ranks.'
                : 'The command prints the means without ranks, differences and tests.'
            }
          />
        </div>
      )}
    </Part>
  );
}

/** The page that exports the groups as a table for a paper, with the best one in bold. */
function writeTableHref(
  { summary: { name } }: MetricPartProps['sweep'],
  settings: readonly Parameter[],
  { where, metric, mode }: Pick<MetricPartProps, 'metric' | 'mode'> & { readonly where: string },
): string {
  const q = formatQuery(matchText('sweep', name));
  return toHref(['export'], {
    q: where === '' ? q : `${q} and (${where})`,
    c: metric.label,
    g: settings.map(({ label }) => label).join(','),
    f: 'latex',
    best: mode && `${metric.label}:${mode}`,
  });
}

/** What else differs between the runs of a group that have one parameter in common. */
function describeMixture({ name, label }: Parameter, { parameters }: Members): string {
  const others = parameters.filter((each) => each.name !== name).map((each) => each.label);
  return (
    `The runs of a group have the same ${label} but differ in ${new Intl.ListFormat('en').format(others)}. The spread is therefore not of seeds alone, ` +
    'and a difference between groups may come from the other parameters unless each group has the same values of them.'
  );
}

/** A filter that only the runs with the same values as a member fit. */
function whereGroup(
  { expIds }: Members,
  settings: readonly Parameter[],
  { where, expId }: { readonly where: string; readonly expId: string },
): string {
  const place = expIds.indexOf(expId);
  return writeGroup(
    where,
    settings.map(({ name, values }) => ({ field: name, value: values[place] })),
  );
}
