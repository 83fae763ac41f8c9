import styles from './states.module.css';

/** Says that something is missing of what is shown. @param message `2 of 36 files could not be read` */
export function PartialStrip({ message, list = [] }: { readonly message: string; readonly list?: readonly string[] }) {
  if (list.length === 0) {
    return (
      <p role="note" className={styles['partial']}>
        {message}
      </p>
    );
  }
  return (
    <details className={styles['partial']}>
      <summary>{message}</summary>
      <ul>
        {list.map((each) => (
          <li key={each}>{each}</li>
        ))}
      </ul>
    </details>
  );
}
