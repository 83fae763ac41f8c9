import { useId, useState, type ReactNode } from 'react';
import { CopyButton } from '../../../components/copy-button.tsx';
import styles from './sweep-page.module.css';

/**
 * A part of the page under its heading: a figure that can be shown as a table, and the command that gives the same.
 *
 * @param command undefined if there is nothing to show yet
 * @param table what the figure shows, as a table; absent if the part is a table itself
 */
export function Part({
  title,
  command,
  table,
  children,
}: {
  readonly title: string;
  readonly command: string | undefined;
  readonly table?: () => ReactNode;
  readonly children: ReactNode;
}) {
  const [hasTable, setHasTable] = useState(false);
  const id = useId();
  return (
    <section aria-labelledby={id} className={styles['part']}>
      <div className={styles['head']}>
        <h2 id={id}>{title}</h2>
        {table && (
          <button
            type="button"
            aria-expanded={hasTable}
            aria-label={`${hasTable ? 'Hide table' : 'Show as table'}: ${title}`}
            onClick={() => setHasTable(!hasTable)}
          >
            {hasTable ? 'Hide table' : 'Show as table'}
          </button>
        )}
        {command !== undefined && <CopyButton text={command} label="Copy as command" />}
      </div>
      {children}
      {table && hasTable && (
        <div role="region" tabIndex={0} aria-label={`${title} as a table`} className={styles['scroll']}>
          {table()}
        </div>
      )}
    </section>
  );
}
