import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { collapseProgress, type LineEnd } from './log-lines.ts';
import { parseTerminal, stripTerminal } from './terminal.ts';

describe('the text of a terminal', () => {
  test('becomes pieces with classes for its colours, which go on until they are reset', () => {
    const { spans, style } = parseTerminal('a\x1b[1;31mred\x1b[22m thin\x1b[0m b\x1b[94;40mbright');
    expect(spans).toEqual([
      { text: 'a', classes: '' },
      { text: 'red', classes: 'ansi-fg-1 ansi-bold' },
      { text: ' thin', classes: 'ansi-fg-1' },
      { text: ' b', classes: '' },
      { text: 'bright', classes: 'ansi-fg-12 ansi-bg-0' },
    ]);
    expect(parseTerminal('more', style).spans).toEqual([{ text: 'more', classes: 'ansi-fg-12 ansi-bg-0' }]);
  });

  test.each([
    ['\x1b[38;5;9mx', 'ansi-fg-9'],
    ['\x1b[38;5;196mx', 'ansi-fg-9'],
    ['\x1b[48;5;250mx', 'ansi-bg-7'],
    ['\x1b[38;2;0;250;10;1mx', 'ansi-fg-10 ansi-bold'],
    ['\x1b[38:2::0:250:10mx', 'ansi-fg-10'],
    ['\x1b[58;5;1;4mx', 'ansi-underline'],
    ['\x1b[4:3mx', 'ansi-underline'],
    ['\x1b[4;4:0mx', ''],
    ['\x1b[38;5mx', ''],
    ['\x1b[>4;2mx', ''],
    ['\x1b[mx', ''],
  ])('%j has the classes %j', (text, classes) => {
    expect(parseTerminal(text).spans).toEqual([{ text: 'x', classes }]);
  });

  test('loses links, titles, the clipboard and moves of the cursor, and keeps what is written beside them', () => {
    const hostile = [
      '\x1b]8;;http://evil\x07link\x1b]8;;\x1b\\',
      '\x1b]52;c;ZWNobyBoaQ==\x07',
      '\x1b]0;title\x07',
      '\x1b[2J\x1b[1;1H\x1b[?25l\x1bc\x1b(B',
      '\x1bP1$r0m\x1b\\',
      '\x1b]0;a string without an end',
    ];
    expect(stripTerminal(hostile.join('|'))).toBe('link|||||0;a string without an end');
  });

  test('shows other control characters as signs', () => {
    expect(stripTerminal('a\0b\bc\x7fd\x9be\rf\x1b')).toBe('a␀b␈c␡d�e␍f␛');
  });

  test('has no control characters but tab and newline after parsing, whatever it holds', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 5 }),
      fc.constantFrom(
        '\x1b',
        '\x1b[',
        '\x1b]',
        '\x1bP',
        '\x07',
        '\x1b\\',
        '\x9c',
        '\x9b',
        '\r',
        '38;5;',
        '1',
        'm',
        ';',
        ':',
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const text = pieces.join('');
        const { spans } = parseTerminal(text);
        const shown = spans.map((span) => span.text).join('');
        expect(shown).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/);
        expect(shown).toBe(stripTerminal(text));
        for (const { classes } of spans) expect(classes).toMatch(/^(ansi-[a-z]+(-\d{1,2})?( |$))*$/);
      }),
      { numRuns: 500 },
    );
  });

  test('without control characters is unchanged', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        fc.pre(!/\p{Cc}/u.test(text));
        expect(parseTerminal(text).spans).toEqual(text === '' ? [] : [{ text, classes: '' }]);
      }),
    );
  });
});

describe('lines that were written over each other', () => {
  const lines = (text: string): { text: string; ends: LineEnd }[] =>
    (text.match(/[^\r\n]*[\r\n]|[^\r\n]+$/g) ?? []).map((line) => ({
      text: line.replace(/[\r\n]$/, ''),
      ends: line.endsWith('\n') ? 'newline' : line.endsWith('\r') ? 'return' : 'open',
    }));

  test('are shown by their last state that is not blank', () => {
    const text = 'a\n\r 10%\r 50%\r100%\nb\n 1%\r 2%\r\x1b[K\n\n 7%\r';
    expect(collapseProgress(lines(text)).map((line) => line.text)).toEqual(['a', '100%', 'b', ' 2%', '', ' 7%']);
  });

  test('are the same whether they come at once or one after the other', () => {
    const text = fc.string({ unit: fc.constantFrom('a', ' ', '\r', '\n'), maxLength: 12 });
    fc.assert(
      fc.property(text, fc.nat(12), (all, cut) => {
        const parts = lines(all);
        const first = collapseProgress(parts.slice(0, cut));
        expect(collapseProgress([...first, ...parts.slice(cut)])).toEqual(collapseProgress(parts));
      }),
    );
  });
});
