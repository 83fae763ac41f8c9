import { makeProblemAt } from './config.ts';
import type { JsonSchema } from './json-schema.ts';
import { refined, valueKind, type ValueAdvice, type Kind, type ValueKind } from './setting.ts';
import { SheafError } from '../errors.ts';
import type { NumberSources } from '../number-source.ts';
import { MEMORY_FORMS, parseMemory, parseTimeLimit, TIME_LIMIT_FORMS } from '../units.ts';
import type { Value } from '../value.ts';

/** A number is a text as it was written: an account may be called 0123, and a module 12.10. */
function textOf(value: Value, written: string | undefined): string | undefined {
  if (typeof value === 'number') return written ?? String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

const TEXT_SCHEMA: JsonSchema = { type: ['string', 'number'], minLength: 1 };

/** A text that is not empty, or a number. */
export const text: ValueKind<string> = valueKind('a text', TEXT_SCHEMA, (value, written) => textOf(value, written['']));

/** A text that may be empty. */
export const anyText: ValueKind<string> = valueKind('a text', { type: ['string', 'number'] }, (value, written) =>
  value === '' ? '' : textOf(value, written['']),
);

const CONTROL = '\\u0000-\\u001f\\u007f-\\u009f';
const NO_CONTROL = `[^${CONTROL}]`;

/** A text without control characters. */
export const ON_ONE_LINE: string = `^${NO_CONTROL}*$`;

/** A text on one line with something in it, or a number. */
export const line: ValueKind<string> = valueKind(
  'a text on one line',
  { type: ['string', 'number'], pattern: `^${NO_CONTROL}*[^\\s${CONTROL}]${NO_CONTROL}*$` },
  (value, written) => lineOf(value, written['']),
);

function lineOf(value: Value, written: string | undefined): string | undefined {
  const found = textOf(value, written);
  return found === undefined || found.trim() === '' || /\p{Cc}/u.test(found) ? undefined : found;
}

/** A text on one line. A number is more likely a parameter of that name, in a template that is older than the key. */
export function lineOfText(wants: string): ValueKind<string> {
  return valueKind(wants, { ...line.schema, type: 'string' }, (value, written) =>
    typeof value === 'string' ? line.accept(value, written) : undefined,
  );
}

/** A text, or a list of texts. */
export const texts: ValueKind<string | readonly string[]> = valueKind(
  'a text or a list of texts',
  listSchema(TEXT_SCHEMA),
  (value, written) =>
    Array.isArray(value)
      ? allOf(value.map((item: Value, i) => textOf(item, written[`/${i}`])))
      : textOf(value, written['']),
);

/** A line, or a list of them: always a list. */
export const lines: ValueKind<readonly string[]> = valueKind(
  'a list of texts',
  listSchema(line.schema),
  (value, written) =>
    Array.isArray(value)
      ? allOf(value.map((item: Value, i) => lineOf(item, written[`/${i}`])))
      : allOf([lineOf(value, written[''])]),
);

/** One item, or a list of them. */
export function listSchema(item: JsonSchema): JsonSchema {
  return { anyOf: [item, { type: 'array', items: item }] };
}

/** Undefined when an item is. */
export function allOf<T>(items: readonly (T | undefined)[]): readonly T[] | undefined {
  return items.every((item) => item !== undefined) ? items : undefined;
}

export const flag: ValueKind<boolean> = valueKind('true or false', { type: 'boolean' }, (value) =>
  typeof value === 'boolean' ? value : undefined,
);

export function wholeFrom(least: number, wants: string = `a whole number from ${least}`): ValueKind<number> {
  return valueKind(wants, { type: 'integer', minimum: least }, (value) =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= least ? value : undefined,
  );
}

/** A number above 0. */
export const positive: ValueKind<number> = valueKind(
  'a number above 0',
  { type: 'number', exclusiveMinimum: 0 },
  (value) => (typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : undefined),
);

export function choice<const T extends string | boolean>(
  choices: readonly T[],
  wants: string = `one of ${choices.join(', ')}`,
  advice?: ValueAdvice,
): ValueKind<T> {
  return valueKind(wants, { enum: choices }, (value) => choices.find((each) => each === value), advice);
}

/** A text or a whole number that `parse` can read: kept as it is. */
function parsed(
  wants: string,
  schema: JsonSchema,
  parse: (value: string | number) => number,
  advice: ValueAdvice,
): ValueKind<string | number> {
  return valueKind(
    wants,
    { type: ['string', 'integer'], ...schema },
    (value) => (isParsed(value, parse) ? value : undefined),
    advice,
  );
}

function isParsed(value: Value, parse: (value: string | number) => number): value is string | number {
  if (typeof value !== 'string' && typeof value !== 'number') return false;
  try {
    parse(value);
    return true;
  } catch (error) {
    if (error instanceof SheafError) return false;
    throw error;
  }
}

/** A size as Slurm writes it: `16G`; a bare number is MiB. */
export const memory: ValueKind<string | number> = parsed(
  'a memory size',
  { pattern: '^\\s*\\+?\\d+([KMGTkmgt][Bb]?)?\\s*$', minimum: 0 },
  parseMemory,
  { fix: MEMORY_FORMS },
);

/** A time limit as Slurm writes it: `HH:MM:SS`; a bare number is minutes. */
export const timeLimit: ValueKind<string | number> = parsed(
  'a time limit',
  {
    pattern:
      '^\\s*([Uu][Nn][Ll][Ii][Mm][Ii][Tt][Ee][Dd]|[Ii][Nn][Ff][Ii][Nn][Ii][Tt][Ee]|-1|\\d+-\\d*(:\\d+){0,2}|\\d+(:\\d+){0,2})\\s*$',
    minimum: -1,
  },
  parseTimeLimit,
  { fix: TIME_LIMIT_FORMS },
);

/** `x1.5` of what it was, or a value of its own. */
export function changeOf(kind: ValueKind<string | number>, wants: string): ValueKind<string> {
  const factor: JsonSchema = { type: 'string', pattern: '^x(?=.*[1-9])\\d+(\\.\\d+)?$' };
  return valueKind(wants, { anyOf: [factor, kind.schema] }, (value, written) => {
    if (typeof value === 'string' && /^x\d+(\.\d+)?$/.test(value) && Number(value.slice(1)) > 0) return value;
    const own = kind.accept(value, written);
    return own === undefined ? undefined : String(own);
  });
}

/** Words that a value may be instead: `auto`. */
export function orWords(kind: ValueKind<string | number>, words: readonly string[]): ValueKind<string | number> {
  if (words.length === 0) return kind;
  const schema: JsonSchema = { anyOf: [kind.schema, { enum: words }] };
  const accept = (value: Value, written: NumberSources) =>
    words.find((word) => word === value) ?? kind.accept(value, written);
  return valueKind([kind.wants, ...words].join(' or '), schema, accept, kind.advice);
}

/** Texts without control characters: they become lines of a job script. */
export function onOneLine<T extends string | readonly string[]>(kind: Kind<T>): Kind<T> {
  const item = { ...TEXT_SCHEMA, pattern: ON_ONE_LINE };
  const schema = kind.schema === TEXT_SCHEMA ? item : listSchema(item);
  return { ...withoutCharacters(kind, /\p{Cc}/u), schema };
}

/** Texts that may have line breaks. */
export function withLineBreaks<T extends string | readonly string[]>(kind: Kind<T>): Kind<T> {
  return withoutCharacters(kind, /\0/);
}

function withoutCharacters<T extends string | readonly string[]>(kind: Kind<T>, refused: RegExp): Kind<T> {
  return refined(kind, (value, { tree, name, problems }) => {
    if (![value].flat().some((each) => refused.test(each))) return value;
    const message = `${name} has a line break or another control character in it`;
    problems.push(makeProblemAt(tree, 'config.text', message));
    return undefined;
  });
}

/** One relative path inside a folder or a list of them, each as `convert` gives it; undefined for another path. */
export function pathsOf(wants: string, convert: (path: string) => string | undefined): ValueKind<readonly string[]> {
  const item = { ...line.schema, pattern: `^(?!/)(?!(.*/)?\\.\\.(/|$))${NO_CONTROL}*[^\\s${CONTROL}]${NO_CONTROL}*$` };
  return valueKind(wants, listSchema(item), (value, written) => {
    const paths = lines.accept(value, written);
    return paths && allOf(paths.map(convert));
  });
}

/** One value or a list of at least one: always a list. */
export function valueOrList<T>(item: ValueKind<T>, wants: string): ValueKind<readonly T[]> {
  const schema: JsonSchema = { anyOf: [item.schema, { type: 'array', items: item.schema, minItems: 1 }] };
  return valueKind(wants, schema, (value) => {
    const items: readonly Value[] = Array.isArray(value) ? value : [value];
    return items.length === 0 ? undefined : allOf(items.map((each) => item.accept(each, {})));
  });
}
