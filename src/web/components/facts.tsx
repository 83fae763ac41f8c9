import type { ReactNode } from 'react';
import styles from './facts.module.css';

/** A name and what is known under it; those without a value are left out. */
export type Fact = readonly [name: string, value: ReactNode];

/** What is known of something, a line each. */
export function Facts({ facts }: { readonly facts: readonly Fact[] }) {
  const known = facts.filter(([, value]) => value !== null && value !== undefined && value !== '' && value !== false);
  if (known.length === 0) return null;
  return (
    <dl className={styles['facts']}>
      {known.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
