import { formatCount } from '../../../core/text/phrases.ts';
import { useCall } from '../../api/use-call.ts';
import { Moment } from '../../components/moment.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import { WaitWords } from '../../components/wait-words.tsx';
import { toHref } from '../../state/use-route.ts';
import type { ClusterNow } from './cluster-now.ts';

/** The experiments of the project that wait, and why: as the last look at the scheduler says, otherwise as it is on record. */
export function Waiting({ now: { waiting } }: { readonly now: ClusterNow }) {
  const { data: summary } = useCall('summary', {});
  const { total, newest } = waiting;
  const reasonOf = (key: string): string | undefined => summary?.waiting.find(({ keys }) => keys.includes(key))?.reason;
  return (
    <section aria-labelledby="waiting">
      <h2 id="waiting">Your jobs that wait</h2>
      {total === 0 ? (
        <p>No experiment of this project waits for a job to start.</p>
      ) : (
        <>
          <p>
            <a href={toHref(['x'], { q: 'status = queued' })}>{formatCount(total, 'experiment')}</a> of this project
            {total > newest.length && `; the newest ${newest.length} are here`}
          </p>
          <PlainTable
            label="Experiments that wait"
            noun="experiment"
            rows={newest}
            keyOf={({ key }) => key}
            columns={[
              { name: 'experiment', cell: ({ exp_id: id }) => <a href={toHref(['x', id])}>{id}</a> },
              { name: 'job', cell: ({ job }) => job },
              { name: 'partition', cell: ({ partition }) => partition },
              { name: 'submitted', cell: ({ submitted_at: at }) => <Moment at={at} /> },
              {
                name: 'why it waits',
                cell: ({ key, note }) => (
                  <span>
                    <WaitWords text={reasonOf(key) ?? note ?? 'unknown'} />
                  </span>
                ),
              },
            ]}
          />
        </>
      )}
    </section>
  );
}
