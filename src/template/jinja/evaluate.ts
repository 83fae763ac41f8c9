import { suggestName } from '../../core/text/nearest.ts';
import type { ShellWord } from '../shell/quote.ts';
import type { Arguments, JinjaComparison, JinjaExpression, Statement } from './ast.ts';
import { JinjaError, makeSyntaxError, makeValueError } from './fault.ts';
import { FILTERS, listOf, METHODS, number, requireText, type Call } from './filters.ts';
import { compareJinja, applyOperator, makeRange, applySign } from './operators.ts';
import { TESTS } from './tests.ts';
import {
  isList,
  isTrue,
  JinjaNumber,
  describeKind,
  toText,
  Undefined,
  JinjaWords,
  type JinjaMap,
  type JinjaValue,
} from './values.ts';
import { type WordsRole } from '../shell/quote.ts';

/** What rendering gives: text of the template itself, and the values in it. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string; readonly at: number }
  | { readonly kind: 'value'; readonly value: string; readonly expression: JinjaExpression; readonly at: number }
  | {
      readonly kind: 'words';
      readonly words: readonly ShellWord[];
      readonly role: WordsRole;
      readonly name: string;
      readonly at: number;
    };

/** Far more than any script needs, and over in a blink. */
const MOST_STEPS = 200_000;
const LONGEST_SCRIPT = 4_000_000;

type Scope = Map<string, JinjaValue>;

/** What names stand for. */
type NamedValues = Pick<JinjaMap, 'get' | 'keys'>;

/**
 * Renders a template. Names that stand for nothing are faults wherever their value is needed;
 * only `is defined`, `is undefined` and `default` may meet them.
 *
 * @throws JinjaError
 */
export function evaluate(template: readonly Statement[], names: NamedValues): Piece[] {
  const run = new Run(names);
  run.statements(template);
  return run.pieces;
}

class Run {
  readonly pieces: Piece[] = [];
  private readonly names: NamedValues;
  private scopes: Scope[] = [new Map()];
  private steps = 0;
  private length = 0;

  constructor(names: NamedValues) {
    this.names = names;
  }

  statements(statements: readonly Statement[]): void {
    for (const statement of statements) this.statement(statement);
  }

  private statement(statement: Statement): void {
    this.step(statement.at);
    switch (statement.kind) {
      case 'text':
        return this.emit({ kind: 'text', text: statement.text, at: statement.at });
      case 'output':
        return this.output(statement);
      case 'if': {
        const branch = statement.branches.find(({ test }) => isTrue(this.value(test)));
        return this.statements(branch?.body ?? statement.otherwise);
      }
      case 'for':
        return this.loop(statement);
      case 'block':
        return this.within(new Map(), () => this.statements(statement.body));
      case 'extends':
        throw makeSyntaxError(statement.at, 'only a script can extend another');
      case 'set':
        this.scopes.at(-1)?.set(statement.name, this.value(statement.value));
    }
  }

  private step(at: number): void {
    this.steps += 1;
    if (this.steps > MOST_STEPS) throw makeValueError(at, 'this template goes on for too long', 'loop over less');
  }

  private emit(piece: Piece): void {
    this.length += piece.kind === 'text' ? piece.text.length : piece.kind === 'value' ? piece.value.length : 0;
    if (this.length > LONGEST_SCRIPT)
      throw makeValueError(piece.at, 'this template gives more than four million characters');
    this.pieces.push(piece);
  }

  private output({ value: expression, raw, at }: Extract<Statement, { kind: 'output' }>): void {
    const value = this.perhaps(expression);
    if (value instanceof JinjaWords && !raw) {
      return this.emit({ kind: 'words', words: value.words(at), role: value.role, name: nameOf(expression), at });
    }
    this.check(value, expression.at);
    if (value === null) {
      throw makeValueError(
        expression.at,
        `${nameOf(expression)} has no value`,
        `give it one, or write {{ … | default('…') }}`,
      );
    }
    if (raw) return this.emit({ kind: 'text', text: toText(value), at });
    this.emit({ kind: 'value', value: toText(value), expression, at });
  }

  private loop({ names, items, condition, body, otherwise, at }: Extract<Statement, { kind: 'for' }>): void {
    const all = listOf(this.value(items), items.at);
    const chosen: Scope[] = [];
    for (const item of all) {
      this.step(at);
      const scope = bound(names, item, at);
      if (condition === undefined || this.within(scope, () => isTrue(this.value(condition)))) chosen.push(scope);
    }
    chosen.forEach((scope, i) => {
      if (!scope.has('loop')) scope.set('loop', loopFacts(i, chosen.length));
      this.within(scope, () => this.statements(body));
    });
    if (chosen.length === 0) this.statements(otherwise);
  }

