import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { drawAnimation } from '../scripts/tour/animation.ts';
import { recordSession } from '../scripts/tour/record.ts';
import { Terminal } from '../scripts/tour/terminal.ts';
import { testFolder } from './support/run-sheaf.ts';

function shown(text: string): string {
  const terminal = new Terminal(20, 4);
  terminal.write(text);
  return terminal.lines().join('\n').trimEnd();
}

describe('the terminal in memory', () => {
  test.each([
    ['lines', 'a\r\nb', 'a\nb'],
    ['a line that a program writes again', 'half\rdone\x1b[K', 'done'],
    ['text that is too long for a line', 'x'.repeat(21), `${'x'.repeat(20)}\nx`],
    ['only the last lines', '1\r\n2\r\n3\r\n4\r\n5', '2\n3\n4\n5'],
    ['what replaced the lines above', 'old\r\nold\r\n\x1b[2A\x1b[Jnew', 'new'],
    ['what was there before a program took the whole screen', 'a\r\n\x1b[?1049h\x1b[Hbusy\x1b[?1049lb', 'a\nb'],
    ['the end of a line that is not wrapped', `\x1b[?7l${'x'.repeat(25)}y`, `${'x'.repeat(19)}y`],
    ['a character at a place', '\x1b[2;3Hx', '\n  x'],
  ])('shows %s', (_, text, expected) => {
    expect(shown(text)).toBe(expected);
  });

  test('keeps the style of each part, also if a sequence arrives in two pieces', () => {
    const terminal = new Terminal(20, 1);
    terminal.write('a \x1b[1;3');
    terminal.write('2mgood\x1b[0m b');
    expect(terminal.snapshot()).toEqual([
      [
        { column: 0, text: 'a', style: {} },
        { column: 2, text: 'good', style: { bold: true, color: 2 } },
        { column: 6, text: ' b', style: {} },
      ],
    ]);
  });

  test.each(['\x1b[5n', '\x1b]0;title\x07', '\x1b[?3h'])('refuses %j, which it does not know', (text) => {
    expect(() => shown(text)).toThrow(/unknown/);
  });
});

test('a command that fails is not recorded', async () => {
  const { path, env } = testFolder();
  await expect(recordSession(['false'], { cwd: path, env, columns: 80, rows: 5 })).rejects.toThrow(
    'ended with 1: false',
  );
});

test('a recording becomes a picture that moves without a script, and ends with the figure', async () => {
  const { path, env } = testFolder();
  const size = { columns: 40, rows: 5 };
  const frames = await recordSession(['echo "a < b"', 'sheaf --version'], { cwd: path, env, ...size });
  const figure = {
    svg: '<svg xmlns="http://www.w3.org/2000/svg" width="1in" height="1in" viewBox="0 0 72 72"/>',
    milliseconds: 1000,
  };
  const svg = drawAnimation({ frames, ...size, description: 'two commands', figure });
  expect(svg).toContain('>a &lt; b</text>');
  expect(svg).toMatch(/>sheaf \d+\.\d+\.\d+<\/text>/);
  expect(svg).toContain('@keyframes film');
  // The figure keeps its own letters.
  expect(svg).not.toMatch(/^text\{[^}]*(?:font|fill)/m);
  expect(svg).toMatch(/<svg xmlns="[^"]+" x="[^"]+" y="[^"]+" width="470" height="470" viewBox="0 0 72 72"\/>/);
});

test('the picture of the README is small, and shows on code hosts, which strip scripts and load nothing', () => {
  const svg = readFileSync(join(import.meta.dirname, '../docs/figures/tour.svg'), 'utf8');
  expect(svg.length).toBeLessThan(500_000);
  expect(svg).not.toMatch(/<script|<foreignObject|\bon\w+=|@import|url\(|https?:(?!\/\/www\.w3\.org\/)/i);
  expect(svg).toContain('prefers-reduced-motion');
  expect(svg).toMatch(/aria-label="[^"]*sheaf /);
});
