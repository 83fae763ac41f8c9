import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fitCharset, screenOf, removeControls } from './terminal.ts';

const TERMINAL = { isTTY: true, columns: 100, rows: 30 };

test('a pipe has no width and no colours; a terminal has both', () => {
  expect(screenOf({}, {}, 'auto')).toEqual({
    tty: false,
    canRedraw: false,
    width: Infinity,
    height: Infinity,
    color: false,
    unicode: true,
  });
  const env = { LANG: 'en_US.UTF-8', TERM: 'xterm' };
  expect(screenOf(TERMINAL, env, 'auto')).toEqual({
    tty: true,
    canRedraw: true,
    width: 100,
    height: 30,
    color: true,
    unicode: true,
  });
  expect(screenOf({ isTTY: true }, { COLUMNS: '70' }, 'auto').width).toBe(70);
  expect(screenOf({ isTTY: true }, {}, 'auto').width).toBe(80);
});

test('the first of --color, NO_COLOR, FORCE_COLOR, CLICOLOR_FORCE and TERM that is set decides on colours', () => {
  const color = (env: Record<string, string>, option: 'auto' | 'always' | 'never' = 'auto'): boolean =>
    screenOf(TERMINAL, env, option).color;
  expect(color({ NO_COLOR: '1' }, 'always')).toBe(true);
  expect(color({ FORCE_COLOR: '1' }, 'never')).toBe(false);
  expect(color({ NO_COLOR: '1', FORCE_COLOR: '1' })).toBe(false);
  expect(color({ NO_COLOR: '', TERM: 'xterm' })).toBe(true);
  expect(color({ FORCE_COLOR: '0' })).toBe(false);
  expect(color({ CLICOLOR_FORCE: '1', TERM: 'dumb' })).toBe(true);
  expect(color({ TERM: 'dumb' })).toBe(false);
});

test('lines of a terminal can be redrawn unless it is dumb or unknown', () => {
  const canRedraw = (env: Record<string, string>): boolean => screenOf(TERMINAL, env, 'never').canRedraw;
  expect([{ TERM: 'xterm-256color' }, { TERM: 'dumb' }, {}].map(canRedraw)).toEqual([true, false, false]);
});

test('LC_ALL takes precedence over LC_CTYPE and LANG for UTF-8', () => {
  const unicode = (env: Record<string, string>): boolean => screenOf(TERMINAL, env, 'auto').unicode;
  expect(unicode({ LC_ALL: 'C', LANG: 'C.UTF-8' })).toBe(false);
  expect(unicode({ LC_CTYPE: 'de_DE.utf8', LANG: 'C' })).toBe(true);
  expect(unicode({})).toBe(false);
});

test('without UTF-8, symbols become ASCII', () => {
  const screen = screenOf(TERMINAL, { LANG: 'C' }, 'auto');
  expect(fitCharset(screen, '✓ a → b · 2 × c …')).toBe('+ a -> b - 2 x c ...');
  expect(fitCharset(screenOf({}, {}, 'auto'), '✓ é')).toBe('✓ é');
});

test('foreign text keeps its colours, tabs and line ends, and no other control characters', () => {
  expect(removeControls('a\u001b[31mred\u001b[0m\tb\r\n')).toBe('a\u001b[31mred\u001b[0m\tb\r\n');
  expect(removeControls('\u001b[2J\u001b[Ha\u001b]0;title\u0007b\u001b]8;;x\u001b\\c\u0008\u009b31m')).toBe('abc31m');
  const pieces = fc.constantFrom(
    '\u001b',
    '[',
    ']',
    '2',
    'J',
    'm',
    ';',
    '\u0007',
    '\\',
    '\u009b',
    'x',
    '\n',
    '\u0000',
    'P',
  );
  fc.assert(
    fc.property(
      fc.array(pieces).map((parts) => parts.join('')),
      (text) => {
        const left = removeControls(text).replace(/\u001b\[[\d;]*m/g, '');
        expect(left).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/);
      },
    ),
  );
});