  private within<T>(scope: Scope, act: () => T): T {
    this.scopes.push(scope);
    const result = act();
    this.scopes.pop();
    return result;
  }

  /** The value of an expression. @throws JinjaError `jinja.undefined` when it has none */
  private value(expression: JinjaExpression): JinjaValue {
    const value = this.perhaps(expression);
    this.check(value, expression.at);
    return value;
  }

  private check(value: JinjaValue, at: number): void {
    if (value instanceof Undefined) throw undefinedName(value);
    if (value instanceof JinjaWords)
      throw makeValueError(at, 'this stands for several words', 'write it alone between {{ and }}');
  }

  /** The value of an expression, or what could not be found. */
  private perhaps(expression: JinjaExpression): JinjaValue {
    this.step(expression.at);
    const { at } = expression;
    switch (expression.kind) {
      case 'literal':
        return expression.value;
      case 'name':
        return this.lookup(expression.name, at);
      case 'list':
        return expression.items.map((item) => this.value(item));
      case 'map':
        return new Map(
          expression.entries.map(([key, item]) => [requireText(this.value(key), key.at), this.value(item)]),
        );
      case 'member':
        return member(this.perhaps(expression.object), expression.key, at);
      case 'index':
        return this.indexed(expression);
      case 'slice':
        return this.sliced(expression);
      case 'call':
        return this.called(expression);
      case 'filter':
        return this.filtered(expression);
      case 'test':
        return this.tested(expression) !== expression.negated;
      case 'not':
        return !isTrue(this.value(expression.operand));
      case 'sign':
        return applySign(expression.sign, number(this.value(expression.operand), at));
      case 'logic': {
        const left = this.value(expression.left);
        return isTrue(left) === (expression.operator === 'and') ? this.value(expression.right) : left;
      }
      case 'compare':
        return this.compared(this.value(expression.first), expression.rest);
      case 'operation':
        return applyOperator(expression.operator, this.value(expression.left), this.value(expression.right), at);
      case 'choice':
        if (isTrue(this.value(expression.condition))) return this.value(expression.yes);
        return expression.no === undefined
          ? new Undefined('the other case of this "if"', at, [])
          : this.value(expression.no);
    }
  }

  private lookup(name: string, at: number): JinjaValue {
    for (let i = this.scopes.length - 1; i >= 0; i -= 1) {
      const value = this.scopes[i]?.get(name);
      if (value !== undefined) return value;
    }
    const value = this.names.get(name);
    return value === undefined ? new Undefined(name, at, [...this.names.keys()]) : value;
  }

  private indexed({ object, index, at }: Extract<JinjaExpression, { kind: 'index' }>): JinjaValue {
    const key = this.value(index);
    const from = this.perhaps(object);
    if (!isList(from) && typeof from !== 'string') return member(from, requireText(key, index.at), at);
    return item(listOf(from, at), number(key, index.at).value, at);
  }

  private sliced({ object, start, stop, at }: Extract<JinjaExpression, { kind: 'slice' }>): JinjaValue {
    const from = this.value(object);
    const bound_ = (end?: JinjaExpression): number | undefined => end && number(this.value(end), end.at).value;
    const [first, end] = [bound_(start), bound_(stop)];
    return typeof from === 'string' ? [...from].slice(first, end).join('') : listOf(from, at).slice(first, end);
  }

  private called({ callee, args, at }: Extract<JinjaExpression, { kind: 'call' }>): JinjaValue {
    if (callee.kind === 'name' && callee.name === 'range') return makeRange(this.arguments(args).args, at);
    if (callee.kind === 'name' && callee.name === 'super') return this.lookup('super', at);
    const method = callee.kind === 'member' ? METHODS.get(callee.key) : undefined;
    if (callee.kind === 'member' && method) {
      return method({ subject: this.value(callee.object), ...this.arguments(args), at });
    }
    const known = callee.kind === 'member' ? [...METHODS.keys()] : ['range'];
    const name = callee.kind === 'member' ? callee.key : nameOf(callee);
    throw makeSyntaxError(at, `${name} cannot be called`, suggestName(name, known, `there are ${known.join(', ')}`));
  }

  private arguments({ positional, named }: Arguments): Pick<Call, 'args' | 'named'> {
    return {
      args: positional.map((argument) => this.value(argument)),
      named: new Map([...named].map(([name, argument]) => [name, this.value(argument)])),
    };
  }

