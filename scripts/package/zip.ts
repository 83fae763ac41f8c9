/** Zip files with the same bytes for the same contents: wheels are zip files. */
import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipEntry {
  /** With `/` between its parts. */
  readonly path: string;
  readonly data: Uint8Array;
  /** Permissions of the file; by default 0644. */
  readonly mode?: number;
}

/** 1 January 1980, the earliest date that zip files have. */
const DATE = 0x21;
const TIME = 0;
/** Version 2.0, made on Unix. */
const VERSION = 20;
const UNIX = 3 << 8;
/** Names are UTF-8. */
const FLAGS = 1 << 11;
const DEFLATED = 8;
const REGULAR_FILE = 0o100_000;

/**
 * A zip file with these entries in this order, all dated 1 January 1980.
 *
 * @param entries of at most 4 GiB in all, with distinct paths
 */
export function makeZip(entries: readonly ZipEntry[]): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { path, data, mode = 0o644 } of entries) {
    const name = Buffer.from(path);
    const packed = deflateRawSync(data, { level: 9 });
    const shared = sharedHeader(data, packed.length, name.length);
    const header = Buffer.concat([numbers([0x04034b50, 4], [VERSION, 2]), shared, numbers([0, 2]), name]);
    files.push(header, packed);
    directory.push(
      numbers([0x02014b50, 4], [UNIX | VERSION, 2], [VERSION, 2]),
      shared,
      // No extra field, comment, further disks or internal attributes.
      numbers([0, 2], [0, 2], [0, 2], [0, 2], [((REGULAR_FILE | mode) << 16) >>> 0, 4], [offset, 4]),
      name,
    );
    offset += header.length + packed.length;
  }
  const list = Buffer.concat(directory);
  const count = entries.length;
  const end = numbers([0x06054b50, 4], [0, 2], [0, 2], [count, 2], [count, 2], [list.length, 4], [offset, 4], [0, 2]);
  return Buffer.concat([...files, list, end]);
}

/** What both headers of an entry have in common. */
function sharedHeader(data: Uint8Array, packedBytes: number, nameBytes: number): Buffer {
  return numbers(
    [FLAGS, 2],
    [DEFLATED, 2],
    [TIME, 2],
    [DATE, 2],
    [crc32(data), 4],
    [packedBytes, 4],
    [data.length, 4],
    [nameBytes, 2],
  );
}

/** Each value as that number of bytes, the lowest one first. */
function numbers(...values: readonly (readonly [value: number, bytes: number])[]): Buffer {
  return Buffer.concat(
    values.map(([value, bytes]) => {
      const buffer = Buffer.alloc(bytes);
      buffer.writeUIntLE(value, 0, bytes);
      return buffer;
    }),
  );
}
