import { formatCount } from '../../../core/text/phrases.ts';
import { useCall } from '../../api/use-call.ts';
import { Moment } from '../../components/moment.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import { ProblemView } from '../../components/problem-view.tsx';
import { toHref } from '../../state/use-route.ts';
import { linkToList } from './queries.ts';

const MOST = 10;

/** What completed. */
export function Finished({ since: { sinceMs } }: { readonly since: { readonly sinceMs: number } }) {
  const activity = useCall('activity', { sinceMs });
  if (activity.error !== null) return <ProblemView error={activity.error} retry={() => void activity.refetch()} />;
  if (activity.data === undefined) return null;
  const { ended, made, started } = activity.data;
  const completed = ended.newest.filter(({ status }) => status === 'completed').slice(0, MOST);
  const total = ended.counts.reduce((sum, { status, count }) => sum + (status === 'completed' ? count : 0), 0);
  return (
    <section aria-labelledby="finished">
      <h2 id="finished">Completed</h2>
      <p>
        {formatCount(total, 'experiment')} completed, {formatCount(started.total, 'experiment')} started,{' '}
        {formatCount(made.total, 'experiment')} made in this time.
      </p>
      {completed.length > 0 && (
        <PlainTable
          label="Completed"
          noun="experiment"
          rows={completed}
          keyOf={({ key }) => key}
          columns={[
            { name: 'experiment', cell: ({ expId }) => <a href={toHref(['x', expId])}>{expId}</a> },
            { name: 'sweep', cell: ({ sweep }) => sweep && <a href={linkToList('sweep', sweep)}>{sweep}</a> },
            { name: 'template', cell: ({ template }) => <a href={toHref(['t', template])}>{template}</a> },
            { name: 'ended', cell: ({ atMs }) => <Moment at={new Date(atMs).toISOString()} /> },
          ]}
        />
      )}
      {total > completed.length && completed.length > 0 && (
        <p>
          <a href={linkToList('status', 'completed')}>All that completed</a>
        </p>
      )}
    </section>
  );
}
