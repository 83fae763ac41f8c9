import { appendFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { recordedProject, started, type RecordedProject } from '../../../test/support/recorded-project.ts';
import { collapseProgress } from '../../core/text/log-lines.ts';
import { readLogWindow, type LogWindow, type LogWindowRequest } from './log-window.ts';

const OUT = 'experiments/run/attempts/train-1/out.log';

/** A project with one experiment whose attempt runs, and its log. */
async function projectWithLog(log: string | Buffer = ''): Promise<RecordedProject & { readonly out: string }> {
  const recorded = await recordedProject({ run: { attempts: { 'train-1': [started()] } } }, { [OUT]: '' });
  const out = join(recorded.project.root, OUT);
  writeFileSync(out, log);
  return { ...recorded, out };
}

function windowOf({ project }: RecordedProject, request: LogWindowRequest = {}): LogWindow {
  return readLogWindow(project, 'run', request);
}

/** `0000001\n`: lines of eight bytes. */
function numbered(count: number): string {
  return Array.from({ length: count }, (_, i) => `${String(i).padStart(7, '0')}\n`).join('');
}

const texts = ({ lines }: LogWindow): string[] => lines.map(({ text }) => text);

describe('a window of a log', () => {
  test('opens at the end, in whole lines, and says what comes before', async () => {
    const recorded = await projectWithLog(numbered(20_000));
    const shown = windowOf(recorded);
    expect(shown).toMatchObject({ attempt: 'train-1', file: 'out.log', size: 160_000, end: 160_000 });
    expect([shown.hasBefore, shown.hasAfter, shown.start % 8]).toEqual([true, false, 0]);
    expect([shown.lines[0]?.at, shown.lines[0]?.text]).toEqual([shown.start, String(shown.start / 8).padStart(7, '0')]);
    expect(texts(shown).at(-1)).toBe('0019999');
    expect(shown.attempts).toEqual([{ name: 'train-1', stage: 'train', n: 1 }]);
    expect(shown.files).toEqual([{ name: 'out.log', of: 'stdout', size: 160_000 }]);
  });

  test('can begin with the line that holds a byte, and end where another one begins', async () => {
    const recorded = await projectWithLog(numbered(20_000));
    const from = windowOf(recorded, { at: 80_003, bytes: 4096 });
    expect([from.start, texts(from)[0], from.hasBefore, from.hasAfter]).toEqual([80_000, '0010000', true, true]);
    const before = windowOf(recorded, { before: from.start, bytes: 4096 });
    expect([before.end, texts(before).at(-1)]).toEqual([80_000, '0009999']);
    expect(windowOf(recorded, { at: 0 }).start).toBe(0);
    expect(windowOf(recorded, { at: 10 ** 12 }).lines).toEqual([]);
    expect(windowOf(recorded, { at: Number.NaN, bytes: -1 }).start).toBe(0);
  });

  test('that continues another one gives the line that was not finished again', async () => {
    const recorded = await projectWithLog('one\ntw');
    const first = windowOf(recorded);
    expect(first.lines).toEqual([
      { at: 0, text: 'one', ends: 'newline' },
      { at: 4, text: 'tw', ends: 'open' },
    ]);
    appendFileSync(recorded.out, 'o\nthree\n');
    expect(windowOf(recorded, { at: first.end }).lines).toEqual([
      { at: 4, text: 'two', ends: 'newline' },
      { at: 8, text: 'three', ends: 'newline' },
    ]);
    const last = windowOf(recorded);
    expect(windowOf(recorded, { at: last.end })).toMatchObject({ lines: [], start: 14, end: 14 });
  });

  test('gives all lines, each once, when one reads forward or backward', async () => {
    const part = fc.oneof(
      fc.constantFrom(
        '\n',
        '\r\n',
        '\r',
        'a',
        'ü',
        '\x1b[31m',
        '€'.repeat(1500),
        'x'.repeat(5_000),
        'line\n'.repeat(300),
      ),
    );
    const recorded = await projectWithLog();
    await fc.assert(
      fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 30 }), async (parts) => {
        const log = parts.join('');
        writeFileSync(recorded.out, log);
        const size = Buffer.byteLength(log);
        const forward: LogWindow['lines'][number][] = [];
        for (let at = 0; at < size;) {
          const { lines, end } = windowOf(recorded, { at, bytes: 4096, all: true });
          forward.push(...lines);
          at = end;
        }
        const backward: LogWindow['lines'][number][] = [];
        for (let before = size; before > 0;) {
          const { lines, start } = windowOf(recorded, { before, bytes: 4096, all: true });
          backward.unshift(...lines);
          before = start;
        }
        const expected = log.split(/\r\n|\n|\r/);
        if (expected.at(-1) === '') expected.pop();
        expect(forward.map(({ text }) => text)).toEqual(expected);
        expect(backward).toEqual(forward);
        expect(windowOf(recorded, { bytes: 1 << 20 }).lines).toEqual(collapseProgress(forward));
      }),
      { numRuns: 60 },
    );
  });

  test('shows 64 KiB of a line of 10 MB, says how much is left out, and goes on behind it', async () => {
    const recorded = await projectWithLog(`first\n${'x'.repeat(10_000_000)}\nlast\n`);
    const last = windowOf(recorded);
    expect(texts(last)).toEqual(['last']);
    const long = windowOf(recorded, { before: last.start });
    expect([long.start, long.end, long.lines.length, long.lines[0]?.text.length]).toEqual([6, 10_000_007, 1, 65_536]);
    expect(long.lines[0]).toMatchObject({ at: 6, leftOut: 10_000_000 - 65_536, ends: 'newline' });
    expect(texts(windowOf(recorded, { before: long.start }))).toEqual(['first']);
    const inside = windowOf(recorded, { at: 5_000_000 });
    expect(inside.lines[0]).toMatchObject({ at: 5_000_000, isInside: true });
    expect(inside.end).toBe(last.start);
  });

  test('shows the last state of a progress bar, reads on until it has something to show, or shows all states', async () => {
    const bar = Array.from({ length: 30_000 }, (_, i) => `\rstep ${String(i).padStart(8)}`).join('');
    const recorded = await projectWithLog(`before\n${bar}\nafter\n`);
    expect(texts(windowOf(recorded))).toEqual(['before', 'step    29999', 'after']);
    const all = windowOf(recorded, { all: true });
    expect(all.lines.length).toBeGreaterThan(4_000);
    expect(all.hasBefore).toBe(true);
  });

  test('shows invalid UTF-8 as replacement characters and leaves escapes for the reader', async () => {
    const recorded = await projectWithLog(Buffer.from('a\xff\xfeb\x1b[31mc\n', 'latin1'));
    expect(texts(windowOf(recorded))).toEqual(['a\ufffd\ufffdb\x1b[31mc']);
  });

  test('names its file, so that a replaced one is noticed', async () => {
    const recorded = await projectWithLog('old\n');
    const { identity } = windowOf(recorded);
    writeFileSync(`${recorded.out}.new`, 'new\n');
    renameSync(`${recorded.out}.new`, recorded.out);
    expect(windowOf(recorded).identity).not.toBe(identity);
  });

  test('can be of the standard error, of a file for each rank, and of an older attempt', async () => {
    const recorded = await projectWithLog('out\n');
    recorded.write('experiments/run/attempts/train-1/err.log', 'err\n');
    recorded.write('experiments/run/attempts/train-1/rank1.log', 'one\n');
    recorded.write('experiments/run/attempts/train-2/out.log', 'again\n');
    expect(texts(windowOf(recorded))).toEqual(['again']);
    expect(texts(windowOf(recorded, { attempt: 1, err: true }))).toEqual(['err']);
    const rank = windowOf(recorded, { attempt: 1, file: 'rank1.log' });
    expect([texts(rank), rank.files.map(({ name }) => name)]).toEqual([['one'], ['out.log', 'err.log', 'rank1.log']]);
    expect(() => windowOf(recorded, { attempt: 1, file: '../train-2/out.log' })).toThrow('has no log file');
    expect(() => windowOf(recorded, { attempt: 9 })).toThrow('run has no attempt 9');
  });

  test('says why it is empty', async () => {
    const recorded = await recordedProject({ run: { attempts: { 'train-1': [] } } });
    expect(windowOf(recorded)).toMatchObject({ lines: [], size: 0, why: 'train · attempt 1 waits in the queue' });
    const empty = await projectWithLog();
    expect(windowOf(empty)).toMatchObject({ lines: [], size: 0, why: 'out.log is empty' });
  });

  test('never waits for a pipe, and does not follow a link', async () => {
    const recorded = await projectWithLog('out\n');
    const folder = join(recorded.project.root, 'experiments/run/attempts/train-1');
    execFileSync('mkfifo', [join(folder, 'rank0.log')]);
    expect(windowOf(recorded).files.map(({ name }) => name)).toEqual(['out.log']);
    renameSync(recorded.out, `${recorded.out}.moved`);
    symlinkSync('out.log.moved', recorded.out);
    expect(windowOf(recorded)).toMatchObject({ lines: [], why: 'out.log is a link, and links are not followed here' });
  });
});
