import { formatCount } from '../../core/text/phrases.ts';
import type { ReportData } from '../../server/index.ts';
import { StatusMark } from '../components/status-mark.tsx';
import { Part } from '../pages/sweep/shared/part.tsx';
import styles from './report.module.css';

/** What failed: the sentence, and the line of the log that says it. */
export function FailureList({ data: { failures, progress } }: { readonly data: ReportData }) {
  const total = progress.counts.failed ?? 0;
  if (total === 0) return null;
  const left = total - failures.length;
  return (
    <Part title="Failures" command={undefined}>
      <ul className={styles['failures']}>
        {failures.map(({ expId, status, cause, note, diagnosis }) => (
          <li key={expId}>
            <p>
              {expId} <StatusMark status={status} cause={cause ?? null} />
              {': '}
              {diagnosis?.says ?? note ?? 'why is not known'}
            </p>
            {diagnosis?.line && <pre>{diagnosis.line.text}</pre>}
          </li>
        ))}
      </ul>
      {left > 0 && <p>{formatCount(left, 'more failed experiment')}: the states have all.</p>}
    </Part>
  );
}
