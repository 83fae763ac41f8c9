import type { useSince } from './use-since.ts';
import styles from './home.module.css';

/** Marks what happened since the last look, where older things are listed, too. @param atMs milliseconds since 1970 */
export function NewMark({
  since: { sinceMs, lookMs },
  atMs,
}: {
  readonly since: Pick<ReturnType<typeof useSince>, 'sinceMs' | 'lookMs'>;
  readonly atMs: number | undefined;
}) {
  if (lookMs === undefined || lookMs <= sinceMs || atMs === undefined || atMs <= lookMs) return null;
  return (
    <span className={styles['new']} title="Since you last looked">
      new
    </span>
  );
}
