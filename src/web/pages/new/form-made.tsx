import { linkOutcome, type Outcome } from '../../components/actions/tell-outcome.ts';
import { PartialStrip } from '../../components/partial-strip.tsx';
import styles from './new.module.css';

/** What a form made, and the form that made it. */
export interface Made {
  readonly outcome: Outcome;
  /** The address of the form with its values. */
  readonly again: string;
}

/** Says what the form made, which is empty now. */
export function FormMade({ made: { outcome, again } }: { readonly made: Made }) {
  const { title, problems, warnings } = outcome;
  const link = linkOutcome(outcome);
  return (
    <div className={styles['made']}>
      <p role="status">
        {title}. {link && <a href={link.href}>Open {link.text}</a>}
      </p>
      {[...problems.map(({ message }) => message), ...warnings].map((message) => (
        <PartialStrip key={message} message={message} />
      ))}
      <p>
        The form is empty again. <a href={again}>Fill in the same values</a> to make another one like it.
      </p>
    </div>
  );
}
