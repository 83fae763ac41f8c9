import { commandOf } from '../../../core/command/command-of.ts';
import { useCall } from '../../api/use-call.ts';
import { Empty } from '../../components/empty.tsx';
import { Loading } from '../../components/loading.tsx';
import { ProblemView } from '../../components/problem-view.tsx';
import { writeGroup } from './brushes.ts';
import { listSettings, type Members } from './members.ts';
import { Part } from './part.tsx';
import type { MetricPartProps } from './part-props.ts';
import { rankRequest } from './rank-request.ts';
import { RankTable } from './rank-table.tsx';

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
          <RankTable
            ranked={ranked.data}
            choose={(newest) => change({ q: whereGroup(members, where, newest) })}
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

/** A filter that only the group of a member fits. */
function whereGroup(members: Members, where: string, expId: string): string {
  const place = members.expIds.indexOf(expId);
  return writeGroup(
    where,
    listSettings(members).map(({ name, values }) => ({ field: name, value: values[place] })),
  );
}
