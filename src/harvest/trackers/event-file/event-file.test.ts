import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { field, record, recordBounds, scalarRecord, versionRecord } from '../../../../test/support/event-file.ts';
import { pointsOf, readTracked } from '../../../../test/support/read-tracked.ts';
import { newRunFolder } from '../../../../test/support/run-folder.ts';
import { LONGEST_RECORD } from './records.ts';
import { computeMaskedCrc32c } from '../../../core/text/crc32c.ts';
import { tensorboard } from '../tensorboard.ts';
import type { TrackedRun } from '../common/tracker.ts';

const FIXTURES = join(import.meta.dirname, '../../../../test/fixtures/harvest/tensorboard/written');
const tensors = readFileSync(join(FIXTURES, 'tensors/events.out.tfevents.1.host.1.0'));
const scalars = readFileSync(join(FIXTURES, 'restarts/events.out.tfevents.200.host.1.0'));
const NAME = 'x.tfevents.1';

/** A reader of one file after another, for tests that read thousands. */
function newReader(): (bytes: Uint8Array, options?: { unfinished?: boolean }) => Promise<TrackedRun> {
  const folder = newRunFolder();
  const path = join(folder.path, NAME);
  return (bytes, options) => {
    folder.write(NAME, bytes);
    const file = { path, shown: NAME, size: bytes.length, mtimeNs: 0n, unfinished: options?.unfinished ?? false };
    return tensorboard.read([file], { wants: () => true });
  };
}

async function read(bytes: Uint8Array, options?: { unfinished?: boolean }): Promise<TrackedRun> {
  return newReader()(bytes, options);
}

/** The record that the byte at `offset` is part of: where it begins. */
function recordOf(bounds: readonly number[], offset: number): number {
  return bounds.findLast((bound) => bound <= offset) ?? 0;
}

test('the checksum is CRC-32C: of "123456789" it is e3069283, before it is masked', () => {
  const crc = 0xe3069283;
  expect(computeMaskedCrc32c(Buffer.from('123456789'), 0, 9)).toBe((((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0);
});

describe('a file that is cut off at any byte', () => {
  const bounds = recordBounds(tensors).slice(0, 15);
  const file = tensors.subarray(0, bounds.at(-1));

  test('gives the points of all whole records, and says where it is cut', async () => {
    const readOne = newReader();
    let whole = {};
    for (let size = 1; size < file.length; size += 1) {
      const start = recordOf(bounds, size);
      const run = await readOne(file.subarray(0, size));
      if (start === size) whole = pointsOf(run);
      expect(pointsOf(run)).toEqual(whole);
      // Each of these records but the first has one point, of a tag of its own.
      expect(run.series.size).toBe(Math.max(0, bounds.indexOf(start) - 1));
      expect(run.notes).toEqual(
        start === size ? [] : [`${NAME} is cut off in the record at byte ${start}: all before it is read`],
      );
    }
  });

  test('while it is written is nothing worth a word', async () => {
    const readOne = newReader();
    for (let size = 0; size < scalars.length; size += 1) {
      expect((await readOne(scalars.subarray(0, size), { unfinished: true })).notes).toEqual([]);
    }
  });
});

test('a file with a flipped bit is read up to that record, with a note', async () => {
  const bounds = recordBounds(scalars);
  const readOne = newReader();
  const before = await Promise.all(
    bounds.map(async (start) => [start, pointsOf(await read(scalars.subarray(0, start)))] as const),
  );
  const whole = new Map(before);
  for (let bit = 0; bit < scalars.length * 8; bit += 1) {
    const start = recordOf(bounds, bit >> 3);
    const damaged = Buffer.from(scalars);
    damaged.writeUInt8((damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7)), bit >> 3);
    const run = await readOne(damaged, { unfinished: bit % 2 === 0 });
    expect(run.notes).toEqual([
      `the record at byte ${start} of ${NAME} has a wrong checksum: the file is read up to there`,
    ]);
    expect(pointsOf(run)).toEqual(whole.get(start));
  }
});

test('random bytes give no point, and a word about it', async () => {
  const readOne = newReader();
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), async (bytes) => {
      const run = await readOne(bytes);
      expect([run.series.size, run.notes.length]).toEqual([0, 1]);
    }),
    { numRuns: 200 },
  );
});

