import { drawValue } from '../sweep/random.ts';
import { valueKey, type Distribution, type RandomSpace, type SweepMember, type SweepValue } from '../sweep/space.ts';

/** A parameter and what it is drawn from. */
export type Draw = RandomSpace['draws'][number];

/** A parameter as a density sees it: places on a line from 0 to 1, in a row of equal bins, or among choices. */
export interface Axis {
  readonly name: string;
  readonly kind: 'line' | 'bins' | 'choices';
  /** How many bins or choices there are; 1 for a line. */
  readonly size: number;
  /** The place of a value: from 0 to 1 on a line, otherwise the number of its bin. Undefined if it is not in the space. */
  readonly findPlace: (value: SweepValue | undefined) => number | undefined;
  readonly valueAt: (place: number) => SweepValue;
}

/** Integers with more values than this are a line. */
const MOST_BINS = 256;
const BELOW_ONE = 1 - 2 ** -32;

/** What a density sees of a parameter: of `loguniform` the logarithm. */
export function makeAxis({ name, distribution }: Draw): Axis {
  const size = countValues(distribution);
  const at = (unit: number): SweepValue => drawValue(distribution, Math.min(BELOW_ONE, Math.max(0, unit)));
  if (distribution.kind === 'choice') {
    const places = new Map(distribution.values.map(({ value }, place) => [valueKey(value), place]));
    const findPlace: Axis['findPlace'] = (value) => value && places.get(valueKey(value.value));
    return { name, kind: 'choices', size, findPlace, valueAt: (place) => at((place + 0.5) / size) };
  }
  const findUnit = makeFindUnit(distribution);
  if (size > MOST_BINS) return { name, kind: 'line', size: 1, findPlace: findUnit, valueAt: at };
  const findBin: Axis['findPlace'] = (value) => {
    const unit = findUnit(value);
    return unit === undefined ? undefined : Math.floor(unit * size);
  };
  return { name, kind: 'bins', size, findPlace: findBin, valueAt: (place) => at((place + 0.5) / size) };
}

/** The places of a member on all axes; undefined if it is not in the space. */
export function findPlaces(axes: readonly Axis[], member: SweepMember): Float64Array | undefined {
  const places = new Float64Array(axes.length);
  let i = 0;
  for (const { name, findPlace } of axes) {
    const place = findPlace(member.get(name));
    if (place === undefined) return undefined;
    places[i] = place;
    i += 1;
  }
  return places;
}

function countValues(distribution: Distribution): number {
  switch (distribution.kind) {
    case 'choice':
      return distribution.values.length;
    case 'int':
      return distribution.high - distribution.low + 1;
    case 'uniform':
    case 'loguniform':
      return Infinity;
  }
}

type Bounded = Exclude<Distribution, { readonly kind: 'choice' }>;

/** From 0 to 1; an integer is in the middle of its bin. */
function makeFindUnit({ kind, low, high }: Bounded): Axis['findPlace'] {
  const scale = kind === 'loguniform' ? Math.log : Number;
  const [first, range] = [scale(low), scale(high) - scale(low)];
  return (given) => {
    const value = given?.value;
    if (typeof value !== 'number' || !(value >= low && value <= high)) return undefined;
    if (kind === 'int') return Number.isInteger(value) ? (value - low + 0.5) / (high - low + 1) : undefined;
    return low === high ? 0.5 : (scale(value) - first) / range;
  };
}
