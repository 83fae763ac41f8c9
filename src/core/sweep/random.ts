import { hash64 } from '../text/hash.ts';
import type { Distribution, RandomSpace, SweepValue } from './space.ts';

const MASK = 0xffff_ffff_ffff_ffffn;
const GAMMA = 0x9e37_79b9_7f4a_7c15n;
const SIGNIFICANT_DIGITS = 6;

/** The finalizer of SplitMix64 (Steele, Lea and Flood, 2014). */
function mix(state: bigint): bigint {
  const a = ((state ^ (state >> 30n)) * 0xbf58_476d_1ce4_e5b9n) & MASK;
  const b = ((a ^ (a >> 27n)) * 0x94d0_49bb_1331_11ebn) & MASK;
  return b ^ (b >> 31n);
}

/** Output number `index`, from 0, of SplitMix64 started at `state`. */
export function splitMix64(state: bigint, index: number): bigint {
  return mix((state + GAMMA * BigInt(index + 1)) & MASK);
}

/**
 * The random numbers of one parameter: `index` → a number in [0, 1).
 *
 * Draw `index` depends on nothing but the seed, the name of the parameter and the index. So further draws leave
 * the former ones as they are, and so does another parameter.
 */
export function makeRandomStream(seed: number, name: string): (index: number) => number {
  const start = mix(BigInt(seed) ^ hash64(name));
  return (index) => Number(splitMix64(start, index) >> 11n) / 2 ** 53;
}

/** The rows of a random space, one for each draw, in the order of `draws`. */
export function* drawRows({ count, seed, draws }: RandomSpace): Generator<SweepValue[]> {
  const streams = draws.map(({ name, distribution }) => ({ distribution, random: makeRandomStream(seed, name) }));
  for (let i = 0; i < count; i += 1)
    yield streams.map(({ distribution, random }) => drawValue(distribution, random(i)));
}

/** The value of a parameter for a random number in [0, 1): a larger number gives a larger value, or a later choice. */
export function drawValue(distribution: Distribution, random: number): SweepValue {
  switch (distribution.kind) {
    case 'choice':
      return distribution.values[Math.floor(random * distribution.values.length)] ?? { value: null };
    case 'int':
      return { value: distribution.low + Math.floor(random * (distribution.high - distribution.low + 1)) };
    case 'uniform':
      return rounded(distribution.low + random * (distribution.high - distribution.low), distribution);
    case 'loguniform': {
      const [low, high] = [Math.log(distribution.low), Math.log(distribution.high)];
      return rounded(Math.exp(low + random * (high - low)), distribution);
    }
  }
}

/** What is recorded is what runs: the value is read back from its rounded text, and never leaves the bounds. */
function rounded(value: number, { low, high }: { readonly low: number; readonly high: number }): SweepValue {
  return { value: Math.min(high, Math.max(low, Number(value.toPrecision(SIGNIFICANT_DIGITS)))) };
}
