import { expect, test } from 'vitest';
import { fillBehind, writeCell } from './cell-text.ts';

const write = (value: Parameters<typeof writeCell>[1]['value'], rest: { written?: string; gap?: string } = {}) =>
  writeCell('x', { value, written: rest.written, gap: rest.gap });

test('numbers have four significant digits, and all of theirs on hover', () => {
  expect(write(0.123456)).toEqual({ text: '0.1235', full: '0.123456', isGap: false });
  expect(write(16_384).text).toBe('16384');
});

test('numbers of a column are filled up behind, so that their decimal points are below each other', () => {
  const fills = ['0.25', '1.5', '3', '1e-05', '0.1234567'].map((text) => fillBehind(text, 4));
  expect(fills).toEqual(['\u2007\u2007', '\u2007\u2007\u2007', '\u2008\u2007\u2007\u2007\u2007', '', '']);
  expect(fillBehind('3', 0)).toBe('');
});

test('a cell shows how a parameter was written, what a list holds, and why there is no number', () => {
  expect(write(0.0001, { written: '1e-4' }).text).toBe('1e-4');
  expect(write(['a', 'b']).text).toBe('a, b');
  expect(write([1, 2]).text).toBe('[1,2]');
  expect(write('nan', { gap: 'nan' })).toMatchObject({ text: 'NaN', isGap: true });
  expect(write(null, { gap: 'no_match' })).toMatchObject({ text: 'no match', isGap: true });
  expect(write(null, { gap: 'queued' })).toEqual({ text: '–', full: 'queued', isGap: true });
  expect(write(null)).toMatchObject({ text: '–', full: 'not set', isGap: true });
  expect(writeCell('created', { value: '2026-03-01T12:00:00.000Z', written: undefined, gap: undefined }).text).toMatch(
    /^2026-0\d-\d\d \d\d:\d\d$/,
  );
});
