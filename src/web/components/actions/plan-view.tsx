import { describePrice } from '../../../core/text/price-words.ts';
import type { PlanAnswer } from '../../../server/index.ts';
import { CommandLine } from '../command-line.tsx';
import styles from './actions.module.css';

/** What would be done: in words, with its price, and as a command. */
export function PlanView({ plan, why }: { readonly plan: Omit<PlanAnswer, 'id'>; readonly why?: string | undefined }) {
  const { lines, price, warnings, command, count } = plan;
  return (
    <>
      {why !== undefined && (
        <p role="alert" className={styles['changed']}>
          Nothing was done: {why}. This is what it would do now.
        </p>
      )}
      {count === 0 && <p>There is nothing to do.</p>}
      <ul aria-label="What it would do">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      {price && <p>{describePrice(price)}</p>}
      {[...(price?.limits ?? []), ...warnings].map((line) => (
        <p key={line} className={styles['warning']}>
          {line}
        </p>
      ))}
      <p>The same as a command:</p>
      <CommandLine line={command} />
    </>
  );
}
