import { formatCount } from '../../../core/text/phrases.ts';
import type { PlanAnswer } from '../../../server/index.ts';
import { formatValue } from '../../format/numbers.ts';
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
      {price && (
        <p>
          {formatCount(price.jobs, 'job')}, {describeHours(price.gpuHours)}
        </p>
      )}
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

function describeHours(hours: number | undefined): string {
  if (hours === undefined) return 'GPU hours unknown: a job has no time limit yet';
  return hours === 0 ? 'no GPUs' : `at most ${formatValue(hours)} GPU hours`;
}
