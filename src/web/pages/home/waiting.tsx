import { formatCount } from '../../../core/text/phrases.ts';
import type { Api } from '../../../server/index.ts';
import { WaitWords } from '../../components/wait-words.tsx';
import { formatAge } from '../../format/times.ts';
import { useNow } from '../../state/use-now.ts';
import styles from './home.module.css';
import { linkToList } from './queries.ts';

/** What waits, and why, as of the last look at the scheduler. */
export function Waiting({ summary: { counts, waiting, scheduler } }: { readonly summary: Api['summary']['answer'] }) {
  const now = useNow();
  const queued = counts['queued'] ?? 0;
  if (queued === 0) return null;
  return (
    <section aria-labelledby="waiting">
      <h2 id="waiting">Waiting</h2>
      <p>
        <a href={linkToList('status', 'queued')}>{formatCount(queued, 'experiment')}</a>{' '}
        {queued === 1 ? 'waits' : 'wait'} for a job to start
        {scheduler.askedAt !== null && ` (the scheduler was asked ${formatAge(scheduler.askedAt, now)})`}.
      </p>
      {scheduler.problem !== null && <p>The scheduler did not answer: {scheduler.problem}</p>}
      <ul className={styles['plain']}>
        {waiting.map(({ reason, count }) => (
          <li key={reason}>
            {formatCount(count, 'job')}: <WaitWords text={reason} />
          </li>
        ))}
      </ul>
    </section>
  );
}
