import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseLeadingNumber, numberValue, readNumber, parseTextValue } from './reading.ts';

test.each([
  ['0.5', 0.5],
  ['.5', 0.5],
  ['5.', 5],
  ['+1e-4', 1e-4],
  ['-1.25E+3', -1250],
  ['007', 7],
  ['9007199254740991', 9007199254740991],
])('%s is the number it spells', (text, value) => {
  expect(parseTextValue(text)).toEqual({ value });
});

test.each(['nan', 'NaN', 'NAN', '-nan', '+NaN'])('%s is no number and told as nan', (text) => {
  expect(parseTextValue(text)).toEqual({ value: null, nonfinite: 'nan' });
});

test.each([
  ['inf', 'inf'],
  ['Inf', 'inf'],
  ['+INF', 'inf'],
  ['Infinity', 'inf'],
  ['-inf', '-inf'],
  ['-Infinity', '-inf'],
])('%s is read as the infinity %s', (text, nonfinite) => {
  expect(parseTextValue(text)).toEqual({ value: null, nonfinite });
});

test('an integer with more digits than a number keeps stays text, with a note', () => {
  const note = 'kept as text: a number would lose digits';
  expect(parseTextValue('9007199254740993')).toEqual({ value: '9007199254740993', note });
  expect(parseTextValue('1152921504606846976')).toEqual({ value: '1152921504606846976', note });
});

test('text that is nearly a number stays text, with a note', () => {
  for (const text of ['82.87%', '1,234.5', '0x1f', '1_000', '0,5', '1e', '1e999', '1.2.3', '12/30']) {
    expect(parseTextValue(text)).toEqual({ value: text, note: 'kept as text: it is no number' });
  }
});

test('plain text is kept as it is', () => {
  for (const text of ['resnet50', 'infinite', 'nano', 'e5', 'True'])
    expect(parseTextValue(text)).toEqual({ value: text });
});

test('every number that JavaScript or Python writes is read back the same', () => {
  fc.assert(
    fc.property(fc.double(), (number) => {
      const reading = readNumber(String(number));
      expect(reading.kind === 'text' ? undefined : reading.value).toBe(number === 0 ? Number(String(number)) : number);
    }),
  );
});

test('nothing but a finite number is a value', () => {
  fc.assert(
    fc.property(fc.double(), (number) => {
      expect(numberValue(number).value).toBe(Number.isFinite(number) ? number : null);
    }),
  );
});

test.each([
  ['95.2%', '95.2'],
  ['0.95±0.01', '0.95'],
  ['0.95 +/- 0.01', '0.95'],
  ['-1e-3x', '-1e-3'],
  ['3.1 s', '3.1'],
  ['7', '7'],
  ['1,234', '1,234'],
  ['12:30', '12:30'],
  ['2026-03-10', '2026-03-10'],
  ['1.2.3', '1.2.3'],
  ['3/10', '3/10'],
  ['about 5', 'about 5'],
])('the number that %s begins with is %s', (text, number) => {
  expect(parseLeadingNumber(text)).toBe(number);
});
