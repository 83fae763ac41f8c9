import { computeMaskedCrc32c } from '../../src/core/text/crc32c.ts';

/** A TFRecord: length, its checksum, the data, its checksum. */
export function record(data: Uint8Array, length: bigint = BigInt(data.length)): Buffer {
  const bytes = Buffer.alloc(12 + data.length + 4);
  bytes.writeBigUInt64LE(length, 0);
  bytes.writeUInt32LE(computeMaskedCrc32c(bytes, 0, 8), 8);
  bytes.set(data, 12);
  bytes.writeUInt32LE(computeMaskedCrc32c(bytes, 12, 12 + data.length), 12 + data.length);
  return bytes;
}

/** A record with an Event that has one scalar in the old style, as PyTorch writes it. */
export function scalarRecord(tag: string, step: number, value: number, wallTime: number): Buffer {
  const scalar = Buffer.alloc(5);
  scalar[0] = 0x15;
  scalar.writeFloatLE(value, 1);
  const time = Buffer.alloc(9);
  time[0] = 0x09;
  time.writeDoubleLE(wallTime, 1);
  const summary = field(5, field(1, Buffer.concat([field(1, Buffer.from(tag)), scalar])));
  return record(Buffer.concat([time, Buffer.from([0x10, ...varint(step)]), summary]));
}

export function versionRecord(): Buffer {
  return record(field(3, Buffer.from('brain.Event:2')));
}

/** A protobuf field of bytes, text or a message. */
export function field(number: number, content: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([...varint((number << 3) | 2), ...varint(content.length)]), content]);
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value % 0x80) | 0x80, ...varint(Math.floor(value / 0x80))];
}

/** Where each record of a file that is whole begins, and where the last one ends. */
export function recordBounds(bytes: Uint8Array): number[] {
  const view = Buffer.from(bytes);
  const bounds = [0];
  for (let at = 0; at < view.length; bounds.push(at)) at += 16 + Number(view.readBigUInt64LE(at));
  return bounds;
}

/** A record with the start of a session of the plugin `hparams`. */
export function hparamsRecord(hparams: Readonly<Record<string, number | string | boolean>>): Buffer {
  const entries = Object.entries(hparams).map(([name, value]) =>
    field(1, Buffer.concat([field(1, Buffer.from(name)), field(2, hparamValue(value))])),
  );
  const plugin = [field(1, Buffer.from('hparams')), field(2, field(3, Buffer.concat(entries)))];
  const metadata = field(9, field(1, Buffer.concat(plugin)));
  return record(field(5, field(1, Buffer.concat([field(1, Buffer.from('_hparams_/session_start_info')), metadata]))));
}

function hparamValue(value: number | string | boolean): Buffer {
  if (typeof value === 'string') return field(3, Buffer.from(value));
  if (typeof value === 'boolean') return Buffer.from([0x20, Number(value)]);
  const number = Buffer.alloc(9);
  number[0] = 0x11;
  number.writeDoubleLE(value, 1);
  return number;
}
