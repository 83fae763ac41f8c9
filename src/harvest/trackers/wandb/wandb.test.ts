import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pointsOf, readTracked, readTrackedFolder, valuesOf } from '../../../../test/support/read-tracked.ts';
import { harvestFixture, newRunFolder } from '../../../../test/support/run-folder.ts';
import type { TrackedRun } from '../common/tracker.ts';
import { wandb } from './wandb.ts';

const FIRST = 'offline-run-20261125_135905-abc12345/run-abc12345.wandb';
const AGAIN = 'offline-run-20261125_135909-abc12345/run-abc12345.wandb';
const OTHER = 'offline-run-20261125_135912-zzz99999/run-zzz99999.wandb';
const PYTHON = 'offline-run-20261125_135946-abc12345/run-abc12345.wandb';

const digits = harvestFixture(`wandb/digits/${FIRST}`);
const again = harvestFixture(`wandb/digits/${AGAIN}`);
const long = gunzipSync(harvestFixture('wandb/run-long0001.wandb.gz'));

function readBytes(bytes: Uint8Array, unfinished = false): Promise<TrackedRun> {
  return readTracked(wandb, { 'run-abc.wandb': bytes }, { unfinished });
}

interface Tree {
  readonly [key: string]: unknown;
}

/** What W&B's own reader finds. */
interface Expected {
  readonly run: Tree;
  readonly history: readonly Tree[];
  readonly summary: Tree;
  readonly config: Tree;
}

