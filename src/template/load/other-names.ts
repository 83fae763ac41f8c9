import { findOtherName } from '../../core/settings/other-names.ts';
import type { Settings } from '../../core/settings/settings.ts';
import type { Layer } from '../../core/validation/config.ts';
import { adviseDeclaring } from '../../core/validation/keys.ts';
import { collectTexts, type Value } from '../../core/value.ts';
import { listUsedNames } from '../render/used-names.ts';

/**
 * Keys of a template with a name that other programs have for what a job asks for. They are parameters, and were perhaps
 * not meant as such, unless the schema declares them, `{{ … }}` has them, or the template has that setting, too.
 */
export function warnOfOtherNames(
  layers: readonly Layer[],
  declared: ReadonlySet<string>,
  settings: Settings,
): string[] {
  const given = new Set(layers.flatMap(({ values }) => Object.keys(values)));
  const suspects = [...given].flatMap((name) => {
    const other = declared.has(name) ? undefined : findOtherName(name);
    return other === undefined || given.has(other.instead) ? [] : [{ name, setting: other.instead }];
  });
  if (suspects.length === 0) return [];
  const used = new Set(collectTexts(settings as unknown as Value).flatMap(listUsedNames));
  return suspects
    .filter(({ name }) => !used.has(name))
    .map(({ name, setting }) => {
      const file = layers.find(({ values }) => name in values)?.source;
      return (
        `${file}: "${name}" is a parameter here, by which the job asks for nothing; the setting is ${setting}. ` +
        `If the code takes ${name}, ${adviseDeclaring(name)}`
      );
    });
}
