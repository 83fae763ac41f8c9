import { closeSync, openSync, readSync } from 'node:fs';

/**
 * From the kernel itself, which always gives up to 256 bytes at once (random(4)): loading `node:crypto` takes longer than a
 * command that only reads.
 */
function randomBytes(count: number): Buffer {
  const fd = openSync('/dev/urandom', 'r');
  try {
    const bytes = Buffer.alloc(count);
    if (readSync(fd, bytes) < count) throw new Error('/dev/urandom gives too few bytes');
    return bytes;
  } finally {
    closeSync(fd);
  }
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** Bytes for the next ids: one request for many takes hardly longer than one for ten. */
let pool: Buffer = Buffer.alloc(0);
const POOL_BYTES = 256;

/** Random text of `[a-z2-7]`, five bits a character. */
export function randomId(length: number): string {
  if (pool.length < length) pool = randomBytes(Math.max(POOL_BYTES, length));
  let id = '';
  for (const byte of pool.subarray(0, length)) id += ALPHABET[byte & 31];
  pool = pool.subarray(length);
  return id;
}

/** A seed for random draws, 0 to 2^32 - 1: small enough to read out. */
export function randomSeed(): number {
  return randomBytes(4).readUInt32BE();
}

/** Five bits a character: more than the 256 bits that nobody guesses. */
const SECRET_LENGTH = 52;

/** A random text of 260 bits that grants access to anyone who knows it. */
export function makeSecret(): string {
  return randomId(SECRET_LENGTH);
}

/** Whether two texts are equal, in a time that does not depend on where they differ. */
export function isSameSecret(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && process.getBuiltinModule('node:crypto').timingSafeEqual(left, right);
}
