import { checkComparison } from './check.ts';
import type { Literal, Many, Query } from './ast.ts';
import { openCursor, type Expected, type TokenCursor } from './cursor.ts';
import type { QueryToken } from './lexer.ts';
import { LONE_NAME, OPERATORS_FIX, suggestForLoneName } from './lone-name.ts';
import { SheafError } from '../errors.ts';
import { makeQueryError } from './problem.ts';
import { isKeyword, isPlainField, parseNumberWord } from './syntax.ts';
import { recordField } from '../fields/record-fields.ts';
import { parseTimeLiteral } from './time.ts';

/** Longest query, in UTF-16 units. */
const MAX_QUERY_LENGTH = 20_000;

/**
 * Reads a query.
 *
 * @throws SheafError with a code `query.*`, the place in the query and a remedy; nothing else is ever thrown.
 */
export function parseQuery(text: string): Query {
  if (text.length > MAX_QUERY_LENGTH) {
    throw makeQueryError('query.long', text.slice(0, 80), 0, `the query has ${text.length} characters`, {
      why: `a query has at most ${MAX_QUERY_LENGTH}`,
      fix: 'use a glob with "~", a tag or a range instead of many values',
    });
  }
  const cursor = openCursor(text);
  if (cursor.peek().kind === 'end') {
    throw cursor.problem('query.empty', 'the query is empty', { fix: 'write for example: learning_rate < 0.01' });
  }
  const query = parseOr(cursor);
  if (cursor.peek().kind !== 'end') throw cursor.unexpected('"and", "or" or the end of the query', joinHint(cursor));
  return query;
}

/** One of the conditions that a query joins with `and`: all of it, if it joins them with `or`. Places count UTF-16 units from 0. */
export interface QueryTerm {
  readonly at: number;
  /** Behind its last character. */
  readonly end: number;
  /** As typed. */
  readonly text: string;
  readonly query: Query;
  /** It has an `or` outside parentheses: beside other terms it needs some. */
  readonly isLoose: boolean;
}

/** The terms of a query, in their order. @throws SheafError as {@link parseQuery} */
export function parseTerms(text: string): QueryTerm[] {
  const whole = parseQuery(text);
  const cursor = openCursor(text);
  const terms: QueryTerm[] = [];
  do terms.push(readTerm(cursor, text));
  while (cursor.takeKeyword('and'));
  if (cursor.peek().kind === 'end') return terms;
  const at = terms[0]?.at ?? 0;
  const typed = text.slice(at).trimEnd();
  return [{ at, end: at + typed.length, text: typed, query: whole, isLoose: true }];
}

function readTerm(cursor: TokenCursor, text: string): QueryTerm {
  const { at } = cursor.peek();
  const query = parseNot(cursor);
  const { end } = cursor.last();
  return { at, end, text: text.slice(at, end), query, isLoose: false };
}

/** What may come behind the beginning of a query; nothing if no query begins like this. Values are not checked. */
export function listExpected(beginning: string): Expected[] {
  const found: Expected[] = [];
  try {
    parseOr(openCursor(beginning, (expected) => found.push(expected)));
  } catch (error) {
    if (!(error instanceof SheafError)) throw error;
  }
  return found;
}

const JOIN_HINTS: ReadonlyMap<string, string> = new Map([
  ['&&', 'write and'],
  ['&', 'write and'],
  ['||', 'write or'],
  ['|', 'write or'],
]);

function joinHint(cursor: TokenCursor): string {
  const { kind, text } = cursor.peek();
  if (kind === ')') return 'remove it, or add the "(" that it closes';
  if (kind === 'end') return 'add the ")" that is missing';
  return JOIN_HINTS.get(text) ?? 'put a value of several words in quotes, and "and" or "or" between comparisons';
}

function parseOr(cursor: TokenCursor): Query {
  return parseChain(cursor, 'or', () => parseChain(cursor, 'and', () => parseNot(cursor)));
}

function parseChain(cursor: TokenCursor, kind: 'or' | 'and', parseItem: () => Query): Query {
  const first = parseItem();
  if (!cursor.takeKeyword(kind)) return first;
  const items: [Query, Query, ...Query[]] = [first, parseItem()];
  while (cursor.takeKeyword(kind)) items.push(parseItem());
  return { kind, items: items satisfies Many<Query> };
}

function parseNot(cursor: TokenCursor): Query {
  if (cursor.takeKeyword('not')) return { kind: 'not', item: cursor.deeper(() => parseNot(cursor)) };
  if (!cursor.take('(')) return parseComparison(cursor);
  const inside = cursor.deeper(() => parseOr(cursor));
  if (!cursor.take(')')) throw cursor.unexpected('")", "and" or "or"', joinHint(cursor));
  return inside;
}