function expected(name: string): Expected {
  const bytes = harvestFixture(`wandb/expected/${name}`);
  return JSON.parse((name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()) as Expected;
}

/** Nested keys with dots between, without media. */
function flat(tree: Tree, prefix = ''): [string, unknown][] {
  return Object.entries(tree).flatMap(([key, value]) => {
    if (typeof value !== 'object' || value === null) return [[prefix + key, value]];
    return '_type' in value ? [] : flat(value as Tree, `${prefix}${key}.`);
  });
}

const ODD: Readonly<Record<string, number>> = { nan: NaN, inf: Infinity, '-inf': -Infinity };

function pointsExpected({ history }: Expected): Record<string, number[][]> {
  const rows = history.flatMap((row) =>
    flat(row).map(([key, value]) => ({ key, row, value: ODD[String(value)] ?? value })),
  );
  const numbers = rows.filter(
    ({ key, value }) => typeof value === 'number' && !key.startsWith('_') && !/^list\.\d$/.test(key),
  );
  const byKey = Map.groupBy(numbers, ({ key }) => key);
  return Object.fromEntries(
    [...byKey].map(([key, all]) => [
      key,
      all.map(({ row, value }) => [row['_step'], value, row['_timestamp']] as number[]),
    ]),
  );
}

describe('a run that W&B wrote is read as W&B reads it', () => {
  test.each([
    ['by its program of 2026', digits, 'digits.json'],
    ['by its Python of 2023, which nests otherwise', harvestFixture(`wandb/python/${PYTHON}`), 'python.json'],
    ['with records that go over several blocks', long, 'long.json.gz'],
  ])('%s', async (_by, bytes, name) => {
    const run = await readBytes(bytes);
    const want = expected(name);
    expect(pointsOf(run)).toEqual(pointsExpected(want));
    const values = valuesOf(run);
    for (const [key, value] of flat(want.config)) {
      const shown = key === 'text' || value === null || key.startsWith('_wandb') ? undefined : value;
      expect(values[`config.${key}`], key).toEqual(key === 'big' ? '12345678901234567890' : shown);
    }
    for (const [key, value] of flat(want.summary)) {
      const isOwn = key === '_step' || key === '_timestamp' || key.startsWith('_wandb');
      const series = pointsOf(run)[key]?.at(-1);
      if (!isOwn && !series && key !== 'text') expect(values[key], key).toEqual(value);
    }
  });

  test('its name and group are values', async () => {
    const values = valuesOf(await readBytes(digits));
    expect(values).toMatchObject({ 'run.id': 'abc12345', 'run.name': 'lr 0.1', 'run.group': 'seeds' });
  });

  test('a summary that somebody set is kept beside its series, one that just repeats it is not', async () => {
    const values = valuesOf(await readBytes(digits));
    expect(values['summary.loss']).toBe(0.5);
    expect(Object.keys(values).filter((key) => /acc|late|_step|_timestamp|gone|hist/.test(key))).toEqual(['best/acc']);
  });

  test('texts that are too long for a value are reported', async () => {
    const { values, notes } = await readBytes(long);
    expect(values.has('config.text')).toBe(false);
    expect(notes).toEqual(['texts longer than 1,000 characters are left out: config.text']);
  });

  test('keys that no rule asks for are not kept', async () => {
    const wants = (key: string): boolean => key === 'train.acc' || key === 'config.seed';
    const run = await readTracked(wandb, { 'run-abc.wandb': digits }, { wants });
    expect([...run.series.keys(), ...run.values.keys()]).toEqual(['train.acc', 'config.seed']);
  });
});

describe('of several runs', () => {
  test('the newest is read, and the others are named', async () => {
    const run = await readTracked(wandb, {
      [`wandb/${OTHER}`]: harvestFixture(`wandb/other/${OTHER}`),
      [`wandb/${FIRST}`]: digits,
    });
    expect(Object.keys(pointsOf(run))).toEqual(['loss']);
    expect(run.series.get('loss')?.file).toBe(`wandb/${OTHER}`);
    expect(run.notes).toEqual(['the run zzz99999 was read, the newest; there are others: abc12345']);
  });

  test('those with the same id are one that was resumed: from where the later begins, the later counts', async () => {
    const run = await readTracked(wandb, { [`wandb/${FIRST}`]: digits, [`wandb/${AGAIN}`]: again });
    const { loss = [], again: more = [], late } = pointsOf(run);
    expect(loss.map(([step]) => step)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
    expect(loss.map(([, value]) => value).slice(7)).toEqual([1 / 8, 18, 19, 20, 21, 22, 23, 24]);
    expect(more.map(([step]) => step)).toEqual([8, 9, 10, 11, 12, 13, 14]);
    expect(late).toBe(undefined);
    expect(valuesOf(run)).toMatchObject({ 'config.learning_rate': 0.3, 'config.seed': 7 });
    expect(run.notes).toEqual([`the run abc12345 goes on in wandb/${AGAIN}, which counts from step 8 on`]);
  });

  test('a link to the latest is not another', async () => {
    const folder = newRunFolder({ [FIRST]: digits });
    symlinkSync(join(folder.path, FIRST), join(folder.path, 'run-abc12345.wandb'));
    const run = await readTrackedFolder(wandb, folder.path);
    expect(run.notes).toEqual([]);
    expect(pointsOf(run)).toEqual(pointsOf(await readBytes(digits)));
  });

  test('without any there is nothing', async () => {
    expect(await readTracked(wandb, {})).toEqual({ series: new Map(), values: new Map(), notes: [] });
  });
});

/** Whether all points are those of the whole file, in their order, with some left out at most. */
function isPartOf(part: Record<string, number[][]>, whole: Record<string, number[][]>): boolean {
  return Object.entries(part).every(([key, points]) => {
    const all = new Set(whole[key]?.map((point) => point.join()));
    return points.every((point) => all.has(point.join()));
  });
}

describe('damage', () => {
  test('cut at any byte, all whole records count, and the cut is reported', async () => {
    const whole = pointsOf(await readBytes(again));
    const starts = recordStarts(again);
    const folder = newRunFolder();
    for (let size = 1; size < again.length; size += 1) {
      folder.write('run-abc.wandb', again.subarray(0, size));
      const run = await readTrackedFolder(wandb, folder.path);
      for (const [key, rows] of Object.entries(pointsOf(run))) expect(rows).toEqual(whole[key]?.slice(0, rows.length));
      const left = size - (starts.findLast((start) => start <= size) ?? 0);
      const cut = `the last record of run-abc.wandb is cut off after ${left} byte${left === 1 ? '' : 's'}`;
      expect(run.notes).toEqual(left > 0 ? [cut] : []);
    }
  });

  test('a record that goes over several blocks can be cut off in each of them', async () => {
    const start = recordStarts(long).findLast((at) => at < 32_768) ?? 0;
    for (const size of [32_768, 32_770, 40_000, 65_536, 70_000]) {
      const left = (size - start).toLocaleString('en');
      expect((await readBytes(long.subarray(0, size))).notes).toEqual([
        `the last record of run-abc.wandb is cut off after ${left} bytes`,
      ]);
    }
  });

  test('of a file that is still being written the cut is not worth a word', async () => {
    for (const size of [0, 3, 7, 10, 1000, 5001]) {
      expect((await readBytes(digits.subarray(0, size), true)).notes).toEqual([]);
    }
  });

  test('a record with a wrong checksum is left out and told, those after it are read', async () => {
    const bytes = Buffer.from(long);
    // After the number of the record, two bytes long, comes what it is: a history.
    const start = recordStarts(long).find((at) => at > 80_000 && long[at + 10] === 0x12) ?? 0;
    bytes[start + 30] = 0x41;
    const [run, whole] = [pointsOf(await readBytes(bytes)), pointsOf(await readBytes(long))];
    expect(run['acc']?.length).toBe((whole['acc']?.length ?? 0) - 1);
    expect(isPartOf(run, whole)).toBe(true);
    expect((await readBytes(bytes)).notes[0]).toMatch(
      /^run-abc.wandb is damaged at byte \d+,\d+; what is whole was read$/,
    );
  });

  test('a record that goes over several blocks is left out when one part of it is damaged', async () => {
    const bytes = Buffer.from(long);
    bytes[40_000] = 0x41;
    const run = await readBytes(bytes);
    expect(pointsOf(run)).toEqual(pointsOf(await readBytes(long)));
    expect(run.values.has('run.id')).toBe(false);
    expect(run.notes[0]).toContain('is damaged at byte 32,768');
  });

  test('where a length is damaged, it goes on with the next block', async () => {
    const bytes = Buffer.from(long);
    const start = recordStarts(long).find((at) => at > 80_000) ?? 0;
    bytes.writeUInt16LE(0xffff, start + 4);
    const run = await readBytes(bytes);
    const whole = pointsOf(await readBytes(long));
    expect(run.notes[0]).toContain('is damaged at byte');
    expect(pointsOf(run)['loss']?.at(-1)).toEqual(whole['loss']?.at(-1));
    expect(isPartOf(pointsOf(run), whole)).toBe(true);
  });

  test.each([
    ['empty', '', 'run-abc.wandb is empty'],
    ['of another kind', 'not a run of W&B at all', 'run-abc.wandb is no file of W&B'],
    [
      'of a later version',
      ':W&B\u00e1\u00be\u0002',
      'run-abc.wandb has the version 2 of its format, which is not known',
    ],
  ])('a file that is %s is reported', async (_kind, text, note) => {
    const run = await readBytes(Buffer.from(text, 'latin1'));
    expect(run).toEqual({ series: new Map(), values: new Map(), notes: [note] });
  });

  test('whatever bytes are changed, no point is read that was not written', async () => {
    const whole = pointsOf(await readBytes(digits));
    const change = fc.tuple(fc.nat(digits.length - 1), fc.integer({ min: 1, max: 255 }));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), async (changes) => {
        const bytes = Buffer.from(digits);
        for (const [at, flip] of changes) bytes[at] = (bytes[at] ?? 0) ^ flip;
        const run = await readBytes(bytes);
        expect(isPartOf(pointsOf(run), whole)).toBe(true);
        if (!bytes.equals(digits)) expect(run.notes.length).toBeGreaterThan(0);
      }),
    );
  });

  test('random bytes after a right beginning give nothing but notes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 70_000 }), async (noise) => {
        const run = await readBytes(Buffer.concat([digits.subarray(0, 7), noise]));
        expect(run.series.size + run.values.size).toBe(0);
        expect(run.notes.length).toBeGreaterThan(0);
      }),
      { numRuns: 30 },
    );
  });

  test('it is the same however the file is cut into pieces as it is read', async () => {
    const whole = await readBytes(long);
    const pieces = await readTracked(wandb, { 'run-abc.wandb': long }, { chunkBytes: 1013 });
    expect(pieces).toEqual(whole);
  });
});

