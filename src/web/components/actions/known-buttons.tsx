import { useState } from 'react';
import type { Action } from '../../../server/index.ts';
import { useActions } from '../../state/actions.ts';
import { ActionDialog } from './action-dialog.tsx';
import type { ActionButtonsProps } from './action-buttons.tsx';
import styles from './actions.module.css';

/** The buttons of a server that acts, and the dialog of the one that was pressed. */
export function KnownButtons({ label, offers, onDone }: ActionButtonsProps) {
  const [asked, setAsked] = useState<Action>();
  const known = offers.filter(({ action }) => action !== undefined);
  useActions(
    known.flatMap(({ name, keys, action }) =>
      keys === undefined ? [] : [{ name, keys, act: () => setAsked(action) }],
    ),
  );
  if (known.length === 0) return null;
  return (
    <div role="group" aria-label={label} className={styles['buttons']}>
      {known.map(({ name, action }) => (
        <button key={name} type="button" aria-haspopup="dialog" onClick={() => setAsked(action)}>
          {name}…
        </button>
      ))}
      {asked && <ActionDialog action={asked} onDone={onDone} onClose={() => setAsked(undefined)} />}
    </div>
  );
}