function parseComparison(cursor: TokenCursor): Query {
  const at = cursor.peek();
  const query = parseAfterField(cursor, parseField(cursor), at);
  if (!cursor.isPartial) checkComparison(query, (code, message, parts) => cursor.problemAt(at, code, message, parts));
  return query;
}

function parseField(cursor: TokenCursor): string {
  cursor.expect({ kind: 'field' });
  const token = cursor.peek();
  if (token.kind === 'name' ? token.text !== '' : token.kind === 'word' && isPlainField(token.text)) {
    return cursor.next().text;
  }
  const isName = token.kind === 'string' || token.kind === 'word';
  if (isName && !isKeyword(token.text) && endsCondition(cursor.peek(1))) {
    throw reportLoneName(cursor, token, cursor.peek(1));
  }
  const hint = isName
    ? `if ${token.text} is a name, put it in backticks: \`${token.text.replaceAll('`', '``')}\``
    : 'write for example: learning_rate < 0.01';
  throw cursor.unexpected('the name of a parameter, a metric or a field', hint);
}

/** Whether a token cannot belong to a condition that began before it. */
function endsCondition({ kind, text }: QueryToken): boolean {
  return kind === 'end' || kind === ')' || (kind === 'word' && ['and', 'or'].includes(text.toLowerCase()));
}

/** @param next behind the name, in place of an operator */
function reportLoneName(cursor: TokenCursor, name: QueryToken, next: QueryToken): SheafError {
  const found = next.kind === 'end' ? 'the query ends' : `found "${next.text}"`;
  return cursor.problemAt(name, LONE_NAME, `expected an operator after ${name.text}, but ${found}`, {
    fix: suggestForLoneName(name.text),
  });
}

function parseAfterField(cursor: TokenCursor, field: string, at: QueryToken): Query {
  cursor.expect({ kind: 'operator', field });
  const operator = cursor.takeOperator();
  if (operator !== undefined) return { kind: 'compare', field, operator, literal: parseLiteral(cursor, field) };
  if (cursor.takeKeyword('has')) return { kind: 'has', field, literal: parseLiteral(cursor, field) };
  if (cursor.takeKeyword('in')) return { kind: 'in', field, negated: false, literals: parseList(cursor, field) };
  if (cursor.takeKeyword('not')) {
    if (cursor.takeKeyword('in')) return { kind: 'in', field, negated: true, literals: parseList(cursor, field) };
    throw cursor.unexpected('"in"', `write ${field} not in (a, b), or put "not" before ${field}`);
  }
  if (cursor.takeKeyword('is')) return parseIs(cursor, field);
  const known = recordField(field);
  if (known === undefined && endsCondition(cursor.peek())) throw reportLoneName(cursor, at, cursor.peek());
  throw cursor.unexpected(
    `an operator after ${field}`,
    known?.kind === 'flag' ? `write ${field} = true` : OPERATORS_FIX,
  );
}

function parseIs(cursor: TokenCursor, field: string): Query {
  const negated = cursor.takeKeyword('not');
  if (!cursor.takeKeyword('missing')) {
    throw cursor.unexpected('"missing"', `write ${field} is missing, ${field} is not missing, or ${field} = value`);
  }
  cursor.countValue();
  const missing: Query = { kind: 'missing', field };
  return negated ? { kind: 'not', item: missing } : missing;
}

function parseList(cursor: TokenCursor, field: string): readonly [Literal, ...Literal[]] {
  if (!cursor.take('(')) throw cursor.unexpected('"("', `write ${field} in (a, b)`);
  const literals: [Literal, ...Literal[]] = [parseLiteral(cursor, field)];
  while (cursor.take(',')) literals.push(parseLiteral(cursor, field));
  if (!cursor.take(')')) throw cursor.unexpected('"," or ")"', 'put a value of several words in quotes');
  return literals;
}

function parseLiteral(cursor: TokenCursor, field: string): Literal {
  cursor.expect({ kind: 'value', field });
  const { kind, text } = cursor.peek();
  if (kind !== 'word' && kind !== 'string') {
    throw cursor.unexpected(
      'a value',
      kind === 'operator' ? 'write one operator, such as = or !=' : 'put a value there, in quotes if it has spaces',
    );
  }
  cursor.countValue();
  cursor.next();
  if (recordField(field)?.kind === 'time') return parseTimeLiteral(text) ?? { kind: 'text', text };
  const value = kind === 'word' ? parseNumberWord(text) : undefined;
  return value === undefined ? { kind: 'text', text } : { kind: 'number', text, value };
}
