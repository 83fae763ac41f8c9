import type { RefObject } from 'react';
import styles from './search-field.module.css';

/** Narrows a list to what has a text in it. @param label what is searched: `Search parameters` */
export function SearchField({
  label,
  text,
  onChange,
  inputRef,
}: {
  readonly label: string;
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly inputRef?: RefObject<HTMLInputElement | null>;
}) {
  return (
    <input
      ref={inputRef}
      type="search"
      className={styles['search']}
      aria-label={label}
      placeholder={label}
      value={text}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
