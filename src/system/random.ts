/** Loaded when first needed: it takes longer to load than a command that only reads takes in all. */
function randomBytes(count: number): Buffer {
  return process.getBuiltinModule('node:crypto').randomBytes(count);
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** Random text of `[a-z2-7]`, five bits a character. */
export function randomId(length: number): string {
  return Array.from(randomBytes(length), (byte) => ALPHABET[byte & 31]).join('');
}

/** A seed for random draws, 0 to 2^32 - 1: small enough to read out. */
export function randomSeed(): number {
  return randomBytes(4).readUInt32BE();
}
