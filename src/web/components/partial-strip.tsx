import type { ReactNode } from 'react';
import styles from './states.module.css';

/** Says that something is missing of what is shown, or wrong. @param message `2 of 36 files could not be read` */
export function PartialStrip({
  message,
  list = [],
  children,
}: {
  readonly message: string;
  readonly list?: readonly string[];
  /** What is shown below the list. */
  readonly children?: ReactNode;
}) {
  if (list.length === 0 && children === undefined) {
    return (
      <p role="note" className={styles['partial']}>
        {message}
      </p>
    );
  }
  return (
    <details className={styles['partial']}>
      <summary>{message}</summary>
      {list.length > 0 && (
        <ul>
          {list.map((each) => (
            <li key={each}>{each}</li>
          ))}
        </ul>
      )}
      {children}
    </details>
  );
}
