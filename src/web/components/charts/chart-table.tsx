import type { CurveAxis } from '../../../core/curves/axis.ts';
import { formatValue } from '../../format/numbers.ts';
import { PlainTable } from '../plain-table.tsx';
import type { ChartData } from './chart-data.ts';
import type { ChartRange } from './chart-options.ts';
import { listRows } from './chart-rows.ts';
import { formatX, nameAxis } from './chart-words.ts';

/** What a chart draws, as a table. */
export function ChartTable({
  label,
  data,
  x,
  range,
}: {
  readonly label: string;
  readonly data: ChartData;
  readonly x: CurveAxis;
  readonly range: ChartRange | undefined;
}) {
  const hasMany = data.lines.length > 1;
  const rows = listRows(data, range);
  const hasSeveral = rows.some(({ min }) => min !== undefined);
  const [value, low, high] = data.lines[0]?.band ?? [hasSeveral ? 'last value' : 'value', 'lowest', 'highest'];
  return (
    <PlainTable
      label={`Values of ${label}`}
      noun="point"
      rows={rows}
      keyOf={({ line, x: place }) => `${line} ${place}`}
      columns={[
        { name: nameAxis(x), isNumber: true, cell: (row) => formatX(row.x, x) },
        { name: 'line', cell: ({ line }) => hasMany && data.lines[line]?.name },
        { name: value, isNumber: true, cell: ({ last }) => (last === null ? 'not drawn' : formatValue(last)) },
        {
          name: 'smoothed',
          isNumber: true,
          cell: ({ smoothed }) => typeof smoothed === 'number' && formatValue(smoothed),
        },
        { name: low, isNumber: true, cell: ({ min }) => min !== undefined && formatValue(min) },
        { name: high, isNumber: true, cell: ({ max }) => max !== undefined && formatValue(max) },
      ]}
    />
  );
}
