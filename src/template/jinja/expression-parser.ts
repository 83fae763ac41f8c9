import type { Arguments, Comparator, JinjaComparison, JinjaExpression, JinjaOperator } from './ast.ts';
import { makeSyntaxError } from './fault.ts';
import type { JinjaToken } from './lexer.ts';
import { JinjaNumber } from './values.ts';

const MOST_DEPTH = 60;

/** The tokens of one tag, read from left to right. */
export class TokenReader {
  private readonly tokens: readonly JinjaToken[];
  private index = 0;
  private depth = 0;

  constructor(tokens: readonly JinjaToken[]) {
    this.tokens = tokens;
  }

  get next(): JinjaToken {
    return this.tokens[Math.min(this.index, this.tokens.length - 1)] ?? { kind: 'end', text: '', at: 0 };
  }

  take(): JinjaToken {
    const token = this.next;
    this.index += 1;
    return token;
  }

  is(...texts: readonly string[]): boolean {
    const { kind, text } = this.next;
    return (kind === 'name' || kind === 'symbol') && texts.includes(text);
  }

  /** Takes the next token if it is one of `texts`. */
  skip(...texts: readonly string[]): string | undefined {
    return this.is(...texts) ? this.take().text : undefined;
  }

  expect(text: string): void {
    if (this.skip(text) === undefined) throw this.unexpected(`expected ${text}`);
  }

  name(what: string): string {
    if (this.next.kind !== 'name') throw this.unexpected(`expected ${what}`);
    return this.take().text;
  }

  end(): void {
    if (this.next.kind !== 'end') throw this.unexpected('expected the end of this tag');
  }

  unexpected(expected: string): Error {
    const { kind, text, at } = this.next;
    const found = kind === 'end' ? 'the tag ends' : `there is ${JSON.stringify(text)}`;
    return makeSyntaxError(at, `${expected}, but ${found}`);
  }

  /** Keeps a hostile nesting from using up the stack. */
  nested<T>(parse: () => T): T {
    this.depth += 1;
    if (this.depth > MOST_DEPTH)
      throw makeSyntaxError(this.next.at, `this expression is nested more than ${MOST_DEPTH} deep`);
    const result = parse();
    this.depth -= 1;
    return result;
  }
}

/** `a if c else b`, the loosest of all. */
export function parseExpression(reader: TokenReader): JinjaExpression {
  return reader.nested(() => {
    const yes = parseOr(reader);
    if (reader.skip('if') === undefined) return yes;
    const condition = parseOr(reader);
    const no = reader.skip('else') === undefined ? {} : { no: parseExpression(reader) };
    return { kind: 'choice', at: yes.at, condition, yes, ...no };
  });
}

/** A condition after `in` of a loop must not swallow the loop's `if`. */
export function parseOr(reader: TokenReader): JinjaExpression {
  let left = parseAnd(reader);
  while (reader.skip('or')) left = { kind: 'logic', operator: 'or', at: left.at, left, right: parseAnd(reader) };
  return left;
}

function parseAnd(reader: TokenReader): JinjaExpression {
  let left = parseNot(reader);
  while (reader.skip('and')) left = { kind: 'logic', operator: 'and', at: left.at, left, right: parseNot(reader) };
  return left;
}

function parseNot(reader: TokenReader): JinjaExpression {
  const { at } = reader.next;
  if (reader.skip('not') === undefined) return parseComparison(reader);
  return reader.nested(() => ({ kind: 'not', at, operand: parseNot(reader) }));
}

const COMPARATORS: readonly string[] = ['==', '!=', '<', '<=', '>', '>=', 'in'];

function parseComparison(reader: TokenReader): JinjaExpression {
  const first = parseSum(reader);
  const rest: JinjaComparison[] = [];
  for (;;) {
    const operator = reader.skip(...COMPARATORS) ?? (reader.is('not') ? notIn(reader) : undefined);
    if (operator === undefined) break;
    rest.push({ operator: operator as Comparator, value: parseSum(reader) });
  }
  return rest.length === 0 ? first : { kind: 'compare', at: first.at, first, rest };
}

function notIn(reader: TokenReader): Comparator {
  reader.take();
  reader.expect('in');
  return 'not in';
}

function binary(
  reader: TokenReader,
  operators: readonly JinjaOperator[],
  operand: (reader: TokenReader) => JinjaExpression,
): JinjaExpression {
  let left = operand(reader);
  for (;;) {
    const operator = reader.skip(...operators) as JinjaOperator | undefined;
    if (operator === undefined) return left;
    left = { kind: 'operation', operator, at: left.at, left, right: operand(reader) };
  }
}

const parseSum = (reader: TokenReader): JinjaExpression => binary(reader, ['+', '-'], parseConcat);
const parseConcat = (reader: TokenReader): JinjaExpression => binary(reader, ['~'], parseProduct);
const parseProduct = (reader: TokenReader): JinjaExpression => binary(reader, ['*', '/', '//', '%'], parsePower);
const parsePower = (reader: TokenReader): JinjaExpression => binary(reader, ['**'], parseUnary);

function parseUnary(reader: TokenReader): JinjaExpression {
  return withFilters(reader, signed(reader));
}

/** As in Jinja, a sign binds tighter than a filter and than a power: `-2 ** 2` is 4. */
function signed(reader: TokenReader): JinjaExpression {
  const { at } = reader.next;
  const sign = reader.skip('-', '+') as '-' | '+' | undefined;
  if (sign === undefined) return withMembers(reader, parsePrimary(reader));
  return reader.nested(() => ({ kind: 'sign', sign, at, operand: signed(reader) }));
}

