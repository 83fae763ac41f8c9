import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ended,
  recordedProject,
  started,
  LIFE_MS,
  type RecordedProject,
} from '../../../test/support/recorded-project.ts';
import type { Fact } from '../../core/experiment/facts.ts';
import { findFirstError } from './first-error.ts';
import { readLogWindow } from './log-window.ts';
import { searchLog, type LogHit, type LogSearchEvent, type LogSearchRequest } from './search-log.ts';

const FOLDER = 'experiments/run/attempts/train-1';

async function projectWithLog(
  log: string | Buffer = '',
  facts: readonly Fact[] = [started()],
): Promise<RecordedProject> {
  const recorded = await recordedProject({ run: { attempts: { 'train-1': facts } } }, { [`${FOLDER}/out.log`]: '' });
  writeFileSync(join(recorded.project.root, FOLDER, 'out.log'), log);
  return recorded;
}

async function searchOf({ project }: RecordedProject, request: LogSearchRequest): Promise<LogSearchEvent[]> {
  return Array.fromAsync(searchLog(project, 'run', request));
}

async function hitsOf(recorded: RecordedProject, request: LogSearchRequest): Promise<LogHit[]> {
  return (await searchOf(recorded, request)).filter((event) => event.kind === 'hit');
}

describe('a search in a log', () => {
  test('finds each line with the text once, with its place and number', async () => {
    const recorded = await projectWithLog('a loss\nb\nloss and loss\n\r1 loss\r2 loss\nLoss\n');
    const events = await searchOf(recorded, { text: 'loss' });
    expect(events).toEqual([
      { kind: 'hit', at: 2, text: 'a loss', match: [2, 6], line: 1 },
      { kind: 'hit', at: 9, text: 'loss and loss', match: [0, 4], line: 3 },
      { kind: 'hit', at: 26, text: '1 loss', match: [2, 6], line: 4 },
      { kind: 'hit', at: 33, text: '2 loss', match: [2, 6], line: 4 },
      { kind: 'end', hits: 4, size: 43 },
    ]);
    const shown = readLogWindow(recorded.project, 'run', { at: 9 });
    expect(shown.lines[0]?.text).toBe('loss and loss');
  });

  test('finds letters in both cases if asked, and takes other characters as they are', async () => {
    const recorded = await projectWithLog('LOSS É\nloss é\nLoss È\n(lo*s)\n');
    expect(await hitsOf(recorded, { text: 'loss', ignoreCase: true })).toHaveLength(3);
    expect((await hitsOf(recorded, { text: 'lOSS é', ignoreCase: true })).map(({ line }) => line)).toEqual([2]);
    expect((await hitsOf(recorded, { text: 'lo*s' })).map(({ line }) => line)).toEqual([4]);
  });

  test('finds what lies across two pieces that are read, and only once in a line of many pieces', async () => {
    const recorded = await projectWithLog(`${'x'.repeat((1 << 20) - 3)}needle${'needle '.repeat(400_000)}\nneedle\n`);
    const hits = await hitsOf(recorded, { text: 'needle' });
    expect(hits.map(({ at, line }) => [at, line])).toEqual([
      [(1 << 20) - 3, 1],
      [(1 << 20) + 2_800_004, 2],
    ]);
    expect(hits[0]?.text.length).toBeLessThan(420);
    expect(hits[0]?.text.slice(...(hits[0]?.match ?? []))).toBe('needle');
  });

  test('finds the same lines as reading all of the log, however its bytes lie', async () => {
    const recorded = await projectWithLog();
    const part = fc.constantFrom('ab', 'a', 'b', 'A', 'ü', '\n', '\r\n', '\xff');
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 20 }), fc.boolean(), async (parts, ignoreCase) => {
        writeFileSync(join(recorded.project.root, FOLDER, 'out.log'), parts.join(''));
        const lines = parts
          .join('')
          .split(/\r\n|\n/)
          .map((line) => (ignoreCase ? line.toLowerCase() : line));
        const expected = lines.flatMap((line, i) => (line.includes('ab') ? [i + 1] : []));
        expect((await hitsOf(recorded, { text: 'ab', ignoreCase })).map(({ line }) => line)).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  test('ends at its limit, goes on from there, and stops when it is aborted', async () => {
    const recorded = await projectWithLog('hit\n'.repeat(25));
    const first = await searchOf(recorded, { text: 'hit', limit: 10 });
    expect(first.at(-1)).toEqual({ kind: 'end', hits: 10, size: 100, next: 40 });
    const rest = await searchOf(recorded, { text: 'hit', limit: 15, from: 40 });
    expect([rest.length, rest[0], rest.at(-1)]).toEqual([
      16,
      { kind: 'hit', at: 40, text: 'hit', match: [0, 3], line: 11 },
      { kind: 'end', hits: 15, size: 100 },
    ]);
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(searchOf(recorded, { text: 'hit', signal })).rejects.toThrow('enough');
  });

  test('refuses a text that no line can hold, and finds nothing in a log that is not there', async () => {
    const recorded = await projectWithLog('a\n');
    for (const text of ['', 'a\nb', 'x'.repeat(1_001)]) {
      await expect(searchOf(recorded, { text })).rejects.toThrow('logs cannot be searched for this text');
    }
    expect(await searchOf(recorded, { text: 'a', err: true })).toEqual([{ kind: 'end', hits: 0, size: 0 }]);
  });
});

describe('the first error of a log', () => {
  const diagnosed = (text: string, number?: number): Fact => ({
    kind: 'diagnosed',
    atMs: LIFE_MS,
    of: 'exit_code',
    code: 'key_error',
    says: 'a key is missing',
    line: { file: 'err.log', text, ...(number === undefined ? {} : { number }) },
  });

  test('is the line that the diagnosis names, by its number or by its text', async () => {
    const text = '\x1b[31mKeyError: x\x1b[0m';
    const recorded = await projectWithLog('', [started(), ended(1), diagnosed('KeyError: x', 3)]);
    recorded.write(`${FOLDER}/err.log`, `KeyError: x\nbefore\n${text}\nKeyError: x\n`);
    expect(await findFirstError(recorded.project, 'run')).toEqual({
      attempt: 'train-1',
      file: 'err.log',
      at: 19,
      line: 3,
      text,
      says: 'a key is missing',
    });
    recorded.write(`${FOLDER}/err.log`, `${'filler\n'.repeat(200_000)}  ${text}\nafter\n`);
    expect(await findFirstError(recorded.project, 'run')).toMatchObject({ at: 1_400_000, line: 200_001 });
  });

  test('is the first that looks like one, in the standard error before others', async () => {
    const recorded = await projectWithLog('step 1\nslurmstepd: error: *** JOB 7 CANCELLED\n');
    expect(await findFirstError(recorded.project, 'run')).toMatchObject({ file: 'out.log', at: 7, line: 2 });
    recorded.write(`${FOLDER}/err.log`, `warning\nNCCL WARN x\nTraceback (most recent call last):\n`);
    expect(await findFirstError(recorded.project, 'run')).toEqual({
      attempt: 'train-1',
      file: 'err.log',
      at: 8,
      line: 2,
      text: 'NCCL WARN x',
    });
  });

  test('is missing when no line looks like one', async () => {
    const recorded = await projectWithLog('step 1\n');
    expect(await findFirstError(recorded.project, 'run')).toBeUndefined();
  });
});
