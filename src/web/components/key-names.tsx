import { Fragment } from 'react';
import styles from './key-names.module.css';

const SIGNS: { readonly [key: string]: string } = {
  arrowdown: '↓',
  arrowup: '↑',
  arrowleft: '←',
  arrowright: '→',
  mod: /Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘' : 'Ctrl',
  enter: 'Enter',
  escape: 'Esc',
  space: 'Space',
};

/** The keys of an action, as they are on a keyboard. */
export function KeyNames({ keys }: { readonly keys: readonly string[] }) {
  return keys.map((each, i) => (
    <Fragment key={each}>
      {i > 0 && ' or '}
      {each.split(/[ +]/).map((key) => (
        <kbd key={key} className={styles['key']}>
          {SIGNS[key] ?? (each.startsWith('mod+') ? key.toUpperCase() : key)}
        </kbd>
      ))}
    </Fragment>
  ));
}
