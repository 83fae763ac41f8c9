import styles from './states.module.css';

/**
 * Stands for what is being read: nothing for 150 ms, then lines of the size of what comes, and after a second in words
 * what is being read.
 *
 * @param what `experiments`, `37 of 200 series`
 */
export function Loading({ what, lines = 3 }: { readonly what: string; readonly lines?: number }) {
  return (
    <div role="status" data-reading className={styles['loading']}>
      <span className={styles['reading']}>Reading {what} …</span>
      {Array.from({ length: lines }, (_, line) => (
        <Skeleton key={line} />
      ))}
    </div>
  );
}

/** The place of a text that is not there yet; it shows after 150 ms. */
export function Skeleton() {
  return <span aria-hidden="true" className={styles['skeleton']} />;
}
