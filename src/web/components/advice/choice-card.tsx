import type { ReactNode } from 'react';
import type { CandidateJson, ChoiceJson } from '../../../json/index.ts';
import { Facts } from '../facts.tsx';
import styles from './advice.module.css';
import {
  describeBasis,
  describeCost,
  describeDone,
  describeForecast,
  describeLevel,
  describeLimit,
  describeNames,
  describePlace,
  describeSplit,
  describeWaves,
} from './choice-words.ts';
import { MemoryBar } from './memory-bar.tsx';

/**
 * A way to run a job that the advisor offers: where, what it is best at, when it would start and end, what it would cost, and
 * where each figure comes from.
 *
 * @param nth its place, from 1
 * @param isOnly there is no other way to run it
 * @param reference the experiment that results are compared with
 * @param children what can be done with it
 */
export function ChoiceCard({
  choice,
  nth,
  reference,
  isOnly,
  children,
}: {
  readonly choice: ChoiceJson;
  readonly nth: number;
  readonly reference: string | null;
  readonly isOnly: boolean;
  readonly children?: ReactNode;
}) {
  const { warnings, account, qos } = choice;
  // With one way alone there is nothing that it is the best of.
  const isBest = !isOnly || !choice.names.includes('balanced');
  const reasons = isBest ? choice.reasons : [];
  const isBlank = isOnly && [choice.wait, choice.run].every(({ kind }) => kind === 'unknown');
  const title = `${nth} ${describePlace(choice)}`;
  return (
    <article aria-label={`Choice ${title}`} className={styles['choice']}>
      <h3>
        {title} {isBest && <small>{describeNames(choice)}</small>}
      </h3>
      <ul>
        {reasons.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
        {warnings.map((warning) => (
          <li key={warning} className={styles['warning']}>
            Warning: {warning}
          </li>
        ))}
      </ul>
      <Facts
        facts={[
          ['wait, run time, cost', isBlank && 'unknown until similar jobs have run here'],
          ['wait', !isBlank && <Forecast forecast={choice.wait} />],
          ['runs', !isBlank && <Forecast forecast={choice.run} />],
          ['done after', !isBlank && describeDone(choice)],
          ['costs', !isBlank && describeCost(choice)],
          ['memory', choice.gpus > 0 && <MemoryBar choice={choice} />],
          ['batch', describeSplit(choice)],
          ['sweep', describeWaves(choice)],
          ['time limit', describeLimit(choice)],
          ['account', [account, qos].filter(Boolean).join(', QOS ')],
          ['level', describeLevel(choice, reference)],
        ]}
      />
      {children}
    </article>
  );
}

function Forecast({ forecast }: { readonly forecast: CandidateJson['wait'] }) {
  return (
    <>
      {describeForecast(forecast)} <small className={styles['basis']}>{describeBasis(forecast)}</small>
    </>
  );
}
