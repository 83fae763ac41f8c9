import { useState } from 'react';
import { SINGLE_KEYS, useActions, useKnownActions, type Action } from '../../state/actions.ts';
import { useStoredSetting } from '../../state/stored-setting.ts';
import { Dialog } from '../dialog.tsx';
import { KeyNames } from '../key-names.tsx';
import styles from './help-dialog.module.css';

/** Lists all keys of the page, and switches off those that a slip would press. */
export function HelpDialog() {
  const [isOpen, setOpen] = useState(false);
  const [singleKeys, setSingleKeys] = useStoredSetting(SINGLE_KEYS, 'on');
  useActions([{ name: 'Show all keys', keys: ['?'], group: 'Everywhere', act: () => setOpen(true) }]);
  const groups = Object.entries(Object.groupBy(useKnownActions(), ({ group = 'This page' }) => group));
  return (
    <>
      <button type="button" aria-label="Keys and help" title="Keys and help" onClick={() => setOpen(true)}>
        ?
      </button>
      <Dialog title="Keys" isOpen={isOpen} onOpenChange={setOpen}>
        <label>
          <input
            type="checkbox"
            checked={singleKeys !== 'off'}
            onChange={({ target }) => setSingleKeys(target.checked ? 'on' : 'off')}
          />{' '}
          Single-key shortcuts
        </label>
        {groups.map(([name, actions = []]) => (
          <KeyTable key={name} name={name} actions={actions} />
        ))}
      </Dialog>
    </>
  );
}

function KeyTable({ name, actions }: { readonly name: string; readonly actions: readonly Action[] }) {
  const withKeys = actions.filter(({ keys = [] }) => keys.length > 0);
  if (withKeys.length === 0) return null;
  return (
    <>
      <h3 className={styles['group']}>{name}</h3>
      <dl className={styles['keys']}>
        {withKeys.map((action) => (
          <div key={action.name}>
            <dt>
              <KeyNames keys={action.keys ?? []} />
            </dt>
            <dd>{action.name}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
