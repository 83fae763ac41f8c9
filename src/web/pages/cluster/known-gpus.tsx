import { formatCount } from '../../../core/text/phrases.ts';
import { PlainTable } from '../../components/plain-table.tsx';
import type { ClusterNow } from './cluster-now.ts';

/** GPUs in general, if nothing is known of the cluster. */
export function KnownGpus({ gpus }: { readonly gpus: ClusterNow['known_gpus'] }) {
  return (
    <section aria-labelledby="known">
      <h2 id="known">GPUs that sheaf knows of</h2>
      <p>
        These are not the GPUs of this cluster, which sheaf.yaml does not describe. Partitions that it describes below
        cluster: partitions: would be here.
      </p>
      <details>
        <summary>{formatCount(gpus.length, 'type')}</summary>
        <PlainTable
          label="GPUs that sheaf knows of"
          noun="type"
          rows={gpus}
          keyOf={({ name }) => name}
          columns={[
            { name: 'GPU', cell: ({ name }) => name },
            { name: 'GiB', isNumber: true, cell: ({ usable_gib: gib }) => gib },
            { name: 'architecture', cell: ({ arch }) => arch },
          ]}
        />
      </details>
    </section>
  );
}
