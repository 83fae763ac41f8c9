import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Value } from './value.ts';
import { toJsonText, parseNumber, parsePlainScalar, selectNumberSources } from './number-source.ts';

describe('JSON keeps numbers as they were written if it can', () => {
  it.each<[Value, string, string]>([
    [0.0001, '1e-4', '1e-4'],
    [1, '1.0', '1.0'],
    [10, '010', '10'],
    [31, '0x1F', '31'],
    [5, '+5', '5'],
    [0.5, '.5', '0.5'],
    [5, '5.', '5'],
    [Number('12345678901234567890'), '12345678901234567890', '12345678901234567890'],
    [Number('0xFFFFFFFFFFFFFFFF'), '0xFFFFFFFFFFFFFFFF', '18446744073709551615'],
    [-0, '-0', '-0'],
    ['inf', 'inf', '"inf"'],
  ])('%j written %s is %s', (value, written, json) => {
    expect(toJsonText(value, { '': written })).toBe(json);
  });

  it('inside lists and maps, too', () => {
    const written = { '/a/0': '1e-4', '/b~1c/d': '01' };
    expect(toJsonText({ a: [0.0001, true], 'b/c': { d: 1 }, e: null }, written)).toBe(
      '{"a": [1e-4, true], "b/c": {"d": 1}, "e": null}',
    );
    expect(selectNumberSources(written, '/a')).toEqual({ '/0': '1e-4' });
  });

  it('any value is read back by any JSON reader', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        expect(JSON.parse(toJsonText(value as Value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe('the text of a number', () => {
  it('is the number that JavaScript reads, for any number', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0)),
        (value) => {
          expect(parsePlainScalar(String(value)).value).toBe(value);
          expect(parseNumber(value.toExponential())?.value).toBe(value);
        },
      ),
    );
  });

  it.each(['', '-', '.', 'e5', '1e', '0b1', '1_000', '１', 'NaN', 'Infinity', '0x', '--1', '1.2.3', ' 1', '1 '])(
    '%j is no number',
    (text) => {
      expect(parseNumber(text)).toBeUndefined();
    },
  );
});
