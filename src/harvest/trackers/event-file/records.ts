import { maskedCrc32c } from './crc32c.ts';

/** Why a file cannot be read beyond a record. */
export interface RecordFault {
  readonly kind: 'cut off' | 'wrong checksum';
  /** Where the record begins in the file, in bytes. */
  readonly offset: number;
}

export interface RecordSplitter {
  /** Takes the next part of the file, which is copied. False when nothing further can be read. */
  readonly push: (chunk: Uint8Array) => boolean;
  /** What is wrong with the file, when all of it was pushed. */
  readonly fault: () => RecordFault | undefined;
}

/** @param offset where the record begins in the file */
export type TakeRecord = (bytes: Uint8Array, start: number, end: number, offset: number) => void;

/** Length, uint64, and its checksum, uint32; little endian. */
const HEAD_BYTES = 12;
const LENGTH_BYTES = 8;
const CHECKSUM_BYTES = 4;

/**
 * Splits a TFRecord file: length, checksum of the length, data, checksum of the data
 * (tensorflow/core/lib/io/record_writer.h). A record is given to `take` once its checksums are right.
 *
 * @param size bytes of the file: a record that claims to be longer is cut off, and needs no memory
 */
export function newRecordSplitter(size: number, take: TakeRecord): RecordSplitter {
  let held = new Uint8Array(0);
  let view = new DataView(held.buffer);
  // What of `held` is filled, and where in the file it begins.
  let [start, end, origin] = [0, 0, 0];
  let fault: RecordFault | undefined;

  function push(chunk: Uint8Array): boolean {
    hold(chunk);
    while (fault === undefined && step());
    return fault === undefined;
  }

  /** @returns whether a whole record was there */
  function step(): boolean {
    if (end - start < HEAD_BYTES) return false;
    const body = start + HEAD_BYTES;
    if (view.getUint32(start + LENGTH_BYTES, true) !== maskedCrc32c(held, start, start + LENGTH_BYTES)) {
      return stop('wrong checksum');
    }
    const length = view.getUint32(start, true) + view.getUint32(start + 4, true) * 2 ** 32;
    const next = body + length + CHECKSUM_BYTES;
    if (origin + next > size) return stop('cut off');
    if (next > end) return false;
    if (view.getUint32(body + length, true) !== maskedCrc32c(held, body, body + length)) return stop('wrong checksum');
    take(held, body, body + length, origin + start);
    start = next;
    return true;
  }

  function stop(kind: RecordFault['kind']): false {
    fault = { kind, offset: origin + start };
    return false;
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
    fault: () => fault ?? (start < end ? { kind: 'cut off', offset: origin + start } : undefined),
  };
}
