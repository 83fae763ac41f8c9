import { toHref } from '../../../state/use-route.ts';
import styles from './shared.module.css';

/** Leads to another experiment. */
export function ExperimentLink({ id }: { readonly id: string }) {
  return (
    <a className={styles['link']} href={toHref(['x', id])}>
      {id}
    </a>
  );
}
