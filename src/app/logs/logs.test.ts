import fc from 'fast-check';
import { appendFileSync, mkdirSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { until } from '../../../test/support/processes.ts';
import { temporaryFolder } from '../../../test/support/project-folder.ts';
import {
  ended,
  LIFE_MS,
  recordedProject,
  started,
  type RecordedProject,
} from '../../../test/support/recorded-project.ts';
import { SheafError } from '../../core/errors.ts';
import { followLogs } from './follow-logs.ts';
import { openTail, startOfLastLines } from './log-tail.ts';
import { readLogs, type LogChunk, type LogRequest } from './logs.ts';

const FOLDER = 'experiments/run/attempts';
const stages = { train: { command: 'true', resources: {} }, eval: { command: 'true', after: 'train', resources: {} } };

/** Marks in angle brackets, texts as they are. */
function shown(chunks: readonly LogChunk[]): string {
  return chunks
    .map((chunk) => (chunk.kind === 'mark' ? `<${chunk.text}>\n` : Buffer.from(chunk.bytes).toString()))
    .join('');
}

async function chunksOf({ project }: RecordedProject, request: LogRequest = {}, expId = 'run'): Promise<LogChunk[]> {
  const chunks: LogChunk[] = [];
  for await (const chunk of readLogs(project, expId, request)) chunks.push(chunk);
  return chunks;
}

async function logOf(recorded: RecordedProject, request: LogRequest = {}): Promise<string> {
  return shown(await chunksOf(recorded, request));
}

async function refusal(recorded: RecordedProject, request: LogRequest = {}): Promise<SheafError['problems'][number]> {
  const error: unknown = await logOf(recorded, request).catch((caught: unknown) => caught);
  if (error instanceof SheafError) return error.problems[0];
  throw error;
}

describe('the log of an experiment', () => {
  test('is that of the stage that started last, all its attempts as one', async () => {
    const later = LIFE_MS + 3_600_000;
    const recorded = await recordedProject({
      run: {
        settings: { resources: {}, stages },
        attempts: {
          'train-1': [started(), ended(1)],
          'train-2': [started(later), ended()],
          'eval-1': [started(LIFE_MS + 1), ended(1)],
        },
      },
    });
    for (const name of ['train-1', 'train-2', 'eval-1']) recorded.write(`${FOLDER}/${name}/out.log`, `${name}\n`);
    recorded.write(`${FOLDER}/eval-1/err.log`, 'trace\n');
    expect(await logOf(recorded)).toBe(
      '<train · attempt 1 · job 7 · gn01>\ntrain-1\n<train · attempt 2 · job 7 · gn01>\ntrain-2\n',
    );
    expect(await logOf(recorded, { lines: 1 })).toBe('<train · attempt 2 · job 7 · gn01>\ntrain-2\n');
    const both = '<eval · attempt 1 · job 7 · gn01>\n<stdout>\neval-1\n<stderr>\ntrace\n';
    expect(await logOf(recorded, { stage: 'eval' })).toBe(both);
    expect(await logOf(recorded, { stage: 'eval', out: true, err: true })).toBe(both);
    expect(await logOf(recorded, { stage: 'eval', out: true })).toBe('<eval · attempt 1 · job 7 · gn01>\neval-1\n');
    expect(await logOf(recorded, { stage: 'train', attempt: 1 })).toBe('<train · attempt 1 · job 7 · gn01>\ntrain-1\n');
    expect(await logOf(recorded, { stage: 'eval', err: true })).toBe('<eval · attempt 1 · job 7 · gn01>\ntrace\n');
    expect(await refusal(recorded, { stage: 'evla' })).toMatchObject({ code: 'logs.stage', fix: 'did you mean eval?' });
    expect(await refusal(recorded, { attempt: 7 })).toMatchObject({
      code: 'logs.attempt',
      fix: 'its attempts: train-1, train-2, eval-1',
    });
  });

  test('passes bytes on as they are', async () => {
    const recorded = await recordedProject({ run: { attempts: { 'train-1': [started()] } } });
    const bytes = Buffer.from([0, 255, 13, 27, 10, 0xc3]);
    recorded.write(`${FOLDER}/train-1/out.log`, '');
    writeFileSync(join(recorded.project.root, FOLDER, 'train-1/out.log'), bytes);
    const chunks = await chunksOf(recorded, { lines: 5 });
    expect(Buffer.concat(chunks.map((chunk) => (chunk.kind === 'text' ? chunk.bytes : Buffer.alloc(0))))).toEqual(
      bytes,
    );
  });

  test('that is empty says whether the other one is not', async () => {
    const recorded = await recordedProject({ run: { attempts: { 'train-1': [started()] } } });
    recorded.write(`${FOLDER}/train-1/out.log`, '');
    recorded.write(`${FOLDER}/train-1/err.log`, 'Traceback');
    expect(await logOf(recorded, { out: true })).toContain('<the log is empty; stderr has 9 bytes>');
    expect(await logOf(recorded)).toBe('<train · attempt 1 · job 7 · gn01>\nTraceback');
  });

  test.each([
    [[], '<train · attempt 1 waits in the queue>\n'],
    [
      [{ kind: 'queue', state: 'pending', atMs: 1, reason: 'Resources' }],
      '<train · attempt 1 waits in the queue (Resources)>\n',
    ],
    [
      [{ kind: 'queue', state: 'pending', atMs: 1, held: true }],
      '<train · attempt 1 waits in the queue: it is held>\n',
    ],
    [[{ kind: 'accounted', state: 'cancelled', atMs: 1 }], '<train · attempt 1 never started: cancelled>\n'],
    [
      [{ kind: 'accounted', state: 'launch', atMs: 1, said: 'no bash' }],
      '<train · attempt 1 never started: failed (launch: no bash)>\n',
    ],
    [[started()], '<train · attempt 1 runs, and its log has not arrived here yet>\n'],
  ] as const)('that is not there yet says why, %#', async (facts, expected) => {
    const recorded = await recordedProject({ run: { attempts: { 'train-1': facts } } });
    expect(await logOf(recorded)).toBe(expected);
    recorded.write('.sheaf/submissions/token-run-train-1/slurm-12.out', 'a\nslurmstepd: error\n');
    const scheduler = '<what the scheduler wrote of its job:>\nslurmstepd: error\n';
    expect(await logOf(recorded, { lines: 1 })).toBe(expected + scheduler);
  });

  test('of several experiments comes one after the other, and says which of them have no job', async () => {
    const recorded = await recordedProject({
      a: { attempts: { 'train-1': [started(), ended()] } },
      b: {},
      c: { attempts: { 'train-1': [started(), ended()] } },
    });
    for (const id of ['a', 'c']) recorded.write(`experiments/${id}/attempts/train-1/out.log`, `${id}\n`);
    const chunks: LogChunk[] = [];
    for await (const chunk of readLogs(recorded.project, ['a', 'b', 'c'], { lines: 1 })) chunks.push(chunk);
    expect(chunks.map(({ expId }) => expId)).toEqual(['a', 'a', 'b', 'c', 'c']);
    expect(shown(chunks)).toContain('<b has no log: it has no job yet>\n');
  });

  test('of an experiment without a job is refused with what to do', async () => {
    const recorded = await recordedProject({ run: {} });
    expect(await refusal(recorded)).toMatchObject({ code: 'logs.not_submitted', fix: 'sheaf submit run' });
    await expect(chunksOf(recorded, {}, 'rum')).rejects.toMatchObject({ code: 'experiment.unknown' });
  });
});

describe('following a log', () => {
  test('waits for its beginning, goes on across a requeue, and ends with the experiment', async () => {
    const recorded = await recordedProject({ run: { attempts: { 'train-1': [] } } });
    const out = (name: string): string => join(recorded.project.root, FOLDER, name, 'out.log');
    const chunks: LogChunk[] = [];
    const following = (async () => {
      for await (const chunk of readLogs(recorded.project, 'run', { follow: true, lines: 1 })) chunks.push(chunk);
    })();
    await until(() => shown(chunks).includes('waits in the queue'));

    recorded.write(`${FOLDER}/train-1/out.log`, 'old\nfirst\n');
    await recorded.learn('run', 'train-1', started());
    await until(() => shown(chunks).includes('first'));
    appendFileSync(out('train-1'), 'second\n');
    await until(() => shown(chunks).includes('second'));

    await recorded.learn('run', 'train-1', { kind: 'accounted', state: 'preempted', atMs: LIFE_MS + 5_460_000 });
    await recorded.learn('run', 'train-2', { kind: 'queue', state: 'pending', atMs: LIFE_MS });
    appendFileSync(out('train-1'), 'last words\n');
    await until(() => shown(chunks).includes('attempt 2 waits'));
    recorded.write(`${FOLDER}/train-2/out.log`, 'resumed\n');
    await recorded.learn('run', 'train-2', started(LIFE_MS + 6_000_000), ended(0, LIFE_MS + 6_042_000));
    await following;

    expect(shown(chunks)).toBe(
      [
        '<whether it still runs is not known: no scheduler is here>',
        '<train · attempt 1 waits in the queue>',
        '<train · attempt 1 · job 7 · gn01>',
        'first',
        'second',
        'last words',
        '<train · attempt 1 failed (preempted) after 1h 31m>',
        '<train · attempt 2 waits in the queue>',
        '<train · attempt 2 · job 7 · gn01>',
        'resumed',
        '<train · attempt 2 completed after 42s>',
        '',
      ].join('\n'),
    );
  });

  test('reads both streams of several experiments as they grow', async () => {
    const attempts = { 'train-1': [started()] };
    const recorded = await recordedProject({ a: { attempts }, b: { attempts } });
    const file = (id: string, name: string): string => `experiments/${id}/attempts/train-1/${name}.log`;
    for (const id of ['a', 'b']) for (const name of ['out', 'err']) recorded.write(file(id, name), '');
    const chunks: LogChunk[] = [];
    const following = (async () => {
      for await (const chunk of readLogs(recorded.project, ['a', 'b'], { follow: true })) chunks.push(chunk);
    })();
    const steps = [
      ['a', 'out', 'one\n'],
      ['b', 'err', 'two\n'],
      ['a', 'err', 'three\n'],
      ['a', 'out', 'four\n'],
    ] as const;
    for (const [id, name, text] of steps) {
      appendFileSync(join(recorded.project.root, file(id, name)), text);
      await until(() => shown(chunks).includes(text));
    }
    for (const id of ['a', 'b']) await recorded.learn(id, 'train-1', ended());
    await following;
    expect(chunks.flatMap((chunk) => (chunk.kind === 'text' ? [[chunk.expId, chunk.stream]] : []))).toEqual([
      ['a', 'stdout'],
      ['b', 'stderr'],
      ['a', 'stderr'],
      ['a', 'stdout'],
    ]);
  });

  test('goes through all stages in turn, also those that ended before it looked', async () => {
    const stage = (after?: string) => ({ command: 'true', resources: {}, ...(after && { after }) });
    const recorded = await recordedProject({
      run: {
        settings: { resources: {}, stages: { a: stage(), b: stage('a'), c: stage('b') } },
        attempts: {
          'a-1': [started(), ended()],
          'b-1': [started(LIFE_MS + 1_000), ended()],
          'c-1': [started(LIFE_MS + 2_000)],
        },
      },
    });
    for (const name of ['a-1', 'b-1', 'c-1']) recorded.write(`${FOLDER}/${name}/out.log`, `${name}\n`);
    const chunks: LogChunk[] = [];
    const following = (async () => {
      for await (const chunk of followLogs(recorded.project, 'run', {
        fromFirst: true,
        update: () => Promise.resolve([]),
      }))
        chunks.push(chunk);
    })();
    await until(() => shown(chunks).includes('c-1'));
    await recorded.learn('run', 'c-1', ended());
    await following;
    expect(shown(chunks).replace(/<.*>\n/g, '')).toBe('a-1\nb-1\nc-1\n');
  });

  test('ends when the signal says so', async () => {
    const recorded = await recordedProject({ run: { attempts: { 'train-1': [started()] } } });
    recorded.write(`${FOLDER}/train-1/out.log`, 'x\n');
    const stop = new AbortController();
    const following = (async () => {
      for await (const chunk of readLogs(recorded.project, 'run', { follow: true, signal: stop.signal })) {
        if (chunk.kind === 'text') stop.abort();
      }
    })();
    await expect(following).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('whose folder is gone is reported as gone, not as never begun', async () => {
    const recorded = await recordedProject({ run: { attempts: { 'train-1': [started(), ended()] } } });
    const log = await logOf(recorded);
    expect(log).toContain('completed, and its log is gone: ');
    expect(log).not.toContain('never started');
  });

  test('of what never started ends with why', async () => {
    const cancelled = { kind: 'accounted', state: 'cancelled', atMs: 1 } as const;
    const recorded = await recordedProject({ run: { attempts: { 'train-1': [cancelled] } } });
    expect(await logOf(recorded, { follow: true })).toBe('<train · attempt 1 never started: cancelled>\n');
  });
});

describe('the end of a file', () => {
  test('begins N lines before it, wherever pieces and newlines fall', () => {
    const path = join(temporaryFolder(), 'log');
    const piece = fc.oneof(
      fc.constantFrom('\n', 'a', 'line\n', '\r', 'é'),
      fc.integer({ min: 65_530, max: 65_540 }).map((length) => 'x'.repeat(length)),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.integer({ min: 0, max: 8 }), (pieces, count) => {
        const text = Buffer.from(pieces.join(''));
        writeFileSync(path, text);
        const lines = text
          .toString()
          .split(/(?<=\n)/)
          .filter((line) => line !== '');
        const expected = count === 0 ? '' : lines.slice(-count).join('');
        expect(text.subarray(startOfLastLines(path, text.length, count)).toString()).toBe(expected);
      }),
      { numRuns: 200 },
    );
  });

  test('of a progress bar that redraws one line begins a mebibyte before it', () => {
    const path = join(temporaryFolder(), 'log');
    const bar = Array.from({ length: 400_000 }, (_, i) => `\r${String(i).padStart(9)}`).join('');
    writeFileSync(path, `first\n${bar}`);
    const at = startOfLastLines(path, `first\n${bar}`.length, 3);
    expect(bar.length - at).toBeLessThan(1.2 * 2 ** 20);
    expect(bar.length - at).toBeGreaterThan(2 ** 20);
  });

  test('is read again from the beginning when the file was cut or replaced', () => {
    const folder = temporaryFolder();
    const path = join(folder, 'log');
    const read = (): string => Buffer.concat([...tail.read()]).toString();
    writeFileSync(path, 'one\ntwo\n');
    const tail = openTail(path, 1);
    expect([tail.wasReplaced(), read(), read()]).toEqual([false, 'two\n', '']);
    truncateSync(path, 0);
    appendFileSync(path, 'new\n');
    expect([tail.wasReplaced(), read()]).toEqual([true, 'new\n']);
    writeFileSync(join(folder, 'other'), 'rotated, and longer\n');
    renameSync(join(folder, 'other'), path);
    expect([tail.wasReplaced(), read(), tail.wasReplaced()]).toEqual([true, 'rotated, and longer\n', false]);
  });

  test('of what is no plain file, or not there yet, is nothing', () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'sub'));
    expect([...openTail(join(folder, 'sub'), 3).read()]).toEqual([]);
    const later = openTail(join(folder, 'later'), 3);
    expect([...later.read()]).toEqual([]);
    writeFileSync(join(folder, 'later'), 'here\n');
    expect(Buffer.concat([...later.read()]).toString()).toBe('here\n');
  });
});
