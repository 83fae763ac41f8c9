import { withoutUndefined } from '../../../core/value.ts';
import { checksum } from '../../../system/index.ts';

/** Splits a `.wandb` file into its records. */
export interface WandbLog {
  /** Takes the next part of the file, which is copied. False when nothing further can be read. */
  readonly push: (chunk: Uint8Array) => boolean;
  /** When all of it was pushed. */
  readonly end: () => WandbLogEnd;
}

export interface WandbLogEnd {
  /** Where the file is damaged, in bytes; whole records before and after were read. */
  readonly damaged: readonly number[];
  /** Where the last record begins, when the file ends in it. */
  readonly cutAt?: number;
  /** Why nothing could be read at all: `is no file of W&B`. */
  readonly unknown?: string;
}

const BLOCK_BYTES = 32_768;
/** Checksum, uint32, of all that follows the length; length, uint16; kind. Little endian. */
const HEAD_BYTES = 7;
/** Kinds of parts; 3 is one in the middle. */
const [FULL, FIRST, LAST] = [1, 2, 4];

/**
 * The format is LevelDB's log (github.com/google/leveldb, doc/log_format.md), after seven bytes that name it, and with
 * CRC-32 for CRC-32C: blocks of 32 KiB with whole records, and parts of those that do not fit. A damaged part is left out
 * with its record; where no length can be trusted it goes on with the next block.
 *
 * @param take gets each record; the bytes are valid only during the call
 */
export function makeWandbLog(take: (record: Uint8Array) => void): WandbLog {
  const block = Buffer.alloc(BLOCK_BYTES);
  const damaged: number[] = [];
  // What of the block is filled, and where in the file it begins.
  let [filled, origin] = [0, 0];
  /** Parts of a record that goes on. */
  let parts: Uint8Array[] | undefined;
  let partsAt = 0;
  let unknown: string | undefined;

  function push(chunk: Uint8Array): boolean {
    for (let at = 0; at < chunk.length && unknown === undefined;) {
      const some = chunk.subarray(at, at + BLOCK_BYTES - filled);
      block.set(some, filled);
      filled += some.length;
      at += some.length;
      if (filled === BLOCK_BYTES) readBlock();
    }
    return unknown === undefined;
  }

  /** @returns where the record begins that is cut off by the end of what is there */
  function readBlock(): number | undefined {
    const [start, end] = [origin, filled];
    [origin, filled] = [origin + filled, 0];
    if (start === 0 && end < HEAD_BYTES) return 0;
    if (start === 0) unknown = headerFault(block);
    let at = start === 0 ? HEAD_BYTES : 0;
    while (at + HEAD_BYTES <= end && unknown === undefined) {
      const next = at + HEAD_BYTES + block.readUInt16LE(at + 4);
      const kind = block[at + 6] ?? 0;
      if (next > end && next <= BLOCK_BYTES) return start + at;
      if (next > BLOCK_BYTES || kind < FULL || kind > LAST) {
        damage(start + at);
        return undefined;
      }
      if (isIntact(at, next)) takePart(kind, block.subarray(at + HEAD_BYTES, next), start + at);
      else damage(start + at);
      at = next;
    }
    return at < end && end < BLOCK_BYTES && unknown === undefined ? start + at : undefined;
  }

  function isIntact(at: number, next: number): boolean {
    return checksum(block.subarray(at + 6, next)) === block.readUInt32LE(at).toString(16).padStart(8, '0');
  }

  function takePart(kind: number, bytes: Uint8Array, at: number): void {
    const begins = kind === FULL || kind === FIRST;
    if (begins === (parts !== undefined)) damage(begins ? partsAt : at);
    if (kind === FULL) take(bytes);
    if (kind === FIRST) [parts, partsAt] = [[], at];
    parts?.push(Uint8Array.from(bytes));
    if (kind !== LAST || parts === undefined) return;
    take(Buffer.concat(parts));
    parts = undefined;
  }

  function damage(at: number): void {
    damaged.push(at);
    parts = undefined;
  }

  function end(): WandbLogEnd {
    const cut = filled > 0 ? readBlock() : undefined;
    const cutAt = parts === undefined ? cut : partsAt;
    return withoutUndefined({ damaged, cutAt, unknown });
  }

  return { push, end };
}

const IDENT = ':W&B';
const MAGIC = 0xbee1;

function headerFault(bytes: Buffer): string | undefined {
  if (bytes.toString('latin1', 0, 4) !== IDENT || bytes.readUInt16LE(4) !== MAGIC) return 'is no file of W&B';
  return bytes[6] === 0 ? undefined : `has the version ${bytes[6]} of its format, which is not known`;
}
