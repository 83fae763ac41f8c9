import { readFileSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';

/** An array of numpy, in C order. */
export interface NumpyArray {
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

/**
 * The arrays of a file that `numpy.savez_compressed` wrote: float32 or float64, in C order.
 *
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT 4.3.12, the central directory of a ZIP file
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 * @throws if the file is something else
 */
export function readNpz(path: string): ReadonlyMap<string, NumpyArray> {
  const file = readFileSync(path);
  const end = file.lastIndexOf('PK\u0005\u0006', undefined, 'latin1');
  if (end === -1) throw new Error(`${path} is not a ZIP file`);
  const arrays = new Map<string, NumpyArray>();
  let at = file.readUInt32LE(end + 16);
  for (let i = 0; i < file.readUInt16LE(end + 10); i += 1) {
    const [name, extra, comment] = [28, 30, 32].map((offset) => file.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ];
    const text = file.toString('utf8', at + 46, at + 46 + name);
    arrays.set(text.replace(/\.npy$/, ''), parseNpy(readEntry(file, at), `${path}: ${text}`));
    at += 46 + name + extra + comment;
  }
  return arrays;
}

/** @param at of its entry in the central directory */
function readEntry(file: Buffer, at: number): Buffer {
  const [method, size, local] = [file.readUInt16LE(at + 10), file.readUInt32LE(at + 20), file.readUInt32LE(at + 42)];
  const from = local + 30 + file.readUInt16LE(local + 26) + file.readUInt16LE(local + 28);
  const stored = file.subarray(from, from + size);
  return method === 0 ? stored : inflateRawSync(stored);
}

function parseNpy(bytes: Buffer, name: string): NumpyArray {
  const from = bytes[6] === 1 ? 10 + bytes.readUInt16LE(8) : 12 + bytes.readUInt32LE(8);
  const header = bytes.toString('latin1', 0, from);
  const [, type] = /'descr': '<f([48])', 'fortran_order': False/.exec(header) ?? [];
  const [, shape] = /'shape': \(([^)]*)\)/.exec(header) ?? [];
  if (type === undefined || shape === undefined) throw new Error(`${name} is not an array of floats in C order`);
  const data = new Uint8Array(bytes.subarray(from)).buffer;
  return {
    shape: shape.split(',').flatMap((text) => (text.trim() === '' ? [] : Number(text))),
    values: type === '4' ? Float64Array.from(new Float32Array(data)) : new Float64Array(data),
  };
}
