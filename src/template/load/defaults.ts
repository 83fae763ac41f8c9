import { treeAt, valueOf, writtenIn } from '../../core/validation/config.ts';
import type { ValueMap } from '../../core/value.ts';
import type { NumberSources } from '../../core/number-source.ts';
import type { LoadedTemplate } from './load.ts';

/** The parameters of a template without any overrides; null for one that must be given. */
export function templateDefaults({ tree }: LoadedTemplate): {
  readonly params: ValueMap;
  readonly written: NumberSources;
} {
  const params = treeAt(tree, ['params']) ?? { children: new Map() };
  return { params: valueOf(params) as ValueMap, written: writtenIn(params) };
}
