import type { Settings } from '../../core/settings/settings.ts';
import { parameterVariable } from '../../core/settings/schema.ts';
import { collectTexts, type Value } from '../../core/value.ts';
import { readCalledFiles } from '../render/called-scripts.ts';
import { ALL, listUsedNames } from '../render/used-names.ts';
import { makeProjectFileReader, type LoadedTemplate } from './load.ts';

/**
 * Those of the parameters that nothing of a run uses: no command, own script, launcher, environment or other setting has
 * them in `{{ … }}`, alone or with `{{ flags }}`, and neither these nor the files of the project that the commands call
 * read `$SHEAF_PARAMS` or `$SHEAF_P_NAME`. A module that a program imports may still read these variables.
 */
export function findUnusedParameters(
  { config }: LoadedTemplate,
  settings: Settings,
  names: readonly string[],
): string[] {
  if (names.length === 0) return [];
  const texts = collectTexts(settings as unknown as Value);
  const used = new Set(texts.flatMap(listUsedNames));
  if (used.has(ALL)) return [];
  const called = texts.flatMap((text) => readCalledFiles(text, makeProjectFileReader(config)));
  return names.filter((name) => !used.has(name) && ![...texts, ...called].some((text) => readsVariable(text, name)));
}

/** Whether a text reads a parameter from the environment, or variables whose names it makes. */
function readsVariable(text: string, name: string): boolean {
  return new RegExp(String.raw`\bSHEAF_P(?:ARAMS\b|_?(?!\w))|\b${parameterVariable(name)}\b`).test(text);
}
