import { compileStars } from '../../../../core/text/glob.ts';
import type { Api } from '../../../../server/index.ts';
import type { ListAddress } from '../list/address.ts';

/** A saved view, or what is wrong with its file. */
export type ViewLine = Api['views']['answer'][number];
type SavedView = Extract<ViewLine, { readonly view: unknown }>['view'];

/**
 * What the address says for a saved view.
 *
 * @param names of all columns, for patterns such as `params.*`
 */
export function applyView(name: string, view: SavedView, names: readonly string[]): Partial<ListAddress> {
  const columns = [...new Set((view.columns ?? []).flatMap((column) => expand(column, names)))];
  return {
    where: view.where ?? '',
    sort: view.sort,
    columns: columns.length === 0 ? undefined : columns.map((each) => ({ name: each })),
    view: name,
  };
}

function expand(column: string, names: readonly string[]): readonly string[] {
  if (names.includes(column)) return [column];
  return names.filter(compileStars(column === 'all' ? '*' : column));
}

/** The file that keeps this list as a view; JSON's texts are YAML, too. */
export function writeViewFile({ where, sort, columns }: Pick<ListAddress, 'where' | 'sort' | 'columns'>): string {
  const lines = [
    where.trim() === '' ? undefined : `where: ${JSON.stringify(where)}`,
    columns === undefined ? undefined : `columns: ${JSON.stringify(columns.map(({ name }) => name))}`,
    sort === undefined ? undefined : `sort: ${JSON.stringify(sort.field)}\ndescending: ${sort.descending}`,
  ];
  return `${lines.filter((line) => line !== undefined).join('\n')}\n`;
}
