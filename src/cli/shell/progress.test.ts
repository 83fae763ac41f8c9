import { expect, test } from 'vitest';
import { recordStream, TERMINAL_ENV } from '../../../test/support/terminal.ts';
import { openOutput } from './output.ts';
import { openProgressLine, type ProgressLine } from './progress.ts';

/** A progress line with a clock of the test, and what it wrote. */
function line(tty: boolean): { bar: ProgressLine; at: (ms: number) => void; written: string[] } {
  let now = 0;
  const { stream, written } = recordStream(tty, 60);
  const stderr = openOutput(() => stream, TERMINAL_ENV, 'never');
  return { bar: openProgressLine(stderr, () => now), at: (ms) => (now = ms), written };
}

test('on a terminal work of less than 300 ms shows nothing, and a bar is redrawn ten times a second at most', () => {
  const { bar, at, written } = line(true);
  for (let ms = 0; ms <= 1_000; ms += 10) {
    at(ms);
    bar.report(ms, 1_000, 'read');
  }
  expect(written).toHaveLength(8);
  expect(written[0]).toBe('\r━━━━━━·············· 300/1000 read'.padEnd(60));
});

test('a progress line fits its terminal, and covers a longer one', () => {
  const { bar, at, written } = line(true);
  const words = 'ended, 3 running, 20 queued, about 12 min left';
  for (const [i, what] of [words, 'ended', `${words}, and more than there is room for`].entries()) {
    at((i + 3) * 100);
    bar.report(12, 36, what);
  }
  expect(written.map((text) => text.length)).toEqual([60, 60, 60]);
  expect(written[0]).toBe(`\r━━··· 12/36 ${words}`.padEnd(60));
  expect(written[2]).toMatch(/^\r12\/36 .*…$/);
});

test('the bar is gone before anything else is printed', () => {
  const { bar, at, written } = line(true);
  at(400);
  bar.report(1, 2, 'read');
  bar.clear();
  bar.clear();
  expect(written.slice(1)).toEqual([`\r${' '.repeat(59)}\r`]);
});

test('without a terminal, progress prints a line after 3 seconds and then every half minute', () => {
  const { bar, at, written } = line(false);
  for (let ms = 0; ms <= 70_000; ms += 500) {
    at(ms);
    bar.report(ms, 0, 'events read');
  }
  bar.clear();
  expect(written).toEqual(['3000 events read\n', '33000 events read\n', '63000 events read\n']);
});
