import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SheafError } from '../errors.ts';
import { evaluate, parseExpression } from './expression.ts';

function value(text: string, names: Readonly<Record<string, number>> = {}): number | undefined {
  return evaluate(parseExpression(text), (name) => names[name]);
}

describe('an expression', () => {
  test.each([
    ['train_time / 3600', 2],
    ['1 + 2 * 3 - 4 / 2', 5],
    ['(1 + 2) * 3', 9],
    ['-2 ** 2', -4],
    ['2 ** -1', 0.5],
    ['2 ** 3 ** 2', 512],
    ['-3 * -2', 6],
    ['7 % 4', 3],
    ['10 - 2 - 3', 5],
    ['1e-3 * .5', 0.0005],
    ['max(1, train_time, 3)', 7200],
    ['round(3.14159, 2)', 3.14],
    ['round(1.7e308, 2)', 1.7e308],
    ['round(0.1, 400)', 0.1],
    ['round(1250, -2)', 1300],
    ['round(5, -400)', 0],
    ['log10(1000)', 3],
    ['`val/loss` * 2', 1],
    ['results.acc', 0.5],
    ['accuracy*100', 50],
  ])('%s is %d', (text, expected) => {
    expect(value(text, { train_time: 7200, 'val/loss': 0.5, 'results.acc': 0.5, accuracy: 0.5 })).toBeCloseTo(
      expected,
      12,
    );
  });

  test('agrees with JavaScript on numbers, signs and brackets', () => {
    const number = fc.integer({ min: 0, max: 99 }).map(String);
    const { tree } = fc.letrec<{ tree: string }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 5 },
        number,
        fc.tuple(tie('tree'), fc.constantFrom('+', '-', '*', '/', '%'), tie('tree')).map((parts) => parts.join(' ')),
        tie('tree').map((inside) => `(${inside})`),
        tie('tree').map((inside) => `(-${inside})`),
      ),
    }));
    fc.assert(
      fc.property(tree, (text) => {
        expect(value(text)).toBe(runInNewContext(text));
      }),
    );
  });

  test('has no value when a name in it has none, and NaN where the numbers say so', () => {
    expect(value('a + b', { a: 1 })).toBeUndefined();
    expect(value('0 / 0')).toBeNaN();
    expect(value('1 / 0')).toBe(Infinity);
  });

  test('tells its names, each once', () => {
    expect(parseExpression('a / (b + a) + `c d`').names).toEqual(['a', 'b', 'c d']);
  });

  test.each([
    ['', 'expected a number or a name, but it ends'],
    ['1 +', 'expected a number or a name, but it ends'],
    ['a b', 'expected an operator such as + or *, but found "b"'],
    ['(1', 'expected ")", but it ends'],
    ['sqr(2)', 'there is no function sqr'],
    ['sqrt(1, 2)', 'sqrt takes one number'],
    ['a & b', 'it cannot have "&" here'],
    ['('.repeat(1000), 'it is nested more than 100 deep'],
    [`1${'+1'.repeat(15_000)}`, 'it has more than 2000 numbers, names and signs'],
  ])('%s is refused with words', (text, why) => {
    expect(() => parseExpression(text)).toThrow(SheafError);
    expect(() => parseExpression(text)).toThrow(why);
  });

  test('may be as long as is read', () => {
    expect(value(`1${'+1'.repeat(999)}`)).toBe(1000);
  });

  test('of any text is read or refused with words', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        try {
          expect(parseExpression(text).text).toBe(text);
        } catch (error) {
          expect(error).toBeInstanceOf(SheafError);
        }
      }),
    );
  });
});
