import { formatDuration } from '../../../core/units.ts';
import { PlainTable } from '../../components/plain-table.tsx';
import { toHref } from '../../state/use-route.ts';
import { keyOfPlace, nameGpu, type ClusterNow, type Place } from './cluster-now.ts';

/** Partitions with what is free and who waits there; their names lead to advice for them. */
export function Partitions({ now: { partitions, problem } }: { readonly now: ClusterNow }) {
  const isAsked = problem === null;
  return (
    <section aria-labelledby="partitions">
      <h2 id="partitions">{isAsked ? 'Partitions' : 'Partitions as sheaf.yaml describes them'}</h2>
      <PlainTable
        label="Partitions"
        noun="partition"
        rows={partitions}
        keyOf={keyOfPlace}
        columns={[
          {
            name: 'partition',
            cell: ({ partition }) => <a href={toHref(['advise'], { partition })}>{partition}</a>,
          },
          { name: 'GPU', cell: nameGpu },
          { name: 'free', cell: (place) => isAsked && describeFree(place) },
          { name: 'before you', cell: (place) => isAsked && describeQueue(place) },
          { name: 'longest job', cell: (place) => describeLongest(place, isAsked) },
          {
            name: 'preemption',
            cell: ({ preemptible }) => preemptible === true && 'jobs may be ended for others',
          },
          {
            name: 'accounts',
            cell: ({ accounts }) => (accounts?.length === 0 ? 'none of yours' : accounts?.join(', ')),
          },
          { name: 'notes', cell: ({ notes }) => notes.join('; ') },
        ]}
      />
    </section>
  );
}

function describeFree({
  gpus_free: free,
  gpus_total: total,
  gpus_per_node: perNode,
  free_nodes: nodes,
}: Place): string {
  if (perNode !== 0) return `${free ?? 'unknown'} of ${total ?? 'unknown'}`;
  return nodes === null ? 'unknown' : `${nodes.reduce((sum, { cpus }) => sum + cpus, 0)} CPUs`;
}

function describeQueue({ pending_before: before }: Place): string {
  if (before === null) return 'unknown';
  const { here, elsewhere } = before;
  return elsewhere === 0 ? String(here) : `${here}, and ${elsewhere} in partitions with the same nodes`;
}

function describeLongest({ longest_job_seconds: seconds }: Place, isAsked: boolean): string {
  if (seconds !== null) return formatDuration(seconds);
  return isAsked ? 'no limit' : 'unknown';
}
