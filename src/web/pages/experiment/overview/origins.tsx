import { formatBytes } from '../../../../core/units.ts';
import { formatCount } from '../../../../core/text/phrases.ts';
import type { ShowJson } from '../../../../json/index.ts';
import { Facts } from '../../../components/facts.tsx';
import { formatValue } from '../../../format/numbers.ts';
import { ExperimentLink } from '../shared/experiment-link.tsx';

/** Where an experiment comes from, and what comes from it. */
export function Origins({ shown }: { readonly shown: ShowJson }) {
  const { starts_from: starts, used_by: users, rerun, deleted_checkpoints: deleted } = shown;
  if (starts.length === 0 && users.length === 0 && rerun === null && deleted === null) return null;
  return (
    <section aria-labelledby="origin">
      <h2 id="origin">Origin</h2>
      <Facts
        facts={[
          ['starts from', starts.length > 0 && starts.map((start) => <Start key={start.exp_id} start={start} />)],
          ['repeats', rerun && <Repeats rerun={rerun} />],
          ['used by', users.length > 0 && users.map((name) => <ExperimentLink key={name} id={name} />)],
          ['deleted', deleted && `${formatCount(deleted.count, 'checkpoint')}, ${formatBytes(deleted.bytes)}`],
        ]}
      />
    </section>
  );
}

function Start({
  start: { exp_id: id, step, asked, metric, gone },
}: {
  readonly start: ShowJson['starts_from'][number];
}) {
  const facts = [
    ...(step === null ? [] : [`step ${step}`]),
    ...(metric === null ? [] : [`${metric.name} ${formatValue(metric.value)} at step ${metric.step}`]),
    ...(asked === id ? [] : [`asked for as ${asked}`]),
    ...(gone ? ['no longer there'] : []),
  ];
  return (
    <div>
      <ExperimentLink id={id} /> {facts.join(', ')}
    </div>
  );
}

function Repeats({ rerun: { of, differences } }: { readonly rerun: NonNullable<ShowJson['rerun']> }) {
  const same = 'in the same environment';
  return (
    <>
      <ExperimentLink id={of} />{' '}
      {differences !== null &&
        (differences.length === 0
          ? same
          : `not the same: ${differences.map(({ name, before, after }) => `${name} ${before ?? '(none)'} → ${after ?? '(none)'}`).join(', ')}`)}
    </>
  );
}
