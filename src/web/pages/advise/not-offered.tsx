import { formatCount } from '../../../core/text/phrases.ts';
import { PlainTable } from '../../components/plain-table.tsx';
import type { Advice } from './advice.ts';

type Dropped = Advice['not_offered'][number];

/** What was weighed and is not offered, each reason once. */
export function NotOffered({ dropped }: { readonly dropped: readonly Dropped[] }) {
  if (dropped.length === 0) return null;
  const byReason = [...Map.groupBy(dropped, ({ why, fix }) => JSON.stringify([why, fix])).entries()];
  return (
    <section aria-labelledby="not-offered">
      <h2 id="not-offered">Not offered</h2>
      <PlainTable
        label="Not offered"
        noun="reason"
        rows={byReason}
        keyOf={([reason]) => reason}
        columns={[
          { name: 'where', cell: ([, all]) => [...new Set(all.map(describePlace))].join(', ') },
          { name: 'why not', cell: ([, [first]]) => first?.why },
          { name: 'what would change that', cell: ([, [first]]) => first?.fix },
        ]}
      />
    </section>
  );
}

function describePlace({ partition, gpu_type: type, gpus, kind }: Dropped): string {
  const count = gpus === null || gpus === 0 || kind === 'worse' ? '' : ` (${formatCount(gpus, 'GPU')})`;
  return `${partition}${type ? ` ${type}` : ''}${count}`;
}
