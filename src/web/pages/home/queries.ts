import { matchText } from '../../../core/query/ast.ts';
import { formatQuery } from '../../../core/query/format.ts';
import { toHref } from '../../state/use-route.ts';

/** The list of the experiments that have a value in a field, as a link. */
export function linkToList(field: string, value: string): string {
  return toHref(['x'], { q: formatQuery(matchText(field, value)) });
}
