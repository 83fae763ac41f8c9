import type { ShowJson } from '../../../../json/index.ts';
import { PlainTable } from '../../../components/plain-table.tsx';
import { formatValue } from '../../../format/numbers.ts';

/** What runs, one after another. */
export function Stages({ stages }: { readonly stages: ShowJson['stages'] }) {
  return (
    <section aria-labelledby="stages">
      <h2 id="stages">{stages.length === 1 ? 'Command' : 'Stages'}</h2>
      <PlainTable
        label="Stages"
        noun="stage"
        rows={stages}
        keyOf={({ name }) => name}
        columns={[
          { name: 'stage', cell: ({ name }) => name },
          { name: 'after', cell: ({ after }) => after },
          { name: 'command', cell: ({ command }) => <code>{command}</code> },
          {
            name: 'resources of its own',
            cell: ({ resources }) =>
              Object.entries(resources)
                .map(([name, value]) => `${name}: ${formatValue(value)}`)
                .join(', '),
          },
        ]}
      />
    </section>
  );
}