  private filtered({ operand, name, args, at }: Extract<JinjaExpression, { kind: 'filter' }>): JinjaValue {
    if (name === 'default' || name === 'd') return this.withDefault(operand, args, at);
    if (name === 'raw') throw makeSyntaxError(at, '"raw" must be the last filter of an output', 'write {{ … | raw }}');
    const filter = FILTERS.get(name);
    if (filter === undefined) {
      const known = [...FILTERS.keys(), 'default', 'raw'];
      throw makeSyntaxError(
        at,
        `there is no filter "${name}"`,
        suggestName(name, known, `there are ${known.toSorted().join(', ')}`),
      );
    }
    return filter({ subject: this.value(operand), ...this.arguments(args), at });
  }

  /** Null is what a parameter without a value is, so it gets the default, too. */
  private withDefault(operand: JinjaExpression, args: Arguments, at: number): JinjaValue {
    const value = this.perhaps(operand);
    const { args: given, named } = this.arguments(args);
    const [fallback] = given;
    if (fallback === undefined) throw makeSyntaxError(at, '"default" needs a value in its brackets');
    const alsoFalse = isTrue(given[1] ?? named.get('boolean') ?? false);
    return value instanceof Undefined || value === null || (alsoFalse && !isTrue(value)) ? fallback : value;
  }

  private tested({ operand, name, args, at }: Extract<JinjaExpression, { kind: 'test' }>): boolean {
    if (name === 'defined' || name === 'undefined') {
      return this.perhaps(operand) instanceof Undefined === (name === 'undefined');
    }
    const test = TESTS.get(name);
    if (test === undefined) {
      const known = [...TESTS.keys(), 'defined', 'undefined'];
      throw makeSyntaxError(
        at,
        `there is no test "${name}"`,
        suggestName(name, known, `there are ${known.toSorted().join(', ')}`),
      );
    }
    return test({ subject: this.value(operand), ...this.arguments(args), at });
  }

  private compared(first: JinjaValue, rest: readonly JinjaComparison[]): boolean {
    let left = first;
    return rest.every(({ operator, value }) => {
      const right = this.value(value);
      const holds = compareJinja(operator, left, right, value.at);
      left = right;
      return holds;
    });
  }
}

/** The names of one turn of a loop. */
function bound(names: readonly string[], item: JinjaValue, at: number): Scope {
  const [only] = names;
  if (names.length === 1 && only !== undefined) return new Map([[only, item]]);
  if (!isList(item) || item.length !== names.length) {
    throw makeValueError(at, `each item should have ${names.length} parts, for ${names.join(', ')}`);
  }
  return new Map(names.map((name, i) => [name, item[i] ?? null]));
}

function loopFacts(index: number, length: number): JinjaMap {
  const int = (value: number): JinjaNumber => new JinjaNumber(value, false);
  return new Map<string, JinjaValue>([
    ['index', int(index + 1)],
    ['index0', int(index)],
    ['first', index === 0],
    ['last', index === length - 1],
    ['length', int(length)],
  ]);
}

function undefinedName({ name, offset, known }: Undefined): JinjaError {
  const fix = suggestName(name, known, known.length === 0 ? '' : 'give it a default in the template');
  return new JinjaError(offset, 'jinja.undefined', `${name} is not defined`, fix === '' ? {} : { fix });
}

/** How an expression is called in messages: `optimizer.lr`. */
export function nameOf(expression: JinjaExpression): string {
  switch (expression.kind) {
    case 'name':
      return expression.name;
    case 'member':
      return `${nameOf(expression.object)}.${expression.key}`;
    case 'call':
      return `${nameOf(expression.callee)}()`;
    default:
      return 'this';
  }
}

/** Only what a map holds itself: there is no way to a prototype. */
function member(object: JinjaValue, key: string, at: number): JinjaValue {
  if (object instanceof Undefined) return object;
  if (object instanceof Map) {
    const map = object as JinjaMap;
    const value = map.get(key);
    return value === undefined ? new Undefined(key, at, [...map.keys()]) : value;
  }
  if (isList(object) && /^\d+$/.test(key)) return item(object, Number(key), at);
  throw makeValueError(at, `${describeKind(object)} has no "${key}"`);
}

function item(items: readonly JinjaValue[], index: number, at: number): JinjaValue {
  const value = items.at(index);
  return value === undefined ? new Undefined(`item ${index}`, at, []) : value;
}
