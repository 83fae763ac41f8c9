import { useId, type ReactNode } from 'react';
import styles from './new.module.css';

/** One value of a form, with what it means; empty: as usual. */
export function FormField({
  name,
  help,
  usual,
  choices,
  isRequired = false,
  value,
  onChange,
  hint,
  children,
}: {
  readonly name: string;
  readonly help: string;
  /** What it is if nothing is given. */
  readonly usual: string;
  readonly choices?: readonly string[] | undefined;
  readonly isRequired?: boolean;
  readonly value: string;
  readonly onChange: (text: string) => void;
  /** Below the help: about the value that is there. */
  readonly hint?: ReactNode;
  /** Beside the name. */
  readonly children?: ReactNode;
}) {
  const id = useId();
  const about = `${id}-help`;
  return (
    <div className={styles['field']}>
      <span className={styles['name']}>
        <label htmlFor={id}>
          <code>{name}</code>
          {isRequired && ' (required)'}
        </label>
        {children}
      </span>
      {choices === undefined ? (
        <input
          id={id}
          aria-describedby={about}
          autoComplete="off"
          placeholder={usual}
          required={isRequired}
          value={value}
          onChange={({ target }) => onChange(target.value)}
        />
      ) : (
        <select
          id={id}
          aria-describedby={about}
          required={isRequired}
          value={value}
          onChange={({ target }) => onChange(target.value)}
        >
          <option value="">{usual === '' ? 'as the template has it' : usual}</option>
          {choices.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </select>
      )}
      <small id={about}>{help}</small>
      {hint && <small role="status">{hint}</small>}
    </div>
  );
}
