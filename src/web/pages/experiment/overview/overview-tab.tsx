import { Inputs } from '../shared/inputs.tsx';
import type { TabProps } from '../shared/tab-props.ts';
import { NextStep } from './next-step.tsx';
import { Origins } from './origins.tsx';
import styles from './overview-tab.module.css';
import { OwnParameters } from './own-parameters.tsx';
import { Results } from './results.tsx';
import { RunFacts } from './run-facts.tsx';
import { TimeLineView } from './time-line-view.tsx';

/** Why an experiment is as it is and what to do, what came out, what it did, where, and where it comes from. */
export function OverviewTab({ id, shown }: TabProps) {
  return (
    <div className={styles['columns']}>
      <div>
        <NextStep id={id} shown={shown} />
        <Results id={id} shown={shown} />
        {shown.attempts.length > 0 && <TimeLineView attempts={shown.attempts} />}
      </div>
      <div>
        <OwnParameters shown={shown} />
        <RunFacts shown={shown} />
        <Origins shown={shown} />
        {shown.inputs.length > 0 && (
          <section aria-labelledby="data">
            <h2 id="data">Data</h2>
            <Inputs inputs={shown.inputs} />
          </section>
        )}
      </div>
    </div>
  );
}
