import { computeMaskedCrc32c } from '../core/text/crc32c.ts';
import type { Series } from '../core/experiment/series.ts';

/**
 * The series of a run as one event file of TensorBoard: scalars in the old style, which all its versions read. Values are
 * 32-bit floats there.
 *
 * @param fallbackTime seconds since 1970, for points whose time is not known
 */
export function buildEventFile(series: ReadonlyMap<string, Series>, fallbackTime: number): Buffer {
  const records = [record(field(3, Buffer.from('brain.Event:2')))];
  for (const [tag, { steps, values, times }] of series) {
    const name = field(1, Buffer.from(tag));
    steps.forEach((step, i) => {
      const time = times[i] ?? NaN;
      records.push(scalar(name, step, values[i] ?? NaN, Number.isNaN(time) ? fallbackTime : time));
    });
  }
  return Buffer.concat(records);
}

/** An `Event` with one `Summary.Value` (tensorflow/core/util/event.proto, framework/summary.proto). */
function scalar(name: Buffer, step: number, value: number, time: number): Buffer {
  const number = Buffer.alloc(5);
  number[0] = 0x15;
  number.writeFloatLE(value, 1);
  const wallTime = Buffer.alloc(9);
  wallTime[0] = 0x09;
  wallTime.writeDoubleLE(time, 1);
  const summary = field(5, field(1, Buffer.concat([name, number])));
  return record(Buffer.concat([wallTime, Buffer.from([0x10]), varint(BigInt(step)), summary]));
}

/** A TFRecord: length, its checksum, the data, its checksum. */
function record(data: Buffer): Buffer {
  const bytes = Buffer.alloc(data.length + 16);
  bytes.writeBigUInt64LE(BigInt(data.length), 0);
  bytes.writeUInt32LE(computeMaskedCrc32c(bytes, 0, 8), 8);
  data.copy(bytes, 12);
  bytes.writeUInt32LE(computeMaskedCrc32c(bytes, 12, 12 + data.length), 12 + data.length);
  return bytes;
}

/** A protobuf field of bytes, text or a message. */
function field(number: number, content: Uint8Array): Buffer {
  return Buffer.concat([varint(BigInt((number << 3) | 2)), varint(BigInt(content.length)), content]);
}

/** A step below 0 has ten bytes, as an int64 of protobuf. */
function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let left = BigInt.asUintN(64, value);
  for (; left >= 0x80n; left >>= 7n) bytes.push(Number(left & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(left)]);
}
