import styles from './swatch.module.css';

/** A piece of a line as it is drawn. @param slot its colour and dashes */
export function Swatch({ slot, isHidden = false }: { readonly slot: number; readonly isHidden?: boolean }) {
  return <span className={styles['swatch']} data-slot={slot} data-hidden={isHidden} />;
}
