import { deserialize, serialize } from 'node:v8';

/** Plain data, numbers of all kinds and typed arrays among it, as bytes for this version of the program alone. */
export function packData(data: unknown): Uint8Array {
  return serialize(data);
}

/** What {@link packData} packed; undefined when the bytes are damaged. */
export function unpackData(bytes: Uint8Array): unknown {
  try {
    return deserialize(bytes);
  } catch {
    return undefined;
  }
}
