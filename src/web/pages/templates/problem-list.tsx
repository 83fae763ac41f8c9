import type { ProblemJson } from '../../../json/index.ts';
import styles from './templates.module.css';

/** Why a template cannot be used, with the place of each mistake. */
export function ProblemList({ problems }: { readonly problems: readonly ProblemJson[] }) {
  return (
    <section aria-label="Why it cannot be used" className={styles['problems']}>
      <p className={styles['broken']}>This template cannot be used:</p>
      <ul>
        {problems.map(({ message, why, fix, at, replacement }, i) => (
          <li key={i}>
            {message}
            {at && (
              <>
                {' '}
                <code>{formatPlace(at)}</code>
              </>
            )}
            {why && <p>{why}</p>}
            {fix && <pre>{[fix, ...(replacement?.lines ?? [])].join('\n')}</pre>}
          </li>
        ))}
      </ul>
    </section>
  );
}

function formatPlace({ file, line, column }: NonNullable<ProblemJson['at']>): string {
  return [file, line, column].filter((part) => part !== null && part !== undefined).join(':');
}
