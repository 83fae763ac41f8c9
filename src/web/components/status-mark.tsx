import styles from './status-mark.module.css';

/** The icon of each status. */
export const STATUS_ICONS: { readonly [status: string]: string } = {
  created: '○',
  deferred: '◌',
  queued: '◌',
  running: '●',
  completed: '✓',
  failed: '✗',
  cancelled: '⊘',
  stopped: '◼',
};

/** A status as icon, word and colour: none of them alone says it. @param text what says more than the word alone */
export function StatusMark({
  status,
  cause,
  text = status,
}: {
  readonly status: string;
  readonly cause?: string | null;
  readonly text?: string;
}) {
  return (
    <span className={styles['mark']} data-status={status}>
      <span aria-hidden="true">{STATUS_ICONS[status] ?? '?'}</span> {text}
      {cause && (
        <span className={styles['cause']} data-cause={cause}>
          {cause}
        </span>
      )}
    </span>
  );
}
