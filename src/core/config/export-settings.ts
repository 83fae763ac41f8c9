import { isBranch, originPlace, problemAt, treeAt, valueOf, type Branch, type Leaf } from './config.ts';
import { unknownKeys } from './keys.ts';
import type { Problem } from '../errors.ts';
import type { WrittenColumn } from '../settings/export-column.ts';
import { FORMAT_EXAMPLES, parseNumberFormat } from '../text/number-format.ts';
import { isMap, pointer, type Value } from '../value.ts';

/** The columns of export that a template or `sheaf.yaml` names; undefined when it names none. */
export function readExportColumns(tree: Branch, problems: Problem[]): readonly WrittenColumn[] | undefined {
  const settings = treeAt(tree, ['export']);
  if (settings === undefined) return undefined;
  if (!isBranch(settings)) {
    if (!isMap(settings.value)) problems.push(problemAt(settings, 'export.form', 'export must be a map', EXAMPLE));
    return undefined;
  }
  problems.push(...unknownKeys(settings, ['columns'], 'export'));
  const columns = settings.children.get('columns');
  const value = columns && valueOf(columns);
  if (columns === undefined || value === null) return undefined;
  if (Array.isArray(value) && !isBranch(columns))
    return value.flatMap((item, i) => readColumn(item, i, columns, problems));
  problems.push(problemAt(columns, 'export.form', 'export.columns must be a list of names and maps', EXAMPLE));
  return undefined;
}

const EXAMPLE = {
  fix: "write for example export: {columns: [exp_id, {name: Accuracy, value: 'acc * 100', format: .1f}]}",
};

const PARTS = ['name', 'value', 'format', 'unit'] as const;
type Part = (typeof PARTS)[number];

function readColumn(item: Value, index: number, { origin }: Leaf, problems: Problem[]): WrittenColumn[] {
  if (typeof item === 'string') return [item];
  const name = `export.columns.${index}`;
  const placeOf = (key?: string) =>
    originPlace({ ...origin, path: origin.path + pointer(index, ...(key === undefined ? [] : [key])) });
  const tell = (key: string | undefined, message: string, more: { fix: string } = EXAMPLE): [] => {
    problems.push({ code: 'export.form', message: `${name}${message}`, ...more, ...placeOf(key) });
    return [];
  };
  if (!isMap(item)) return tell(undefined, ' must be a name or a map');
  const parts: Partial<Record<Part, string>> = {};
  for (const [key, given] of Object.entries(item)) {
    const part = PARTS.find((known) => known === key);
    if (part === undefined)
      return tell(key, ` has no part ${JSON.stringify(key)}`, { fix: `its parts are ${PARTS.join(', ')}` });
    if (given === null) continue;
    if (typeof given !== 'string' && typeof given !== 'number') return tell(key, `.${key} must be a text`);
    parts[part] = String(given);
  }
  if (parts.format !== undefined && parseNumberFormat(parts.format) === undefined) {
    return tell('format', `.format: ${JSON.stringify(parts.format)} is no format of numbers`, FORMAT_EXAMPLES);
  }
  const value = parts.value ?? parts.name;
  if (value === undefined) return tell(undefined, ' has no value');
  const { at } = placeOf(parts.value === undefined ? undefined : 'value');
  return [{ ...parts, value, ...(at && { at }) }];
}
