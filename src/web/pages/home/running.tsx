import { formatDuration, formatSpan } from '../../../core/units.ts';
import { groupDigits } from '../../../core/text/phrases.ts';
import type { StatusLineJson } from '../../../json/index.ts';
import { useCall } from '../../api/use-call.ts';
import { PlainTable } from '../../components/plain-table.tsx';
import { Loading } from '../../components/loading.tsx';
import { ProblemView } from '../../components/problem-view.tsx';
import { getTimeShare } from '../../format/status-words.ts';
import { toMs } from '../../format/times.ts';
import { useNow } from '../../state/use-now.ts';
import { toHref } from '../../state/use-route.ts';
import styles from './home.module.css';
import { linkToList } from './queries.ts';

const MOST = 10;

/** What runs, and how much of its time limit it has used. */
export function Running({ count }: { readonly count: number }) {
  const running = useCall('running', count === 0 ? undefined : { limit: MOST });
  const now = useNow();
  if (count === 0) return null;
  return (
    <section aria-labelledby="running">
      <h2 id="running">Running</h2>
      {running.error !== null && <ProblemView error={running.error} retry={() => void running.refetch()} />}
      {running.isPending && <Loading what="what runs" />}
      <PlainTable
        label="Running"
        noun="experiment"
        rows={running.data ?? []}
        keyOf={({ exp_id: id }) => id}
        columns={[
          { name: 'experiment', cell: ({ exp_id: id }) => <a href={toHref(['x', id])}>{id}</a> },
          { name: 'job', cell: ({ job }) => job },
          { name: 'partition', cell: ({ partition }) => partition },
          { name: 'runs for', isNumber: true, cell: (line) => spanOf(line, now) },
          { name: 'time limit', cell: (line) => <TimeBar line={line} now={now} /> },
          { name: 'note', cell: ({ note }) => note },
        ]}
      />
      {count > MOST && (
        <p>
          <a href={linkToList('status', 'running')}>All {groupDigits(count)} that run</a>
        </p>
      )}
    </section>
  );
}

function spanOf({ started_at: at }: StatusLineJson, now: number): string {
  const started = toMs(at);
  return started === undefined ? '' : formatSpan(started, now);
}

function TimeBar({ line, now }: { readonly line: StatusLineJson; readonly now: number }) {
  const share = getTimeShare(line, now);
  if (share === undefined) return 'none';
  const percent = `${Math.round(share * 100)} % of ${formatDuration(line.time_limit_seconds ?? 0)}`;
  return (
    <span className={styles['time']}>
      <progress max={1} value={share} aria-label={`Time used by ${line.exp_id}`} /> {percent}
    </span>
  );
}
