import { formatCount } from '../../../core/text/phrases.ts';
import { PlainTable } from '../../components/plain-table.tsx';
import type { ClusterNow } from './cluster-now.ts';

type Gpus = ClusterNow['free'][number];

/** The GPUs of the cluster by type, first what the user could have now. */
export function FreeGpus({ now: { free, nodes } }: { readonly now: ClusterNow }) {
  return (
    <section aria-labelledby="free">
      <h2 id="free">Free to you now</h2>
      <p>{nodes === null ? 'How many nodes there are is unknown.' : describeNodes(nodes)}</p>
      {free.length === 0 ? (
        nodes !== null && <p>No node has a GPU.</p>
      ) : (
        <PlainTable
          label="GPUs by type"
          noun="type"
          rows={free}
          keyOf={({ gpu_type: type }) => type ?? ''}
          columns={[
            { name: 'GPU', cell: ({ gpu, gpu_type: type }) => gpu ?? type ?? 'of unknown type' },
            { name: 'type', cell: ({ gpu, gpu_type: type }) => gpu !== null && type },
            { name: 'GiB', isNumber: true, cell: ({ usable_gib: gib }) => gib },
            { name: 'free to you', cell: describeMine },
            { name: 'free', isNumber: true, cell: ({ free: idle }) => idle ?? 'unknown' },
            { name: 'in all', isNumber: true, cell: ({ total }) => total },
            { name: 'unavailable', isNumber: true, cell: ({ away }) => away || '' },
          ]}
        />
      )}
    </section>
  );
}

function describeNodes({ total, away, cpus, cpus_free: idle }: NonNullable<ClusterNow['nodes']>): string {
  const others = away === 0 ? '' : ` (${away} unavailable)`;
  return `${formatCount(total, 'node')}${others}: ${idle ?? 'an unknown number'} of ${formatCount(cpus, 'CPU')} free.`;
}

function describeMine({ mine, why }: Gpus) {
  if (mine === null) return why;
  const more = [...(mine.limited ? ['your limits allow no more'] : []), ...(mine.unsure === null ? [] : [mine.unsure])];
  return `${formatCount(mine.gpus, 'GPU')} in ${mine.partition}${more.length === 0 ? '' : ` (${more.join('; ')})`}`;
}
