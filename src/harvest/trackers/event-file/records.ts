import { computeMaskedCrc32c } from '../../../core/text/crc32c.ts';

/** What is wrong with a record. Only after one that is `too long` the file can be read on. */
export interface RecordFault {
  readonly kind: 'cut off' | 'wrong checksum' | 'too long';
  /** Where the record begins in the file, in bytes. */
  readonly offset: number;
}

export interface RecordSplitter {
  /** Takes the next part of the file, which is copied. False when nothing further can be read. */
  readonly push: (chunk: Uint8Array) => boolean;
  /** What is wrong with the file, when all of it was pushed. */
  readonly faults: () => readonly RecordFault[];
}

/** @param offset where the record begins in the file */
export type TakeRecord = (bytes: Uint8Array, start: number, end: number, offset: number) => void;

/** Length, uint64, and its checksum, uint32; little endian. */
const HEAD_BYTES = 12;
const LENGTH_BYTES = 8;
const CHECKSUM_BYTES = 4;
/** Nothing but graphs, images and the like is so large: such records are skipped, and need no memory. */
export const LONGEST_RECORD: number = 64 * 2 ** 20;

/**
 * Splits a TFRecord file: length, checksum of the length, data, checksum of the data
 * (tensorflow/core/lib/io/record_writer.h). A record is given to `take` once its checksums are right.
 *
 * @param size bytes of the file: a record that claims to be longer is cut off, and needs no memory
 */
export function makeRecordSplitter(size: number, take: TakeRecord): RecordSplitter {
  let held = new Uint8Array(0);
  let view = new DataView(held.buffer);
  // What of `held` is filled, and where in the file it begins.
  let [start, end, origin] = [0, 0, 0];
  // Bytes to come that nobody wants.
  let passing = 0;
  const faults: RecordFault[] = [];
  let isOver = false;

  function push(chunk: Uint8Array): boolean {
    const passed = Math.min(passing, chunk.length);
    passing -= passed;
    origin += passed;
    hold(chunk.subarray(passed));
    while (!isOver && step());
    return !isOver;
  }

  /** @returns whether a whole record was there */
  function step(): boolean {
    if (end - start < HEAD_BYTES) return false;
    const body = start + HEAD_BYTES;
    if (view.getUint32(start + LENGTH_BYTES, true) !== computeMaskedCrc32c(held, start, start + LENGTH_BYTES)) {
      return stop('wrong checksum');
    }
    const length = view.getUint32(start, true) + view.getUint32(start + 4, true) * 2 ** 32;
    const next = body + length + CHECKSUM_BYTES;
    if (origin + next > size) return stop('cut off');
    if (length > LONGEST_RECORD) return pass(next);
    if (next > end) return false;
    if (view.getUint32(body + length, true) !== computeMaskedCrc32c(held, body, body + length))
      return stop('wrong checksum');
    take(held, body, body + length, origin + start);
    start = next;
    return true;
  }

  function stop(kind: RecordFault['kind']): false {
    faults.push({ kind, offset: origin + start });
    isOver = true;
    return false;
  }

  function pass(next: number): boolean {
    faults.push({ kind: 'too long', offset: origin + start });
    start = Math.min(next, end);
    passing = next - start;
    return passing === 0;
  }

  function hold(chunk: Uint8Array): void {
    if (end + chunk.length > held.length) makeRoom(end - start + chunk.length);
    held.set(chunk, end);
    end += chunk.length;
  }

  function makeRoom(needed: number): void {
    const rest = held.subarray(start, end);
    if (needed > held.length) {
      held = new Uint8Array(Math.max(needed, held.length * 2));
      view = new DataView(held.buffer);
    }
    held.set(rest);
    origin += start;
    [start, end] = [0, rest.length];
  }

  return {
    push,
    faults: () => (isOver || start === end ? faults : [...faults, { kind: 'cut off', offset: origin + start }]),
  };
}
