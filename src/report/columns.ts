import { inputError } from '../core/errors.ts';
import { formatFieldLabel, resolveField, type FieldRef, type KnownNames } from '../core/fields/fields.ts';
import { compileGlob } from '../core/text/glob.ts';
import { RECORD_FIELDS } from '../core/fields/record-fields.ts';

/** A column of a table or an export. */
export interface Column extends FieldRef {
  /** Its heading: the name as it was requested. */
  readonly header: string;
}

/**
 * The columns that `--columns` asks for, in its order, each once: names as in queries, globs such as `params.*` or
 * `*_loss`, and `all`.
 *
 * @param wanted each may hold several names with commas between them
 * @throws SheafError `field.unknown`, `field.ambiguous`, `columns.no_match`, `columns.empty`
 */
export function selectColumns(wanted: readonly string[], known: KnownNames): Column[] {
  const names = wanted
    .flatMap((text) => text.split(','))
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0) {
    throw inputError('columns.empty', 'no column is named', {
      fix: 'write for example --columns exp_id,learning_rate',
    });
  }
  const columns = new Map<string, Column>();
  for (const column of names.flatMap((name) => columnsOf(name, known))) {
    const key = `${column.source}.${column.name}`;
    if (!columns.has(key)) columns.set(key, column);
  }
  return [...columns.values()];
}

function columnsOf(name: string, known: KnownNames): Column[] {
  if (name === 'all' && !known.params.includes(name) && !known.results.includes(name)) return allColumns(known);
  if (!/[*?[]/.test(name)) return [{ ...resolveField(name, known), header: name }];
  const matches = compileGlob(name);
  const found = allColumns(known).filter(
    (column) => matches(column.name) || matches(`${column.source}.${column.name}`),
  );
  if (found.length === 0) {
    throw inputError('columns.no_match', `no column matches ${name}`, {
      fix: 'use * for any text, as in params.* or *_loss; sheaf list --columns all shows all names',
    });
  }
  return found;
}

/** Fields of the record first, then parameters, then results. */
function allColumns(known: KnownNames): Column[] {
  return [
    ...RECORD_FIELDS.map(({ name }): Column => ({ source: 'record', name, header: name })),
    ...known.params.map((name) => column('params', name, known)),
    ...known.results.map((name) => column('results', name, known)),
  ];
}

/** A header that can be given to `--columns` again. */
function column(source: 'params' | 'results', name: string, known: KnownNames): Column {
  return { source, name, header: formatFieldLabel({ source, name }, known) };
}
