import { Facts } from '../../../components/facts.tsx';
import { CopyButton } from '../../../components/copy-button.tsx';
import { Inputs } from '../shared/inputs.tsx';
import type { TabProps } from '../shared/tab-props.ts';
import { NextStep } from './next-step.tsx';
import { Origins } from './origins.tsx';
import { Results } from './results.tsx';
import { TimeLineView } from './time-line-view.tsx';

/** How an experiment is and why, what it did, what came out, and where it comes from. */
export function OverviewTab({ id, shown }: TabProps) {
  return (
    <>
      <NextStep id={id} shown={shown} />
      {shown.attempts.length > 0 && <TimeLineView attempts={shown.attempts} />}
      <Results id={id} shown={shown} />
      <Origins shown={shown} />
      {shown.inputs.length > 0 && (
        <section aria-labelledby="data">
          <h2 id="data">Data</h2>
          <Inputs inputs={shown.inputs} />
        </section>
      )}
      <Facts
        facts={[
          [
            'folder',
            <>
              <code>{shown.folder}</code> <CopyButton text={shown.folder} label="Copy" />
            </>,
          ],
        ]}
      />
    </>
  );
}
