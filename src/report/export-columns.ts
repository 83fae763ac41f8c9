import { withoutUndefined } from '../core/value.ts';
import { inputError, SheafError, type Problem } from '../core/errors.ts';
import type { ColumnSpec, WrittenColumn } from '../core/settings/export-column.ts';
import { parseExpression, type Expression } from '../core/query/expression.ts';
import { resolveField, type FieldRef, type KnownNames } from '../core/fields/fields.ts';
import { FORMAT_EXAMPLES, parseNumberFormat, type NumberFormat } from '../core/text/number-format.ts';
import { selectColumns, type Column } from './columns.ts';

/** The column that says why metrics have no value. */
export const MISSING = 'missing';

/** A column of a table that becomes a file. */
export interface ExportColumn {
  readonly name: string;
  readonly unit?: string;
  /** For people; programs get numbers. */
  readonly format?: NumberFormat;
  readonly source: ColumnSource;
}

export type ColumnSource =
  | { readonly kind: 'field'; readonly field: FieldRef }
  | { readonly kind: 'expression'; readonly expression: Expression; readonly fields: ReadonlyMap<string, FieldRef> }
  | { readonly kind: 'missing' };

/**
 * The columns that are asked for, in their order, {@link MISSING} last. A name or pattern that something has is never read as
 * anything else; what is neither is `name=`, a value and a `:format`, and a value that is no name is an expression.
 *
 * @throws SheafError `columns.*`, `field.*`, `expression.*`
 */
export function exportColumns(wanted: readonly WrittenColumn[], known: KnownNames): ExportColumn[] {
  const specs = wanted.flatMap((each) => (typeof each === 'string' ? readColumns(each, known) : [each]));
  if (specs.length === 0) {
    throw inputError('columns.empty', 'no column is named', {
      fix: 'write for example --columns exp_id,lr=learning_rate',
    });
  }
  const columns = unique(specs.flatMap((spec) => placed(spec, () => columnsOf(spec, known))));
  return [
    ...columns.filter(({ source }) => source.kind !== 'missing'),
    ...columns.filter(({ source }) => source.kind === 'missing'),
  ];
}

/** The same field, asked for twice, is one column; two columns of one name are a mistake. */
function unique(columns: readonly ExportColumn[]): ExportColumn[] {
  const found = new Map<string, ExportColumn>();
  for (const column of columns) {
    const other = found.get(column.name);
    if (other !== undefined && !isSame(other, column)) {
      throw inputError('columns.twice', `two columns have the name ${column.name}`, {
        fix: 'give one of them another name: other=VALUE',
      });
    }
    if (other === undefined) found.set(column.name, column);
  }
  return [...found.values()];
}

function isSame({ source: a }: ExportColumn, { source: b }: ExportColumn): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Reads `exp_id,lr=learning_rate,max(a, b):.2f`. */
function readColumns(text: string, known: KnownNames): ColumnSpec[] {
  return splitAtCommas(text)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => readColumn(part, known));
}

/** Commas in brackets and backticks belong to expressions, and one may begin a format. */
function splitAtCommas(text: string): string[] {
  return text.match(/(?:\([^()]*(?:\([^()]*\)[^()]*)*\)|`[^`]*`|:\s*,(?:\.\d+)?[defg%]?(?=\s*(?:,|$))|[^,])+/g) ?? [];
}

function readColumn(text: string, known: KnownNames): ColumnSpec {
  if (isThere(text, known)) return { value: text };
  const [, name, rest = text] = /^([^=]*[^=\s])\s*=\s*(.+)$/su.exec(text) ?? [];
  const named = name === undefined ? {} : { name };
  if (isThere(rest, known)) return { ...named, value: rest };
  const [, value, format] = /^(.+?)\s*:\s*([^:]*)$/su.exec(rest) ?? [];
  if (value === undefined || format === undefined) return { ...named, value: rest };
  if (parseNumberFormat(format) !== undefined) return { ...named, value, format };
  throw inputError('columns.format', `${text}: ${JSON.stringify(format)} is no format of numbers`, FORMAT_EXAMPLES);
}

function isThere(text: string, known: KnownNames): boolean {
  return text === MISSING || fieldsOf(text, known) !== undefined;
}

function columnsOf(spec: ColumnSpec, known: KnownNames): ExportColumn[] {
  const format = spec.format === undefined ? undefined : parseNumberFormat(spec.format);
  const look = withoutUndefined({ unit: spec.unit, format });
  const fields = fieldsOf(spec.value, known);
  if (fields === undefined) {
    if (spec.value === MISSING) return [{ ...look, name: spec.name ?? MISSING, source: { kind: 'missing' } }];
    return [{ ...look, name: spec.name ?? spec.value, source: expressionOf(spec.value, known) }];
  }
  if (spec.name !== undefined && fields.length > 1) {
    throw inputError(
      'columns.name',
      `${spec.value} matches ${fields.length} columns, which cannot all be ${spec.name}`,
      {
        fix: `leave ${spec.name}= out, or name one column`,
      },
    );
  }
  return fields.map(({ header, source, name }) => ({
    ...look,
    name: spec.name ?? header,
    source: { kind: 'field', field: { source, name } },
  }));
}

/** Undefined when nothing has that name and no pattern fits. @throws SheafError `field.ambiguous` */
function fieldsOf(text: string, known: KnownNames): readonly Column[] | undefined {
  const isProduct = PATTERN.test(text) && unlessAbsent(() => expressionOver(text, known)) !== undefined;
  return isProduct || text.includes(',') ? undefined : unlessAbsent(() => selectColumns([text], known));
}

const PATTERN = /[*?[]/;
const NAME = /^[\p{L}\p{N}_./:@-]+$/u;

/** Codes for what no experiment has yet. */
export const ABSENT: ReadonlySet<string> = new Set(['field.unknown', 'columns.no_match']);

function unlessAbsent<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if (error instanceof SheafError && (ABSENT.has(error.code) || error.code.startsWith('expression.')))
      return undefined;
    throw error;
  }
}

/** Errors in a text that looks like a name or a pattern refer to the whole text. */
function expressionOf(text: string, known: KnownNames): ColumnSource {
  const isNoArithmetic =
    PATTERN.test(text) && !/\s/.test(text) && unlessAbsent(() => parseExpression(text)) === undefined;
  if (isNoArithmetic) selectColumns([text], known);
  if (NAME.test(text) && unlessAbsent(() => expressionOver(text, known)) === undefined) resolveField(text, known);
  return expressionOver(text, known);
}

function expressionOver(text: string, known: KnownNames): ColumnSource {
  const expression = parseExpression(text);
  const fields = expression.names.map((name): [string, FieldRef] => [name, resolveField(name, known)]);
  return { kind: 'expression', expression, fields: new Map(fields) };
}

/** Problems of what a file says have its place. */
function placed<T>({ at }: ColumnSpec, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (at === undefined || !(error instanceof SheafError)) throw error;
    const [first, ...rest] = error.problems.map((problem): Problem => ({ at, ...problem }));
    throw first === undefined ? error : new SheafError([first, ...rest], error.exitCode);
  }
}
