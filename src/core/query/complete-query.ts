import { SheafError } from '../errors.ts';
import { recordField } from '../fields/record-fields.ts';
import { checkQuery } from './check-query.ts';
import type { Expected } from './cursor.ts';
import { tokenize, type QueryToken } from './lexer.ts';
import { listExpected } from './parse.ts';

/** What may be written at the caret. Places count UTF-16 units from 0. */
export interface QueryCompletion {
  /** The part of the text that a choice replaces. */
  readonly from: number;
  readonly to: number;
  /** What is already typed of it, without quotes. */
  readonly typed: string;
  /** Without any, nothing that is written here makes a query. */
  readonly expected: readonly ExpectedHere[];
  /** The terms before the one at the caret, as a query; empty without any. Values of a field are counted under it. */
  readonly where: string;
}

/** What may come, with the operators that make sense for the field. */
export type ExpectedHere =
  | Exclude<Expected, { kind: 'operator' }>
  | { readonly kind: 'operator'; readonly field: string; readonly operators: readonly string[] };

/** What a query may have at the caret, whether or not the rest of it is finished. Never throws. */
export function completeQuery(text: string, caret: number): QueryCompletion {
  const { from, to, typed } = findTyped(text, Math.min(Math.max(caret, 0), text.length));
  const before = text.slice(0, from);
  const expected = listExpected(before);
  const operator = expected.find((each) => each.kind === 'operator');
  return {
    from,
    to,
    typed,
    expected:
      operator === undefined
        ? expected.filter((each) => each.kind !== 'operator')
        : [{ ...operator, operators: listOperators(operator.field) }],
    where: findTermsBefore(before),
  };
}

type Typed = Pick<QueryCompletion, 'from' | 'to' | 'typed'>;

/** The token that the caret is in or, of a bare word, behind. */
function findTyped(text: string, caret: number): Typed {
  const before = text.slice(0, caret);
  const tokens = readTokens(text) ?? readTokens(before);
  if (tokens === undefined) return findBroken(before);
  const token = tokens.find(
    ({ kind, at, end }) => at < caret && (caret < end || (kind === 'word' && caret === end)) && !'(),'.includes(kind),
  );
  if (token === undefined) return { from: caret, to: caret, typed: '' };
  return { from: token.at, to: token.end, typed: readBeginning(text.slice(token.at, caret)) };
}

/** An open quote, or the `!` of an operator. */
function findBroken(before: string): Typed {
  const checked = checkQuery(before);
  const from = checked.ok ? before.length : checked.at;
  return { from, to: before.length, typed: readBeginning(before.slice(from)) };
}

function readBeginning(text: string): string {
  const [quote = ''] = text;
  return `'"\``.includes(quote) ? text.slice(1).replaceAll(quote + quote, quote) : text;
}

function readTokens(text: string): readonly QueryToken[] | undefined {
  try {
    return tokenize(text);
  } catch (error) {
    if (error instanceof SheafError) return undefined;
    throw error;
  }
}

const MISSING = ['is missing', 'is not missing'];
const ORDERING = ['<', '<=', '>', '>='];
const EQUALITY = ['=', '!=', 'in', 'not in'];

/** Those that `checkComparison` does not refuse, the most useful first. */
function listOperators(field: string): readonly string[] {
  switch (recordField(field)?.kind) {
    case 'list':
      return ['has', ...MISSING];
    case 'time':
      return [...ORDERING, ...MISSING];
    case 'flag':
      return ['=', '!='];
    case 'number':
      return [...EQUALITY, ...ORDERING, ...MISSING];
    case 'text':
      return [...EQUALITY, '~', '!~', ...MISSING];
    case undefined:
      return [...EQUALITY, ...ORDERING, '~', '!~', 'has', ...MISSING];
  }
}

/** Reading all beginnings of a long broken query takes too long. */
const MOST_TRIED = 8;

/** The text before the last `and` that joins finished terms to the one that is being typed. */
function findTermsBefore(before: string): string {
  const joints = (readTokens(before) ?? []).filter(({ kind, text }) => kind === 'word' && text.toLowerCase() === 'and');
  const candidates = joints.slice(-MOST_TRIED).map(({ at }) => before.slice(0, at).trim());
  return candidates.findLast(isJoined) ?? '';
}

function isJoined(text: string): boolean {
  const checked = checkQuery(text);
  return checked.ok && checked.terms.length > 0 && checked.terms.every(({ isLoose }) => !isLoose);
}
