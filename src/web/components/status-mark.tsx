import styles from './status-mark.module.css';

const ICONS: { readonly [status: string]: string } = {
  created: '○',
  deferred: '◌',
  queued: '◌',
  running: '●',
  completed: '✓',
  failed: '✗',
  cancelled: '⊘',
  stopped: '◼',
};

/** A status as icon, word and colour: none of them alone says it. */
export function StatusMark({ status, cause }: { readonly status: string; readonly cause?: string | null }) {
  return (
    <span className={styles['mark']} data-status={status}>
      <span aria-hidden="true">{ICONS[status] ?? '?'}</span> {status}
      {cause && (
        <span className={styles['cause']} data-cause={cause}>
          {cause}
        </span>
      )}
    </span>
  );
}
