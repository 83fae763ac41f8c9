/**
 * Random numbers in [0, 1) that are always the same for a seed: Marsaglia's xorshift with the shifts 13, 17 and 5 (Journal of
 * Statistical Software 8(14), 2003). Made for the many draws of a forest, for which 32 bits do.
 *
 * @param seed any whole number
 */
export function makeRandomNumbers(seed: number): () => number {
  // 0 would stay 0. Small seeds are spread over all bits.
  let state = Math.imul(seed, 0x9e37_79b1) ^ 0x5bd1_e995 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** The numbers from 0 to `count` − 1 in a random order. */
export function shuffle(count: number, random: () => number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i -= 1) {
    const other = Math.floor(random() * (i + 1));
    [order[i], order[other]] = [order[other] ?? 0, order[i] ?? 0];
  }
  return order;
}