function withMembers(reader: TokenReader, start: JinjaExpression): JinjaExpression {
  let object = start;
  for (;;) {
    const { at } = reader.next;
    if (reader.skip('.')) {
      object = { kind: 'member', at: reader.next.at, object, key: memberName(reader) };
    } else if (reader.skip('[')) {
      object = indexOrSlice(reader, object, at);
      reader.expect(']');
    } else if (reader.is('(')) {
      object = { kind: 'call', at: object.at, callee: object, args: parseArguments(reader) };
    } else {
      return object;
    }
  }
}

function memberName(reader: TokenReader): string {
  return reader.next.kind === 'number' ? reader.take().text : reader.name('a name after "."');
}

function indexOrSlice(reader: TokenReader, object: JinjaExpression, at: number): JinjaExpression {
  const start = reader.is(':') ? undefined : parseExpression(reader);
  if (reader.skip(':') === undefined) {
    return start === undefined ? { kind: 'slice', at, object } : { kind: 'index', at, object, index: start };
  }
  const stop = reader.is(']') ? undefined : parseExpression(reader);
  return { kind: 'slice', at, object, ...(start && { start }), ...(stop && { stop }) };
}

function withFilters(reader: TokenReader, start: JinjaExpression): JinjaExpression {
  let operand = start;
  for (;;) {
    if (reader.skip('|')) {
      const { at } = reader.next;
      const name = reader.name('the name of a filter after "|"');
      operand = { kind: 'filter', at, operand, name, args: optionalArguments(reader) };
    } else if (reader.skip('is')) {
      const negated = reader.skip('not') !== undefined;
      const { at } = reader.next;
      const name = reader.name('the name of a test after "is"');
      operand = { kind: 'test', at, operand, name, negated, args: testArguments(reader) };
    } else {
      return operand;
    }
  }
}

const NO_ARGUMENTS: Arguments = { positional: [], named: new Map() };

function optionalArguments(reader: TokenReader): Arguments {
  return reader.is('(') ? parseArguments(reader) : NO_ARGUMENTS;
}

/** `is divisibleby 3` needs no brackets. */
function testArguments(reader: TokenReader): Arguments {
  if (reader.is('(')) return parseArguments(reader);
  const { kind } = reader.next;
  const bare = kind === 'number' || kind === 'string' || reader.is('[');
  return bare ? { positional: [withMembers(reader, parsePrimary(reader))], named: new Map() } : NO_ARGUMENTS;
}

function parseArguments(reader: TokenReader): Arguments {
  const positional: JinjaExpression[] = [];
  const named = new Map<string, JinjaExpression>();
  reader.expect('(');
  while (!reader.is(')')) {
    const value = parseExpression(reader);
    if (value.kind === 'name' && reader.skip('=')) named.set(value.name, parseExpression(reader));
    else positional.push(value);
    if (reader.skip(',') === undefined) break;
  }
  reader.expect(')');
  return { positional, named };
}

const CONSTANTS: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
  ['none', null],
  ['None', null],
  ['null', null],
]);

function parsePrimary(reader: TokenReader): JinjaExpression {
  const token = reader.next;
  const { at, text } = token;
  switch (token.kind) {
    case 'number':
      reader.take();
      return { kind: 'literal', at, value: new JinjaNumber(Number(text), /[.eE]/.test(text), text) };
    case 'string':
      return { kind: 'literal', at, value: adjacentStrings(reader) };
    case 'name': {
      reader.take();
      const constant = CONSTANTS.get(text);
      return constant === undefined ? { kind: 'name', at, name: text } : { kind: 'literal', at, value: constant };
    }
    case 'symbol':
    case 'end':
      return parseBracketed(reader);
  }
}

function adjacentStrings(reader: TokenReader): string {
  let text = '';
  while (reader.next.kind === 'string') text += reader.take().text;
  return text;
}

function parseBracketed(reader: TokenReader): JinjaExpression {
  const { at } = reader.next;
  if (reader.skip('(')) return parseGroup(reader, at);
  if (reader.skip('[')) return { kind: 'list', at, items: itemsUntil(reader, ']') };
  if (reader.skip('{')) return parseMap(reader, at);
  throw reader.unexpected('expected a value');
}

/** `(a)` is a; `(a, b)` and `()` are lists. */
function parseGroup(reader: TokenReader, at: number): JinjaExpression {
  if (reader.skip(')')) return { kind: 'list', at, items: [] };
  const first = parseExpression(reader);
  if (reader.skip(')')) return first;
  reader.expect(',');
  return { kind: 'list', at, items: [first, ...itemsUntil(reader, ')')] };
}

function itemsUntil(reader: TokenReader, closing: string): JinjaExpression[] {
  const items: JinjaExpression[] = [];
  while (!reader.is(closing)) {
    items.push(parseExpression(reader));
    if (reader.skip(',') === undefined) break;
  }
  reader.expect(closing);
  return items;
}

function parseMap(reader: TokenReader, at: number): JinjaExpression {
  const entries: [JinjaExpression, JinjaExpression][] = [];
  while (!reader.is('}')) {
    const key = parseExpression(reader);
    reader.expect(':');
    entries.push([key, parseExpression(reader)]);
    if (reader.skip(',') === undefined) break;
  }
  reader.expect('}');
  return { kind: 'map', at, entries };
}
