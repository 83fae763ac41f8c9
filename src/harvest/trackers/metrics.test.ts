import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pointsOf, readTracked, valuesOf } from '../../../test/support/read-tracked.ts';
import { metrics } from './metrics.ts';
import type { TrackedRun } from './common/tracker.ts';

function read(text: string | Uint8Array, unfinished = false): Promise<TrackedRun> {
  return readTracked(metrics, { 'metrics.jsonl': text }, { unfinished });
}

/** Step and value of each point of the key `x`. */
async function xOf(text: string): Promise<number[][] | undefined> {
  return pointsOf(await read(text))['x']?.map((point) => point.slice(0, 2));
}

async function timesOf(text: string): Promise<number[] | undefined> {
  return pointsOf(await read(text))['x']?.map(([, , time = 0]) => time);
}

describe('a line is an object, and its numbers are points', () => {
  test('by step and time', async () => {
    const run = await read('{"step": 1, "time": 1795600000.5, "loss": 0.5, "lr": 1e-4}\n{"step": 2, "loss": 0.25}\n');
    expect(pointsOf(run)).toEqual({
      loss: [
        [1, 0.5, 1795600000.5],
        [2, 0.25, NaN],
      ],
      lr: [[1, 1e-4, 1795600000.5]],
    });
    expect(run.series.get('loss')?.file).toBe('metrics.jsonl');
    expect(run.notes).toEqual([]);
  });

  test('as Python writes it, NaN and infinities included', async () => {
    const program = [
      'import json',
      'for i, x in enumerate([float("nan"), float("inf"), -float("inf"), 1/3, 0, 2**60]):',
      '  print(json.dumps({"step": i, "x": x, "note": "NaN, \\"Infinity\\" \\u00e9", "in": {"y": [x], "z": {"w": x}}}))',
    ];
    const run = await read(execFileSync('python3', ['-c', program.join('\n')]));
    const values = [NaN, Infinity, -Infinity, 1 / 3, 0, 2 ** 60];
    expect(pointsOf(run)['x']).toEqual(values.map((value, i) => [i, value, NaN]));
    expect(pointsOf(run)['in.z.w']).toEqual(pointsOf(run)['x']);
    expect([...run.series.keys()]).toEqual(['x', 'in.z.w']);
    expect(valuesOf(run)).toEqual({ note: 'NaN, "Infinity" é' });
  });

  test('as writers do whose JSON has no NaN', async () => {
    const run = await read('{"x": 0.5}\n{"x": "NaN"}\n{"x": "-Infinity"}\n{"x": "inf"}\n');
    expect(run.series.get('x')?.points.values).toEqual(Float64Array.of(0.5, NaN, -Infinity, Infinity));
  });

  test('a whole number that no double holds is a text', async () => {
    const run = await read('{"x": 9007199254740993}\n');
    expect(run.series.size).toBe(0);
    expect(run.values.get('x')?.value).toBe('9007199254740993');
  });

  test('of texts and booleans the last one is a value', async () => {
    const run = await read('{"phase": "warm", "ok": true}\n{"phase": "done"}\n\n{"x": null}\n');
    expect(run.values.get('phase')).toEqual({ value: 'done', file: 'metrics.jsonl', line: 2 });
    expect(run.values.get('ok')).toEqual({ value: true, file: 'metrics.jsonl', line: 1 });
    expect(run.series.size).toBe(0);
  });

  test('a text that is too long for a value is reported', async () => {
    const { values, notes } = await read(`{"a": 1}\n{"text": "${'x'.repeat(1001)}"}\n`);
    expect(values.size).toBe(0);
    expect(notes).toEqual(['lines left out of metrics.jsonl, for a text in them is longer than 1,000 characters: 2']);
  });

  test('lines of several writers, in any order, come in the order of their steps', async () => {
    expect(await xOf('{"step":2,"x":20}\n{"step":1,"x":10}\n{"step":2,"x":21}\n{"step":1,"x":11}\n')).toEqual([
      [1, 10],
      [1, 11],
      [2, 20],
      [2, 21],
    ]);
  });

  test('keys that no rule asks for are not kept', async () => {
    const run = await readTracked(
      metrics,
      { 'metrics.jsonl': '{"a": 1, "b": 2, "c": "x"}' },
      { wants: (key) => key === 'b' },
    );
    expect([...run.series.keys(), ...run.values.keys()]).toEqual(['b']);
  });
});

describe('the step', () => {
  test.each([
    ['{"epoch": 3, "iteration": 4, "global_step": 5, "_step": 6, "step": 7, "x": 1}', 7],
    ['{"epoch": 3, "iteration": 4, "global_step": 5, "_step": 6, "x": 1}', 6],
    ['{"epoch": 3, "iteration": 4, "global_step": 5, "x": 1}', 5],
    ['{"epoch": 3, "iteration": 4, "x": 1}', 4],
    ['{"epoch": 3, "x": 1}', 3],
    ['{"epoch": 3, "step": 0.5, "x": 1}', 3],
    ['{"epoch": 3, "step": "1", "x": 1}', 3],
    ['{"epoch": 3, "step": NaN, "x": 1}', 3],
    ['{"step": -1, "x": 1}', -1],
  ])('of %s is %s', async (line, step) => {
    expect(await xOf(line)).toEqual([[step, 1]]);
  });

  test('is the count of lines that have the key, from 1, if none is given', async () => {
    expect(await xOf('{"x": 5}\n{"y": 1}\n{"x": 6}\n{"y": 2, "x": 7}\n')).toEqual([
      [1, 5],
      [2, 6],
      [3, 7],
    ]);
  });

  test('is no metric itself, what was not taken for it is one', async () => {
    const run = await read('{"step": 7, "epoch": 0.5, "x": 1}\n');
    expect(Object.keys(pointsOf(run))).toEqual(['epoch', 'x']);
  });
});

