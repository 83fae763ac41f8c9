import { groupDigits } from '../../../../core/text/phrases.ts';
import { formatBytes } from '../../../../core/units.ts';
import type { ShowJson } from '../../../../json/index.ts';
import { PlainTable } from '../../../components/plain-table.tsx';
import { Moment } from '../../../components/moment.tsx';
import { describeNow } from '../../../format/input-words.ts';

/** What a run read, and how it changed since. */
export function Inputs({ inputs }: { readonly inputs: ShowJson['inputs'] }) {
  return (
    <PlainTable
      label="Data that it read"
      noun="input"
      rows={inputs}
      keyOf={({ name }) => name}
      columns={[
        { name: 'input', cell: ({ name }) => name },
        { name: 'path', cell: ({ path }) => <code>{path}</code> },
        { name: 'files', isNumber: true, cell: ({ files }) => groupDigits(files) },
        { name: 'size', isNumber: true, cell: ({ bytes }) => formatBytes(bytes) },
        { name: 'newest change', cell: ({ newest_change: at }) => <Moment at={at} /> },
        { name: 'now', cell: ({ now, incomplete }) => incomplete ?? describeNow(now) },
      ]}
    />
  );
}
