import { randomId } from './random.ts';

/** Five bits a character: more than the 256 bits that nobody guesses. */
const CHARACTERS = 52;

/** A random text of 260 bits that grants access to anyone who knows it. */
export function makeSecret(): string {
  return randomId(CHARACTERS);
}

/** Whether two texts are equal, in a time that does not depend on where they differ. */
export function isSameSecret(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && process.getBuiltinModule('node:crypto').timingSafeEqual(left, right);
}
