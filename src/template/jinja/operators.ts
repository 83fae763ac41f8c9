import type { Comparator, JinjaOperator } from './ast.ts';
import { makeValueError } from './fault.ts';
import { compare, makeComputedNumber, checkLength, listOf, number, requireText } from './filters.ts';
import { isList, JinjaNumber, areEqualJinja, toText, type JinjaValue } from './values.ts';

const LONGEST_RANGE = 10_000;

export function applySign(sign: '-' | '+', operand: JinjaNumber): JinjaNumber {
  return sign === '+' ? operand : new JinjaNumber(-operand.value, operand.isFloat, negated(operand.text));
}

/** A minus before a number keeps the way it was written. */
function negated(written: string): string {
  return written.startsWith('-') ? written.slice(1) : `-${written.replace(/^\+/, '')}`;
}

export function applyOperator(operator: JinjaOperator, left: JinjaValue, right: JinjaValue, at: number): JinjaValue {
  if (operator === '~') return checkLength(toText(left) + toText(right), at);
  if (operator === '+' && typeof left === 'string' && typeof right === 'string') return checkLength(left + right, at);
  if (operator === '+' && isList(left) && isList(right)) return [...left, ...right];
  const [a, b] = [number(left, at), number(right, at)];
  const divides = operator === '/' || operator === '//' || operator === '%';
  if (divides && b.value === 0) throw makeValueError(at, 'this divides by zero');
  const isFloat = a.isFloat || b.isFloat || operator === '/' || (operator === '**' && b.value < 0);
  return makeComputedNumber(arithmetic(operator, a.value, b.value), isFloat, at);
}

function arithmetic(operator: Exclude<JinjaOperator, '~'>, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '//':
      return Math.floor(a / b);
    case '%':
      // As in Python, the result has the sign of the divisor.
      return ((a % b) + b) % b;
    case '**':
      return a ** b;
  }
}

export function compareJinja(operator: Comparator, left: JinjaValue, right: JinjaValue, at: number): boolean {
  switch (operator) {
    case '==':
      return areEqualJinja(left, right);
    case '!=':
      return !areEqualJinja(left, right);
    case '<':
      return compare(left, right, at) < 0;
    case '<=':
      return compare(left, right, at) <= 0;
    case '>':
      return compare(left, right, at) > 0;
    case '>=':
      return compare(left, right, at) >= 0;
    case 'in':
      return contains(right, left, at);
    case 'not in':
      return !contains(right, left, at);
  }
}

export function contains(whole: JinjaValue, part: JinjaValue, at: number): boolean {
  if (typeof whole === 'string') return whole.includes(requireText(part, at));
  return listOf(whole, at).some((item) => areEqualJinja(item, part));
}

export function makeRange(args: readonly JinjaValue[], at: number): JinjaValue {
  const [first = 0, second, step = 1] = args.map((argument) => number(argument, at).value);
  const [start, stop] = second === undefined ? [0, first] : [first, second];
  const length = Math.max(0, Math.ceil((stop - start) / step));
  if (!(length <= LONGEST_RANGE)) throw makeValueError(at, `a range may have at most ${LONGEST_RANGE} numbers`);
  return Array.from({ length }, (_, i) => new JinjaNumber(start + i * step, false));
}