describe('a record with the right checksum', () => {
  const tail = scalarRecord('loss', 7, 0.5, 100);

  test('that is no event is reported, and the others are read', async () => {
    const none = record(Buffer.from([0x0a, 0xff]));
    const run = await read(Buffer.concat([versionRecord(), none, none, tail]));
    expect(pointsOf(run)).toEqual({ loss: [[7, 0.5, 100]] });
    const start = versionRecord().length;
    expect(run.notes).toEqual([`2 records of ${NAME}, the first at byte ${start}, are no events: they are left out`]);
  });

  test('may hold anything: what comes after it is still read', async () => {
    const whole = scalarRecord('other', 3, 0.25, 50).subarray(12, -4);
    const changed = fc
      .tuple(fc.nat({ max: whole.length - 1 }), fc.nat({ max: 255 }))
      .map(([at, byte]) => Buffer.from(whole.map((old, i) => (i === at ? byte : old))));
    const readOne = newReader();
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.uint8Array({ maxLength: 100 }), changed), async (data) => {
        const run = await readOne(Buffer.concat([record(data), tail]));
        expect(pointsOf(run)['loss']?.at(-1)).toEqual([7, 0.5, 100]);
      }),
      { numRuns: 300 },
    );
  });

  test('that claims to be longer than the file needs no memory', async () => {
    for (const length of [BigInt(2 ** 31), 2n ** 62n, 2n ** 64n - 1n]) {
      const run = await read(Buffer.concat([tail, record(Buffer.from('x'), length)]));
      expect(pointsOf(run)).toEqual({ loss: [[7, 0.5, 100]] });
      expect(run.notes).toEqual([`${NAME} is cut off in the record at byte ${tail.length}: all before it is read`]);
    }
  });

  test('that is far larger than any event with a scalar is skipped, with a note', async () => {
    const length = LONGEST_RECORD + 1;
    const head = record(Buffer.alloc(0), BigInt(length)).subarray(0, 12);
    const run = await read(Buffer.concat([versionRecord(), head, Buffer.alloc(length + 4), tail]));
    expect(pointsOf(run)).toEqual({ loss: [[7, 0.5, 100]] });
    const start = versionRecord().length;
    expect(run.notes).toEqual([
      `the record at byte ${start} of ${NAME} has more than 67,108,864 bytes: it is left out`,
    ]);
  });

  test('may be larger than what is read at a time', async () => {
    const graph = record(field(4, Buffer.alloc(3_000_000)));
    expect(pointsOf(await read(Buffer.concat([graph, tail])))).toEqual({ loss: [[7, 0.5, 100]] });
  });
});

test('a tensor of the plugin for scalars that holds no single number is reported, and is no zero', async () => {
  const plugin = field(9, field(1, field(1, Buffer.from('scalars'))));
  const ofTensor = (tensor: readonly number[]): Buffer =>
    record(field(5, field(1, Buffer.concat([field(1, Buffer.from('loss')), field(8, Buffer.from(tensor)), plugin]))));
  for (const tensor of [
    [0x08, 1],
    [],
    [0x08, 1, 0x22, 2, 0, 0],
    [0x08, 1, 0x2a, 8, 0, 0, 0, 0, 0, 0, 0, 0],
    [0x08, 7],
  ]) {
    const run = await read(Buffer.concat([ofTensor(tensor), ofTensor(tensor)]));
    expect(run.series.size).toBe(0);
    expect(run.notes).toEqual([`loss of ${NAME} has values at step 0 that are no single number: they are left out`]);
  }
});

test('an empty file is reported, unless it is being written', async () => {
  expect((await read(Buffer.alloc(0))).notes).toEqual([`${NAME} is empty`]);
  expect((await read(Buffer.alloc(0), { unfinished: true })).notes).toEqual([]);
});

test('the fields of an event may come in any order', async () => {
  const data = scalarRecord('loss', 7, 0.5, 100).subarray(12, -4);
  const [time, step, summary] = [data.subarray(0, 9), data.subarray(9, 11), data.subarray(11)];
  for (const fields of [
    [summary, step, time],
    [step, time, summary],
    [summary, time, step],
  ]) {
    expect(pointsOf(await read(record(Buffer.concat(fields))))).toEqual({ loss: [[7, 0.5, 100]] });
  }
});

test('a step of 64 bits is the nearest that a double holds, and an int64', async () => {
  const data = scalarRecord('loss', 7, 0.5, 100).subarray(12, -4);
  const last = Buffer.from([0x10, ...Buffer.alloc(8, 0xff), 0x7f]);
  const event = record(Buffer.concat([data.subarray(0, 9), last, data.subarray(11)]));
  expect(pointsOf(await read(event))).toEqual({ loss: [[2 ** 63 - 1024, 0.5, 100]] });
});

test('an event that tells no time leaves the time unknown', async () => {
  const timeless = record(scalarRecord('loss', 7, 0.5, 100).subarray(12 + 9, -4));
  expect(pointsOf(await read(timeless))).toEqual({ loss: [[7, 0.5, NaN]] });
});

test('a file that cannot be opened is an error, and no empty run', async () => {
  const { path } = newRunFolder({ [NAME]: tensors });
  const gone = { path: join(path, NAME), shown: NAME, size: tensors.length, mtimeNs: 0n, unfinished: false };
  rmSync(gone.path);
  await expect(tensorboard.read([gone], { wants: () => true })).rejects.toMatchObject({ cause: { code: 'ENOENT' } });
});

test('reading can be stopped', async () => {
  const signal = AbortSignal.abort(new Error('stopped'));
  await expect(readTracked(tensorboard, { [NAME]: tensors }, { signal, chunkBytes: 64 })).rejects.toThrow('stopped');
});
