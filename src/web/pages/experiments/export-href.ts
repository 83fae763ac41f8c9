import { toHref } from '../../state/use-route.ts';
import { writeSort } from '../../state/sort-setting.ts';
import { withoutCurves } from './columns/curve-columns.ts';
import { parseGrouping } from './groups/group-settings.ts';
import type { ShownList } from './use-shown-list.ts';
import type { ListAddress } from './list/address.ts';

/**
 * The page that exports the list as it is: with its order and columns; of groups, a row for each.
 *
 * @param which the query of other experiments than those of the list
 */
export function writeExportHref(
  { where = '', sort, chosen, known }: Pick<ShownList, 'where' | 'sort' | 'chosen' | 'known'>,
  { group }: Pick<ListAddress, 'group'>,
  which: string = where,
): string {
  const grouping = parseGrouping(group);
  const by = grouping?.kind === 'fields' ? grouping.by : ['all-but-seed'];
  const names = withoutCurves(chosen).map(({ name }) => name);
  // A group has one value of a metric, and not one of each parameter.
  const columns = grouping === undefined ? names : names.filter((name) => known.get(name)?.source === 'results');
  return toHref(['export'], {
    q: which,
    s: grouping === undefined ? writeSort(sort) : undefined,
    c: columns.map(quote).join(','),
    g: grouping === undefined ? undefined : by.join(','),
  });
}

/** A comma would end the name. */
function quote(name: string): string {
  return name.includes(',') ? `\`${name}\`` : name;
}
