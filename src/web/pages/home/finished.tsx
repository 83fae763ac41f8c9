import { groupDigits } from '../../../core/text/phrases.ts';
import { useCall } from '../../api/use-call.ts';
import { Moment } from '../../components/moment.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import { ProblemView } from '../../components/problem-view.tsx';
import { toIso } from '../../format/times.ts';
import { toHref } from '../../state/use-route.ts';
import { groupCompleted } from './completed-groups.ts';
import styles from './home.module.css';
import { NewMark } from './new-mark.tsx';
import { linkToList } from './queries.ts';
import type { useSince } from './use-since.ts';

const MOST = 10;

/** What completed: a line for each sweep, and for each experiment of none. */
export function Finished({ since }: { readonly since: ReturnType<typeof useSince> }) {
  const activity = useCall('activity', { sinceMs: since.sinceMs });
  if (activity.error !== null) return <ProblemView error={activity.error} retry={() => void activity.refetch()} />;
  if (activity.data === undefined) return null;
  const { ended, made, started } = activity.data;
  const groups = groupCompleted(
    ended.newest.filter(({ status }) => status === 'completed'),
    ended.sweeps,
  ).slice(0, MOST);
  const total = ended.counts.reduce((sum, { status, count }) => sum + (status === 'completed' ? count : 0), 0);
  return (
    <section aria-labelledby="finished">
      <h2 id="finished">Completed</h2>
      <p className={styles['quiet']}>
        {groupDigits(total)} completed · {groupDigits(started.total)} started · {groupDigits(made.total)} made
      </p>
      {groups.length > 0 && (
        <PlainTable
          label="Completed"
          noun="line"
          rows={groups}
          keyOf={({ sweep, name }) => `${sweep === undefined ? 'x' : 's'} ${name}`}
          columns={[
            {
              name: 'name',
              cell: ({ name, sweep }) => <a href={toHref([sweep === undefined ? 'x' : 's', name])}>{name}</a>,
            },
            {
              name: 'members',
              isNumber: true,
              cell: ({ sweep, count }) => sweep !== undefined && groupDigits(count),
            },
            { name: 'template', cell: ({ template }) => <a href={toHref(['t', template])}>{template}</a> },
            {
              name: 'ended',
              cell: ({ atMs }) => (
                <>
                  <Moment at={toIso(atMs)} /> <NewMark since={since} atMs={atMs} />
                </>
              ),
            },
          ]}
        />
      )}
      {total > 0 && (
        <p>
          <a href={linkToList('status', 'completed')}>All that completed</a>
        </p>
      )}
    </section>
  );
}
