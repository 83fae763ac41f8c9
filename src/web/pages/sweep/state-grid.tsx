import { useState } from 'react';
import { formatCount } from '../../../core/text/phrases.ts';
import { PlainTable } from '../../components/plain-table.tsx';
import { STATUS_ICONS, StatusMark } from '../../components/status-mark.tsx';
import { Part } from './shared/part.tsx';
import type { PartProps } from './shared/part-props.ts';
import styles from './shared/sweep-page.module.css';

/** Squares that are drawn at first. */
const USUAL_SQUARES = 2_000;

/** A square for each member, in a row for each group. */
export function StateGrid({
  members,
  groups,
  command,
  linkTo,
}: Pick<PartProps, 'members' | 'groups'> & {
  /** Lists the members; undefined if nobody could run it. */
  readonly command: string | undefined;
  /** The address of an experiment; undefined if there is none. */
  readonly linkTo: (expId: string) => string | undefined;
}) {
  const [isWhole, setWhole] = useState(false);
  const isFlat = groups.every(({ places }) => places.length === 1);
  let room = isWhole ? Infinity : USUAL_SQUARES;
  const drawn = groups.filter(({ places }) => (room -= places.length) >= 0);
  const left = groups.length - drawn.length;
  const square = (place: number) => {
    const expId = members.expIds[place] ?? '';
    const status = members.statuses[place] ?? 'created';
    return (
      <a key={expId} href={linkTo(expId)} data-status={status} title={`${expId}: ${status}`}>
        <span aria-hidden="true">{STATUS_ICONS[status] ?? '?'}</span>
        <span className="visually-hidden">
          {expId}: {status}
        </span>
      </a>
    );
  };
  return (
    <Part
      title={isFlat ? 'States' : 'States: a row for each group, a square for each seed'}
      command={command}
      table={() => (
        <PlainTable
          label="States"
          noun="member"
          rows={[...members.expIds.keys()]}
          keyOf={(place) => members.expIds[place] ?? ''}
          columns={[
            {
              name: 'experiment',
              cell: (place) => <a href={linkTo(members.expIds[place] ?? '')}>{members.expIds[place]}</a>,
            },
            { name: 'status', cell: (place) => <StatusMark status={members.statuses[place] ?? ''} /> },
            ...members.parameters.map(({ label, texts }) => ({ name: label, cell: (place: number) => texts[place] })),
          ]}
        />
      )}
    >
      {isFlat ? (
        <div className={styles['squares']}>{drawn.flatMap(({ places }) => places.map(square))}</div>
      ) : (
        <ul className={styles['states']}>
          {drawn.map(({ key, name, places }) => (
            <li key={key}>
              <span>{name || 'all members'}</span>
              <span className={styles['squares']}>{places.map(square)}</span>
            </li>
          ))}
        </ul>
      )}
      {left > 0 && (
        <p>
          {formatCount(left, 'group')} more{' '}
          <button type="button" onClick={() => setWhole(true)}>
            Show all
          </button>
        </p>
      )}
    </Part>
  );
}
