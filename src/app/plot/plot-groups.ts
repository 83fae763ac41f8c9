import { inputError } from '../../core/errors.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { cleanText, groupRows, formatPlain, type Cell, type Column, type ShortLegend } from '../../report/index.ts';
import { cellsOf, paramsOf } from '../tables/cells.ts';
import { listDifferingParams, warnOfMixture } from '../tables/group-warnings.ts';
import type { PlotOptions } from './plot-options.ts';

/** Experiments that share the values of the fields they are grouped by. */
export interface PlotGroup {
  /** `learning_rate = 0.1, model = vit`; empty when nothing is grouped. */
  readonly name: string;
  /** The values alone, as they were written: `0.1, vit`. */
  readonly values: string;
  readonly keys: readonly string[];
  readonly rows: readonly Experiment[];
}

/** Groups in the order of their values, and that they mix what differs in more than seeds. */
export function groupPlotRows({ project, rows, by }: PlotOptions): {
  readonly groups: readonly PlotGroup[];
  readonly warnings: readonly string[];
} {
  const read = rows.map((row) => {
    const params = paramsOf(row);
    const keys = by.map(cellsOf(row, project.store, false, params));
    return { row, keys, shown: by.map(cellsOf(row, project.store, true, params)) };
  });
  const fields = by.map((_, i) => String(i));
  const grouped = groupRows(read, {
    by: fields,
    metrics: [],
    read: ({ keys }, field) => keys[Number(field)],
    nameOf: ({ row }) => row.expId,
  });
  const groups = grouped.map((group) => {
    const keys = (group.rows[0]?.shown ?? []).map(keyText);
    return {
      name: by.map(({ header }, i) => `${header} = ${keys[i]}`).join(', '),
      values: keys.join(', '),
      keys,
      rows: group.rows.map(({ row }) => row),
    };
  });
  return { groups, warnings: by.length === 0 ? [] : warnOfMixture(mixedIn(groups, by)) };
}

/** Parameters that differ within a group although they are no seeds: the mean then mixes different things. */
function mixedIn(groups: readonly PlotGroup[], by: readonly Column[]): string[] {
  const keys = new Set(by.filter(({ source }) => source === 'params').map(({ name }) => name));
  const mixed = groups.flatMap(({ rows: [first, ...others] }) =>
    first === undefined ? [] : others.flatMap((other) => listDifferingParams(first, other)),
  );
  return [...new Set(mixed)].filter((name) => !keys.has(name));
}

function keyText(cell: Cell): string {
  return cell === undefined || cell === null ? 'none' : cleanText(formatPlain(cell));
}

/** `learning_rate, model (n=3 each)` above `0.1, vit`; the numbers stand with the values where they differ. */
export function makeShortLegend(by: readonly Column[], groups: readonly { values: string; n: number }[]): ShortLegend {
  const title = by.map(({ header }) => header).join(', ');
  const [first] = groups;
  return groups.every(({ n }) => n === first?.n)
    ? { title: `${title} (n=${first?.n} each)`, labels: groups.map(({ values }) => values) }
    : { title, labels: groups.map(({ values, n }) => `${values} (n=${n})`) };
}

/** @throws SheafError `plot.groups` when there are too many to tell apart */
export function checkCount(count: number, most: number, what: string): void {
  if (count <= most) return;
  throw inputError('plot.groups', `${count} ${what} are more than the ${most} that can be told apart in one figure`, {
    fix: 'choose fewer experiments, or group by fewer fields',
  });
}
