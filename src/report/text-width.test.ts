import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cleanText, cutPainted, cutText, paintedWidth, textWidth } from './text-width.ts';

test.each([
  ['resnet50', 8],
  ['größe', 5],
  ['e\u0301', 1],
  ['実験', 4],
  ['ｶﾅ', 2],
  ['한국', 4],
  ['🚀', 2],
  ['👩‍🔬', 2],
  ['🇪🇺', 2],
  ['❤️', 2],
  ['±…→✗', 4],
  ['\u200b', 0],
  ['', 0],
])('%j takes %i columns of a terminal', (text, width) => {
  expect(textWidth(text)).toBe(width);
});

test('a text that is cut ends at a whole character, with an ellipsis', () => {
  expect([
    cutText('resnet50', 8),
    cutText('resnet50', 7),
    cutText('実験室', 4),
    cutText('e\u0301e\u0301e\u0301', 2),
    cutText('ab', 0),
  ]).toEqual(['resnet50', 'resnet…', '実…', 'e\u0301…', '']);
});

test('a text with colours is cut like one without, and keeps the ends of its colours', () => {
  expect(cutPainted('\u001b[31mresnet\u001b[39m50', 7)).toBe('\u001b[31mresnet\u001b[39m…');
  const piece = fc.constantFrom('a', '実', '👩‍🔬', '\u001b[31m', '\u001b[39m');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), fc.integer({ min: 1, max: 8 }), (pieces, width) => {
      const text = pieces.join('');
      const plain = pieces.filter((each) => !each.startsWith('\u001b')).join('');
      const cut = cutPainted(text, width);
      expect(paintedWidth(text)).toBe(textWidth(plain));
      expect(cut.replaceAll(/\u001b\[\d+m/g, '')).toBe(cutText(plain, width));
      expect(cut.match(/\u001b\[\d+m/g)).toEqual(text.match(/\u001b\[\d+m/g));
    }),
  );
});

describe('foreign text', () => {
  test('loses escapes, controls and marks that turn its direction, and stays on one line', () => {
    expect(cleanText('a\tb\r\nc\u001b[31mred\u001b[0m\u0007\0\u202e\u009b1mx\u2028y')).toBe('a b credx y');
    expect(cleanText('\u001b]0;title\u0007ok\u001b]8;;http://x\u0007link\u001b]8;;\u0007')).toBe('oklink');
  });

  test('of any kind is safe after cleaning, and cutting it never makes it wider than asked', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), fc.nat(20), (text, width) => {
        const clean = cleanText(text);
        expect(clean).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e]/u);
        expect(textWidth(cutText(clean, width))).toBeLessThanOrEqual(width);
      }),
      { numRuns: 2_000 },
    );
  });
});
