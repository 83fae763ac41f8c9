import { originPlace, makeProblemAt, getTreeAt } from './config.ts';
import type { JsonSchema } from './json-schema.ts';
import { anyText } from './kinds.ts';
import { key, listOf, mapOf, orNull, refined, shortFor, valueKind, withSchema, type Kind } from './setting.ts';
import type { ColumnSpec, WrittenColumn } from '../settings/export-column.ts';
import { FORMAT_EXAMPLES, parseNumberFormat } from '../text/number-format.ts';

const EXAMPLE = {
  fix: "write for example export: {columns: [exp_id, {name: Accuracy, value: 'acc * 100', format: .1f}]}",
};

const part = orNull(anyText);

const format = orNull({ ...anyText, schema: { type: 'string', pattern: '^(,?(\\.\\d{1,2}[efg%]|[defg%])|,)$' } });

const parts = mapOf({
  name: key(part, 'Heading. Default: the value as it is written'),
  value: key(part, 'A name as in queries, a pattern such as params.*, or an expression. Default: the name'),
  format: key(format, 'How to write numbers: .2f, .3g, d, .1%'),
  unit: key(part, 'Behind the heading, in brackets'),
});

/** That a key has a value. */
function given(name: string): JsonSchema {
  return { properties: { [name]: anyText.schema }, required: [name] };
}

const column: Kind<WrittenColumn> = shortFor<string, WrittenColumn>(
  'a name or a map',
  valueKind('a name', { type: 'string' }, (value) => (typeof value === 'string' ? value : undefined)),
  (name) => name,
  refined(
    withSchema(parts, () => ({ ...parts.schema, anyOf: ['value', 'name'].map(given) })),
    (read, { tree, name, problems }): ColumnSpec | undefined => {
      const wrong = (of: string, message: string, advice: { fix: string }): undefined => {
        problems.push(makeProblemAt(getTreeAt(tree, [of]) ?? tree, 'export.form', `${name}${message}`, advice));
        return undefined;
      };
      if (read.format !== undefined && parseNumberFormat(read.format) === undefined)
        return wrong('format', `.format: ${JSON.stringify(read.format)} is no format of numbers`, FORMAT_EXAMPLES);
      const value = read.value ?? read.name;
      if (value === undefined) return wrong('value', ' has no value', EXAMPLE);
      const { origin } = getTreeAt(tree, ['value']) ?? tree;
      return { ...read, value, ...(origin && { at: originPlace(origin).at }) };
    },
  ),
  EXAMPLE,
);

/** Defaults of `sheaf export`: its columns. */
export const exportDefaults: Kind<{ readonly columns?: readonly WrittenColumn[] }> = mapOf(
  {
    columns: key(
      orNull(listOf(column, 'a list of names and maps', EXAMPLE)),
      'Columns of sheaf export when the command names none',
    ),
  },
  'a map',
  EXAMPLE,
);
