import type { ShowJson } from '../../../../json/index.ts';
import { CopyButton } from '../../../components/copy-button.tsx';
import { Facts } from '../../../components/facts.tsx';
import { Moment } from '../../../components/moment.tsx';
import { listFrozenValues } from '../shared/parameters.ts';

/** Where the attempt that counts runs or ran, what it asked for, and where its files are. */
export function RunFacts({ shown: { active, attempts, resources, folder } }: { readonly shown: ShowJson }) {
  const attempt = attempts.find(({ stage, attempt: n }) => stage === active.stage && n === active.attempt);
  const asked = listFrozenValues(resources, {});
  return (
    <section aria-labelledby="run">
      <h2 id="run">Run</h2>
      <Facts
        facts={[
          ['node', attempt?.host],
          ['GPUs', attempt?.gpus],
          ['partition', active.partition],
          ['job', active.job],
          ['submitted', active.submitted_at && <Moment at={active.submitted_at} />],
          ['started', active.started_at && <Moment at={active.started_at} />],
          ['ended', active.ended_at && <Moment at={active.ended_at} />],
          ...asked.map(({ name, text }) => [name, text] as const),
          [
            'folder',
            <>
              <code>{folder}</code> <CopyButton text={folder} label="Copy" />
            </>,
          ],
        ]}
      />
    </section>
  );
}
