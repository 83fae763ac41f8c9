import { inputError } from '../core/errors.ts';
import type { Experiment } from '../core/stored.ts';
import { cleanText, groupRows, plainText, type Cell } from '../report/index.ts';
import { cellsOf, paramsOf } from './cells.ts';
import { openMixture } from './group.ts';
import type { PlotWish } from './plot-wish.ts';

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
export function groupsOf({ project, rows, by }: PlotWish): {
  readonly groups: readonly PlotGroup[];
  readonly warnings: readonly string[];
} {
  const mixture = openMixture(by);
  const read = rows.map((row) => {
    const params = paramsOf(row);
    const keys = by.map(cellsOf(row, project.store, false, params));
    mixture.see(row, params, keys);
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
  return { groups, warnings: by.length === 0 ? [] : mixture.warnings() };
}

function keyText(cell: Cell): string {
  return cell === undefined || cell === null ? 'none' : cleanText(plainText(cell));
}

/** @throws SheafError `plot.groups` when nobody could tell so many apart */
export function checkCount(count: number, most: number, what: string): void {
  if (count <= most) return;
  throw inputError('plot.groups', `${count} ${what} are more than the ${most} that can be told apart in one figure`, {
    fix: 'choose some with --where, or group by fewer fields',
  });
}
