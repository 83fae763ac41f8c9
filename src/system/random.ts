/** Loaded when first needed: it takes longer to load than a command that only reads takes in all. */
function randomBytes(count: number): Buffer {
  return process.getBuiltinModule('node:crypto').randomBytes(count);
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** Bytes for the next ids: one request for many takes hardly longer than one for ten. */
let pool: Buffer = Buffer.alloc(0);
const POOL_BYTES = 1_024;

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