describe('records with right checksums and odd contents', () => {
  test('keep to themselves, whatever their keys are', async () => {
    const run = await readBytes(
      wandbFile(
        history(['__proto__', 'polluted'], '1', 0),
        history(['constructor', 'x'], '{"y": [NaN, {"__proto__": 2}], "z": 3}', 1),
        history(['deep', ...Array.from({ length: 100 }, () => 'a')], '4', 2),
        history(['twice'], '5', 3),
        history(['bad'], '{"x": ', 4),
        history(['text'], '"1"', 5),
        history(['none'], '6', 0.5),
      ),
    );
    expect(pointsOf(run)).toEqual({
      [`__proto__.polluted`]: [[0, 1, NaN]],
      'constructor.x.z': [[1, 3, NaN]],
      twice: [[3, 5, NaN]],
    });
    expect(({} as Record<string, unknown>)['polluted']).toBe(undefined);
    expect(run.notes).toEqual(['1 record of run-abc.wandb cannot be understood']);
  });

  test('of any bytes end in notes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ minLength: 1, maxLength: 60 }), { minLength: 1 }), async (records) => {
        const run = await readBytes(wandbFile(...records));
        expect(run.series.size).toBe(0);
        for (const note of run.notes) expect(note).toMatch(/cannot be understood$|^texts longer/);
      }),
    );
  });

  test('of a real run with changed bytes end in a run or notes', async () => {
    const start = recordStarts(digits).find((at) => digits[at + 9] === 0x12 && digits.readUInt16LE(at + 4) > 100) ?? 0;
    const record = digits.subarray(start + 7, start + 7 + digits.readUInt16LE(start + 4));
    const change = fc.tuple(fc.nat(record.length - 1), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 4 }), async (changes) => {
        const bytes = Buffer.from(record);
        for (const [at, byte] of changes) bytes[at] = byte;
        const { series } = await readBytes(wandbFile(bytes));
        for (const { points } of series.values()) expect(points.steps.every(Number.isSafeInteger)).toBe(true);
      }),
    );
  });
});

