import type { ReactNode } from 'react';
import styles from './states.module.css';

/** Says why there is nothing. @param children the one step out: a button, a link or a command */
export function Empty({ why, children }: { readonly why: ReactNode; readonly children?: ReactNode }) {
  return (
    <div className={styles['empty']}>
      <p>{why}</p>
      {children}
    </div>
  );
}
