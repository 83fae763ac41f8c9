import { COMMAND_LINE, type Frozen } from '../../core/experiment/frozen.ts';
import { parameterVariable } from '../../core/settings/schema.ts';
import { formatList } from '../../core/text/phrases.ts';
import { splitPointer } from '../../core/value.ts';
import type { OpenTemplate } from './open-template.ts';

/**
 * Runs that differ only in what their command does not use are the same run, repeated.
 *
 * @param names the parameters that a person set; absent: those that the command line, a sweep or a program gave
 */
export function warnOfUnusedParameters(
  template: OpenTemplate,
  config: Frozen,
  names: readonly string[] = listGivenParameters(config),
): string[] {
  const unused = template.findUnused(config.settings, names);
  const [first] = unused;
  if (first === undefined) return [];
  const others = first === 'seed' ? config.seeds.filter((name) => !unused.includes(name)) : [];
  const fix =
    others.length > 0
      ? `the seed of the template is ${formatList(others)}`
      : `write {{ ${first} }} in the command, or {{ flags }} for all parameters`;
  const variable = unused.length === 1 ? parameterVariable(first) : 'SHEAF_P_NAME';
  return [
    `the command does not use ${formatList(unused)}: its runs get ${unused.length === 1 ? 'it' : 'them'} only in the ` +
      `environment, in $SHEAF_PARAMS and as $${variable}; ${fix}`,
  ];
}

function listGivenParameters({ origins: { sources, at } }: Frozen): string[] {
  const given = Object.entries(at).flatMap(([path, [source]]) => {
    const [first, name] = splitPointer(path);
    return first === 'params' && name !== undefined && sources[source] === COMMAND_LINE ? [name] : [];
  });
  return [...new Set(given)];
}
