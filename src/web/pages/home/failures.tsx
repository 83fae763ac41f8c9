import { nameRemedy } from '../../../core/experiment/cause-words.ts';
import { formatCount } from '../../../core/text/phrases.ts';
import type { StatusLineJson } from '../../../json/index.ts';
import { useCall } from '../../api/use-call.ts';
import { ActionButtons } from '../../components/actions/action-buttons.tsx';
import { Loading } from '../../components/loading.tsx';
import { Moment } from '../../components/moment.tsx';
import { ProblemView } from '../../components/problem-view.tsx';
import { StatusMark } from '../../components/status-mark.tsx';
import { describeStatus } from '../../format/status-words.ts';
import { toMs } from '../../format/times.ts';
import { useNow } from '../../state/use-now.ts';
import { toHref } from '../../state/use-route.ts';
import styles from './home.module.css';
import { NewMark } from './new-mark.tsx';
import { linkToList } from './queries.ts';
import type { useSince } from './use-since.ts';

/** The others are in the list. */
const MOST = 10;

/** What died: the sentence, the line of the log that says it, and what to do. */
export function Failures({ since }: { readonly since: ReturnType<typeof useSince> }) {
  const { sinceMs } = since;
  const failures = useCall('failures', { sinceMs, limit: MOST });
  const activity = useCall('activity', { sinceMs });
  const counts = activity.data?.ended.counts ?? [];
  const total = counts.reduce((sum, { status, count }) => sum + (status === 'failed' ? count : 0), 0);
  return (
    <section aria-labelledby="failed">
      <h2 id="failed">Failed</h2>
      {failures.error !== null ? (
        <ProblemView error={failures.error} retry={() => void failures.refetch()} />
      ) : failures.data === undefined ? (
        <Loading what="what failed" />
      ) : failures.data.length === 0 ? (
        <p className={styles['quiet']}>Nothing failed in this time.</p>
      ) : (
        <ul className={styles['failures']}>
          {failures.data.map((line) => (
            <Failure key={line.exp_id} line={line} since={since} />
          ))}
        </ul>
      )}
      {total > MOST && (
        <p>
          {formatCount(total - MOST, 'experiment')} more failed:{' '}
          <a href={linkToList('status', 'failed')}>all that failed</a>
        </p>
      )}
    </section>
  );
}

function Failure({ line, since }: { readonly line: StatusLineJson; readonly since: ReturnType<typeof useSince> }) {
  const now = useNow();
  const { exp_id: id, diagnosis } = line;
  return (
    <li>
      <div className={styles['line']}>
        <a href={toHref(['x', id])}>{id}</a> <StatusMark status={line.status} text={describeStatus(line, now)} />
        <Moment at={line.ended_at} /> <NewMark since={since} atMs={toMs(line.ended_at)} />
      </div>
      {diagnosis?.line && (
        <pre className={styles['log']} tabIndex={0}>
          {diagnosis.line.text}
        </pre>
      )}
      <ActionButtons
        label={`Actions for ${id}`}
        offers={[{ name: 'Retry', action: { kind: 'retry', which: { ids: [id] } } }]}
      />
      {diagnosis?.fix && <p>Try {nameRemedy(diagnosis.fix, id)}.</p>}
    </li>
  );
}
