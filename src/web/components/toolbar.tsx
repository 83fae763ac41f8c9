import type { ReactNode } from 'react';
import styles from './toolbar.module.css';

/** What one can do with what is below, in a row. */
export function Toolbar({ children }: { readonly children: ReactNode }) {
  return <div className={styles['toolbar']}>{children}</div>;
}
