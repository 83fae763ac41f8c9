import fc from 'fast-check';
import { expect, test } from 'vitest';
import { textWidth } from '../../report/text-width.ts';
import { foldLines } from './fold-lines.ts';
import type { Screen } from './terminal.ts';

function screen(width: number): Screen {
  return { tty: true, canRedraw: true, width, height: 24, color: false, unicode: true };
}

test('a line that is too long goes on below the text of its label', () => {
  expect(foldLines('  note    one two three four\n', screen(20))).toBe('  note    one two\n          three four\n');
  expect(foldLines('✓ one two three\n', screen(10))).toBe('✓ one two\n  three\n');
  expect(foldLines('one two three', screen(9))).toBe('one two\n  three');
  expect(foldLines('  a_label_that_is_wide  one two', screen(24))).toBe('  a_label_that_is_wide  \n    one two');
});

test('commands and paths stay whole, so that they can be copied', () => {
  const command = 'Next  sheaf logs resnet50_imagenet_lr0.001_s7';
  expect(foldLines(command, screen(20))).toBe(command);
  expect(foldLines('warning: it is old; run sheaf harvest --where "a in (b, c)"; or wait', screen(30))).toBe(
    'warning: it is old; run\n  sheaf harvest --where "a in (b, c)";\n  or wait',
  );
  expect(foldLines('  folder  /a/path/that/is/very/long', screen(20))).toBe('  folder  /a/path/that/is/very/long');
});

test('a word with wide characters is broken even if it has as many columns as units of UTF-16', () => {
  expect(foldLines('a한국aabc한국実験👩‍🔬👩‍🔬', screen(20))).toBe('a한국aabc한국実験\n  👩‍🔬👩‍🔬');
});

test('nothing is folded in a pipe', () => {
  expect(foldLines('one two three', { ...screen(5), tty: false })).toBe('one two three');
});

test('text in any script fits after folding, loses nothing and keeps its characters whole', () => {
  const piece = fc.constantFrom('a', 'bc', ' ', '実験', '👩‍🔬', 'é', '한국');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), fc.integer({ min: 20, max: 40 }), (pieces, width) => {
      const text = pieces.join('').replace(/ {2,}/g, ' ').trim();
      const folded = foldLines(text, screen(width));
      expect(folded.replace(/\s/g, '')).toBe(text.replaceAll(' ', ''));
      expect(folded).not.toMatch(/\u200d\n/u);
      const lines = folded.split('\n').filter((line) => /[^a-zé ]/.test(line));
      for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(width);
    }),
  );
});