/** Records that fit into one block. */
function wandbFile(...records: readonly Uint8Array[]): Buffer {
  const framed = records.map((record) => {
    const head = Buffer.alloc(7);
    head.writeUInt32LE(crc32(record, crc32(Buffer.of(1))), 0);
    head.writeUInt16LE(record.length, 4);
    head[6] = 1;
    return Buffer.concat([head, record]);
  });
  return Buffer.concat([digits.subarray(0, 7), ...framed]);
}

/** A history record with one item, and its step as another. */
function history(path: readonly string[], json: string, step: number): Buffer {
  const item = (keys: readonly string[], text: string): Buffer =>
    field(0x0a, Buffer.concat([...keys.map((key) => field(0x12, Buffer.from(key))), field(0x82, Buffer.from(text))]));
  return field(0x12, Buffer.concat([item(path, json), item(['_step'], String(step))]));
}

/** A field of bytes; of the tag of `value_json`, which has two bytes, the second one is 1. */
function field(tag: number, bytes: Uint8Array): Buffer {
  const tags = tag >= 0x80 ? [tag, 1] : [tag];
  return Buffer.concat([Buffer.of(...tags, (bytes.length & 0x7f) | 0x80, bytes.length >> 7), bytes]);
}

/** Where records, or parts of them, begin, and where the last one ends. */
function recordStarts(bytes: Buffer): number[] {
  const starts: number[] = [];
  let at = 7;
  while (at < bytes.length) {
    const left = 32_768 - (at % 32_768);
    if (left < 7) at += left;
    starts.push(at);
    at += 7 + bytes.readUInt16LE(at + 4);
  }
  return [...starts, at];
}
