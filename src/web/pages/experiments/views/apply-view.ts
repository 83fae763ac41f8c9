import { SheafError } from '../../../../core/errors.ts';
import { parseName } from '../../../../core/ids.ts';
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

/** What is wrong with a name for a view; undefined if nothing is. */
export function checkViewName(name: string): string | undefined {
  if (name === '') return 'Type a name, and the command that saves it appears.';
  try {
    parseName('view', name);
    return undefined;
  } catch (error) {
    const [problem] = error instanceof SheafError ? error.problems : [];
    return `${problem?.message ?? String(error)}: ${problem?.why ?? ''}`;
  }
}

/** Removes a view in a shell: it is a file of the project. @param name that {@link checkViewName} accepts */
export function removeCommand(name: string): string {
  return `rm views/${name}.yaml`;
}