describe('the time', () => {
  test.each([
    ['{"time": 1795600000.25, "x": 1}', 1795600000.25],
    ['{"timestamp": 1795600000250, "x": 1}', 1795600000.25],
    ['{"_timestamp": 1795600000250000, "x": 1}', 1795600000.25],
    ['{"time": "2026-11-25T09:46:40.250Z", "x": 1}', 1795600000.25],
    ['{"time": "2026-11-25 10:46:40.250000+01:00", "x": 1}', 1795600000.25],
    ['{"time": "2026-11-25T09:46:40.250", "x": 1}', NaN],
    ['{"time": 12.5, "x": 1}', NaN],
    ['{"x": 1}', NaN],
  ])('of %s is %s', async (line, time) => {
    expect(await timesOf(line)).toEqual([time]);
  });

  test('that something took is a metric', async () => {
    expect(pointsOf(await read('{"step": 1, "time": 12.5}\n'))).toEqual({ time: [[1, 12.5, NaN]] });
  });
});

describe('damage', () => {
  test('lines that are no JSON objects are reported by their numbers, all others count', async () => {
    const run = await read('{"x": 1}\n{"x": 2\n[1, 2]\n{"x": 3}{"x": 4}\n"x"\n{"x": 5}\n\0\0\0\n');
    expect(pointsOf(run)['x']?.map(([, value]) => value)).toEqual([1, 5]);
    expect(run.notes).toEqual(['lines left out of metrics.jsonl, for they are no JSON objects: 2, 3, 4, 5, 7']);
  });

  test('a line that a running program has begun is not worth a word, but counts when it is whole', async () => {
    expect((await read('{"x": 1}\n{"x": 23', true)).notes).toEqual([]);
    expect((await read('{"x": 1}\n{"x": 23', false)).notes).toHaveLength(1);
    expect(pointsOf(await read('{"x": 1}\n{"x": 23}', true))['x']).toHaveLength(2);
  });

  test.each([
    ['nested without end', '{"a":'.repeat(100_000)],
    ['nested deeply', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
    ['lists nested deeply', `{"a":${'['.repeat(10_000)}NaN${']'.repeat(10_000)}}`],
    ['without end', `{"a": "${'x'.repeat(1 << 21)}"}`],
    ['full of quotes', `{"a": NaN, "${'\\"'.repeat(400_000)}`],
  ])('a line %s is left out', async (_what, line) => {
    const run = await read(`{"x": 1}\n${line}\n{"x": 2}\n`);
    expect(pointsOf(run)).toEqual({
      x: [
        [1, 1, NaN],
        [2, 2, NaN],
      ],
    });
    expect(run.notes).toEqual(['lines left out of metrics.jsonl, for they are no JSON objects: 2']);
  });

  test('a program that makes up keys for ever does not fill the memory', async () => {
    const keys = Array.from({ length: 25_000 }, (_, i) => `"k${i}":${i}`);
    const run = await read(`{${keys.join()}}\n`);
    expect(run.series.size).toBe(20_000);
    expect(run.notes).toEqual(['there are more than 20,000 keys; the first ones were read']);
  });

  test('cut at any byte, it gives the points of the lines before', async () => {
    const text = '{"step": 10, "x": 1.25, "é": NaN}\r\n{"step": 11, "x": 12.5}\n';
    for (let size = 0; size <= Buffer.byteLength(text); size += 1) {
      const { x = [] } = pointsOf(await read(Buffer.from(text).subarray(0, size)));
      const want = [
        [10, 1.25, NaN],
        [11, 12.5, NaN],
      ];
      expect(x).toEqual(want.slice(0, x.length));
    }
  });

  test('any objects that are written come back', async () => {
    const row = fc.record({ step: fc.nat(), x: fc.double(), word: fc.string({ maxLength: 20 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 20 }), async (rows) => {
        const line = ({ step, x, word }: (typeof rows)[number]): string =>
          `{"step": ${step}, "x": ${Object.is(x, -0) ? '-0.0' : x}, "word": ${JSON.stringify(word)}}\n`;
        const run = await read(rows.map(line).join(''));
        const want = rows.toSorted((a, b) => a.step - b.step).map(({ step, x }) => [step, x, NaN]);
        expect(pointsOf(run)['x']).toEqual(want);
        expect(run.values.get('word')?.value).toEqual(rows.at(-1)?.word);
        expect(run.notes).toEqual([]);
      }),
    );
  });

  test('random text ends in notes', async () => {
    const noise = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('{', '}', '"', ':', '\n', 'NaN', '1e999', '\\'),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(noise), async (parts) => {
        const { notes } = await read(parts.join(''));
        expect(notes.length).toBeLessThan(3);
      }),
    );
  });
});
