import { Fragment } from 'react';
import { commandOf } from '../../../core/command/command-of.ts';
import { STATUSES } from '../../../core/experiment/status.ts';
import { describeUnread } from '../../../core/text/missing-words.ts';
import { groupDigits } from '../../../core/text/phrases.ts';
import type { Api } from '../../../server/index.ts';
import { CommandLine } from '../../components/command-line.tsx';
import { StatusMark } from '../../components/status-mark.tsx';
import { toHref } from '../../state/use-route.ts';
import styles from './home.module.css';
import { linkToList } from './queries.ts';

/** How many experiments have which status, and whether results wait to be read. */
export function Counts({ summary: { counts, unread, unreadIds } }: { readonly summary: Api['summary']['answer'] }) {
  return (
    <>
      <ul className={styles['counts']} aria-label="Experiments by status">
        {STATUSES.map((status) => (
          <li key={status} data-none={!counts[status]}>
            <a href={linkToList('status', status)}>
              <span className={styles['number']}>{groupDigits(counts[status] ?? 0)}</span>
              <StatusMark status={status} />
            </a>
          </li>
        ))}
      </ul>
      {unread > 0 && (
        <>
          <p>
            {describeUnread(unread)}:{' '}
            {unreadIds.map((id, i) => (
              <Fragment key={id}>
                {i > 0 && ', '}
                <a href={toHref(['x', id])}>{id}</a>
              </Fragment>
            ))}
            {unread > unreadIds.length && ` and ${groupDigits(unread - unreadIds.length)} more`}
          </p>
          <CommandLine line={commandOf({ command: 'harvest' })} />
        </>
      )}
    </>
  );
}
