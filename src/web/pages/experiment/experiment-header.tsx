import type { ShowJson } from '../../../json/index.ts';
import { ActionButtons, type Offer } from '../../components/actions/action-buttons.tsx';
import { copy, CopyButton } from '../../components/copy-button.tsx';
import { Moment } from '../../components/moment.tsx';
import { PageHeading } from '../../components/page-heading.tsx';
import { StatusMark } from '../../components/status-mark.tsx';
import { describeStatus } from '../../format/status-words.ts';
import { useActions } from '../../state/actions.ts';
import { useNow } from '../../state/use-now.ts';
import { toHref } from '../../state/use-route.ts';
import styles from './experiment-page.module.css';
import { Neighbours } from './neighbours.tsx';

/** How it is and for how long. Why it waits or failed is the first thing in its overview. */
function HeadStatus({ active }: Pick<ShowJson, 'active'>) {
  const now = useNow();
  const { status, cause } = active;
  const isExplained = status === 'queued' || status === 'failed' || status === 'stopped';
  const line = isExplained ? { ...active, cause: null, note: null } : active;
  return <StatusMark status={status} text={describeStatus(line, now)} cause={status === 'failed' ? cause : null} />;
}

/** What can be done with an experiment, by how it is. */
function offerActions(id: string, { active: { status }, archived }: ShowJson): Offer[] {
  const which = { ids: [id] };
  const offer = (name: string, isOffered: boolean, action: Offer['action']): Offer => ({
    name,
    action: isOffered ? action : undefined,
  });
  const isActive = status === 'queued' || status === 'running';
  const canRetry = status === 'failed' || status === 'cancelled' || status === 'stopped';
  return [
    offer('Submit', status === 'created', { kind: 'submit', which }),
    offer('Retry', canRetry, { kind: 'retry', which }),
    offer('Retry fresh', canRetry, { kind: 'retry', which, fresh: true }),
    offer('Cancel', isActive, { kind: 'cancel', which }),
    offer('Hold', status === 'queued', { kind: 'hold', which }),
    offer('Release', status === 'queued', { kind: 'release', which }),
    offer('Requeue', status === 'running', { kind: 'requeue', which }),
    offer('Harvest', status !== 'created' && !isActive, { kind: 'harvest', which }),
    offer('Tag', true, { kind: 'tag', which }),
    offer('Note', true, { kind: 'note', which, text: '' }),
    offer('Clone', true, { kind: 'clone', id }),
    offer(archived ? 'Unarchive' : 'Archive', true, { kind: 'archive', which, undo: archived }),
  ];
}

/** Which experiment it is, how it is, and what it belongs to. */
export function ExperimentHeader({ id, shown }: { readonly id: string; readonly shown: ShowJson | undefined }) {
  useActions([{ name: 'Copy the id', keys: ['y'], act: () => copy(id) }]);
  return (
    <header className={styles['head']}>
      <div className={styles['line']}>
        <PageHeading title={id} />
        <CopyButton text={id} label="Copy id" />
        <a href={toHref(['compare'], { sel: id })}>Compare with…</a>
        <Neighbours id={id} />
      </div>
      {shown && (
        <>
          <div className={styles['line']}>
            <HeadStatus active={shown.active} />
            {shown.archived && <span>archived</span>}
          </div>
          <div className={styles['line']}>
            {shown.sweep !== null && (
              <span>
                sweep <a href={toHref(['s', shown.sweep])}>{shown.sweep}</a>
              </span>
            )}
            <span>
              template <a href={toHref(['t', shown.template])}>{shown.template}</a>
            </span>
            <span>
              created <Moment at={shown.created_at} /> by {shown.user} on {shown.host}
            </span>
            {shown.tags.map((tag) => (
              <span key={tag} className={styles['tag']}>
                {tag}
              </span>
            ))}
          </div>
          <ActionButtons label="Actions" offers={offerActions(id, shown)} />
          {shown.description !== '' && <p>{shown.description}</p>}
          {shown.notes.length > 0 && (
            <ul aria-label="Notes" className={styles['notes']}>
              {shown.notes.map(({ at, user, text }, i) => (
                <li key={i}>
                  {text} — {user}, <Moment at={at} />
                </li>
              ))}
            </ul>
          )}
        </>
      )}
    </header>
  );
}
