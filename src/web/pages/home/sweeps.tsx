import { STATUSES } from '../../../core/experiment/status.ts';
import { formatCount, groupDigits } from '../../../core/text/phrases.ts';
import type { Api } from '../../../server/index.ts';
import { useCall } from '../../api/use-call.ts';
import { Loading } from '../../components/loading.tsx';
import { ProblemView } from '../../components/problem-view.tsx';
import styles from './home.module.css';
import { toHref } from '../../state/use-route.ts';

const MOST = 12;

type Sweep = Api['sweeps']['answer']['sweeps'][number];

/** The sweeps, those that are active first: how many members have which status, as a bar and in words. */
export function Sweeps() {
  const sweeps = useCall('sweeps', { limit: MOST });
  if (sweeps.error !== null) return <ProblemView error={sweeps.error} retry={() => void sweeps.refetch()} />;
  if (sweeps.data === undefined) return <Loading what="sweeps" />;
  if (sweeps.data.total === 0) return null;
  const left = sweeps.data.total - sweeps.data.sweeps.length;
  return (
    <section aria-labelledby="sweeps">
      <h2 id="sweeps">Sweeps</h2>
      <ul className={styles['sweeps']}>
        {sweeps.data.sweeps.map((sweep) => (
          <SweepBar key={sweep.sweep} sweep={sweep} />
        ))}
      </ul>
      {left > 0 && <p>{formatCount(left, 'older sweep')} not shown.</p>}
    </section>
  );
}

/** From the end of their life to its beginning, so that a bar fills from the left. */
const ORDER = STATUSES.toReversed();

function SweepBar({ sweep: { sweep, count, archived, byStatus } }: { readonly sweep: Sweep }) {
  const parts = ORDER.flatMap((status) => {
    const n = byStatus[status] ?? 0;
    return n === 0 ? [] : [{ status, n }];
  });
  return (
    <li>
      <a href={toHref(['s', sweep])}>{sweep}</a>
      <span className={styles['bar']} aria-hidden="true">
        {parts.map(({ status, n }) => (
          <span key={status} data-status={status} style={{ width: `${(n / count) * 100}%` }} />
        ))}
      </span>
      <span>
        {parts.map(({ status, n }) => `${groupDigits(n)} ${status}`).join(' · ')} of {groupDigits(count)}
        {archived > 0 && `, ${groupDigits(archived)} archived`}
      </span>
    </li>
  );
}
