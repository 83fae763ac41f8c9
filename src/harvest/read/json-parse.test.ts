import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JsonFault } from './json-lookup.ts';
import { parseJson } from './json-parse.ts';

describe('a document is read as Python wrote it', () => {
  test('with NaN, infinities and numbers of any size', () => {
    const program =
      'import json; print(json.dumps({"a": [float("nan"), float("inf"), -float("inf"), 1e300, 5e-324, -0.0, 2**53, -10**30], "NaN": "NaN"}))';
    expect(parseJson(execFileSync('python3', ['-c', program], { encoding: 'utf8' }))).toEqual({
      a: [NaN, Infinity, -Infinity, 1e300, 5e-324, -0, 2n ** 53n, -(10n ** 30n)],
      NaN: 'NaN',
    });
  });

  test.each([
    ['1e999', '1e999'],
    ['[-1e0999]', ['-1e0999']],
    ['9007199254740991', 9007199254740991],
    ['9007199254740993.0', 9007199254740992],
    ['"$1e999"', '$1e999'],
    [
      String.raw`{"\"NaN\\": NaN, "$": "\\", "__proto__": Infinity}`,
      { '"NaN\\': NaN, $: '\\', ['__proto__']: Infinity },
    ],
  ])('%s', (text, value) => {
    expect(parseJson(text)).toEqual(value);
  });

  test('whatever it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom('NaN', 'Infinity', '-Infinity'), (value, odd) => {
        // JSON itself writes -0 as 0.
        const text = JSON.stringify(value);
        expect(parseJson(text)).toEqual(withBigInts(JSON.parse(text)));
        expect(parseJson(`[${odd},${text}]`)).toEqual([Number(odd), withBigInts(JSON.parse(text))]);
      }),
    );
  });
});

/** JavaScript writes a double such as 2^60 as an integer, with digits that may not be all its own. */
function withBigInts(value: unknown): unknown {
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    return /^-?\d+$/.test(String(value)) ? BigInt(String(value)) : value;
  }
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withBigInts);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withBigInts(one)]));
}

test.each([
  '',
  '{',
  'nan',
  '+1',
  '01',
  '[NaN',
  '{"a": NaN,}',
  'Infinity1',
  '"NaN',
  '[1, -]',
  `${'['.repeat(101)}${']'.repeat(101)}`,
  '['.repeat(1_000_000),
])('%j is refused', (text) => {
  expect(() => parseJson(text)).toThrow(JsonFault);
});
