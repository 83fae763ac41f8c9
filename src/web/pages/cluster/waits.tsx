import { formatCount } from '../../../core/text/phrases.ts';
import { formatDuration } from '../../../core/units.ts';
import { PlainTable } from '../../components/plain-table.tsx';
import { toHref } from '../../state/use-route.ts';
import { keyOfPlace, nameGpu, type ClusterNow, type Place } from './cluster-now.ts';

type Wait = NonNullable<Place['wait']>;
type Waited = Place & { readonly wait: Wait };

/** How long a job like the last one would wait in each partition, the soonest first. */
export function Waits({ now: { partitions, like } }: { readonly now: ClusterNow }) {
  const rows = partitions.filter((place): place is Waited => place.wait !== null).toSorted(bySoonest);
  const others = partitions.filter(({ wait }) => wait === null);
  return (
    <section aria-labelledby="waits">
      <h2 id="waits">When a job would start</h2>
      <p>
        {describeJob(like)}
        {like.exp_id !== null && (
          <>
            , like <a href={toHref(['x', like.exp_id])}>{like.exp_id}</a>, the newest experiment that was submitted
          </>
        )}
        . Half of such jobs start within the first time, nine of ten within the second.
      </p>
      {rows.length > 0 && (
        <PlainTable
          label="Waits by partition"
          noun="partition"
          rows={rows}
          keyOf={keyOfPlace}
          columns={[
            { name: 'partition', cell: ({ partition }) => partition },
            { name: 'GPU', cell: nameGpu },
            { name: 'half within', isNumber: true, cell: ({ wait }) => formatSeconds(wait.p50_seconds) },
            { name: '9 of 10 within', isNumber: true, cell: ({ wait }) => formatSeconds(wait.p90_seconds) },
            { name: 'past waits', isNumber: true, cell: ({ wait }) => wait.samples },
            {
              name: 'forecasts that held',
              cell: ({ wait: { hit_rate: rate } }) => (rate === null ? 'too few yet' : `${rate.held} of ${rate.of}`),
            },
            { name: 'based on', cell: ({ wait }) => wait.basis },
          ]}
        />
      )}
      {others.length > 0 && (
        <details open={rows.length === 0}>
          <summary>{formatCount(others.length, 'place')} where this job cannot run</summary>
          <ul>
            {others.map((place) => (
              <li key={keyOfPlace(place)}>
                {[place.partition, nameGpu(place)].filter(Boolean).join(', ')}: {place.why_not ?? 'unknown'}
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

function bySoonest({ wait: a }: Waited, { wait: b }: Waited): number {
  return (a.p90_seconds ?? Infinity) - (b.p90_seconds ?? Infinity) || (a.p50_seconds ?? 0) - (b.p50_seconds ?? 0) || 0;
}

function formatSeconds(seconds: number | null): string {
  return seconds === null ? 'unknown' : formatDuration(seconds);
}

function describeJob({ device, nodes, gpus_per_node: perNode, time_limit_seconds: limit }: ClusterNow['like']): string {
  const what = device === 'cpu' ? 'no GPU' : formatCount(perNode, 'GPU');
  const where = nodes === 1 ? '' : ` on each of ${nodes} nodes`;
  const time = limit === null ? 'the default time limit' : `a time limit of ${formatDuration(limit)}`;
  return `For a job with ${what}${where} and ${time}`;
}
