import { SheafError } from '../../core/errors.ts';
import { areEqual, type ValueMap } from '../../core/value.ts';
import { readView, writeView, type SavedView } from '../../core/validation/view-settings.ts';
import { parseYaml } from '../yaml/yaml.ts';
import { editYaml } from '../yaml/yaml-edit.ts';
import { writeBlock } from '../yaml/yaml-write.ts';

/** Reads a saved view. @param source its file, as shown to people @throws SheafError `yaml.*`, `config.*`, `query.*` with places */
export function parseView(text: string, source: string): SavedView {
  return readView(parseYaml(text, source));
}

/**
 * The text of a file with a view.
 *
 * @param head the first line of a new file
 * @param before the text of the file so far: its comments stay, unless a key goes
 */
export function formatView(view: SavedView, head: string, before?: string): string {
  const values = writeView(view);
  const old = before === undefined ? undefined : readKeys(before);
  if (before === undefined || old === undefined || Object.keys(old).some((key) => values[key] === undefined)) {
    return head + writeBlock(values);
  }
  return Object.entries(values).reduce(
    (text, [key, value]) => (areEqual(old[key], value) ? text : editYaml(text, [key], value)),
    before,
  );
}

function readKeys(text: string): ValueMap | undefined {
  try {
    return parseYaml(text, '').values;
  } catch (error) {
    if (error instanceof SheafError) return undefined;
    throw error;
  }
}
