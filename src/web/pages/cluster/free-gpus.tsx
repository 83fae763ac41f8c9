import { formatCount } from '../../../core/text/phrases.ts';
import { Empty } from '../../components/empty.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import type { ClusterNow } from './cluster-now.ts';

type Gpus = ClusterNow['free'][number];

/** The GPUs of the cluster by type, first what the user could have now. */
export function FreeGpus({ now: { free } }: { readonly now: ClusterNow }) {
  return (
    <section aria-labelledby="free">
      <h2 id="free">Free to you now</h2>
      {free.length === 0 ? (
        <Empty why="No node that this cluster describes has a GPU." />
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

function describeMine({ mine, why }: Gpus) {
  if (mine === null) return why;
  const more = [...(mine.limited ? ['your limits allow no more'] : []), ...(mine.unsure === null ? [] : [mine.unsure])];
  return `${formatCount(mine.gpus, 'GPU')} in ${mine.partition}${more.length === 0 ? '' : ` (${more.join('; ')})`}`;
}
