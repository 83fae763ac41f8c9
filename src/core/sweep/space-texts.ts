import type { Value } from '../value.ts';
import { extendSpace } from './extend.ts';
import { readSpace } from './read-space.ts';
import { formatSweepValue, type Space, type SweepValue, type ValueTable } from './space.ts';

/** How a parameter varies in a sweep. */
export type Variation = 'grid' | 'zip' | 'draw';

/** A search space as people type it. */
export interface SpaceText {
  readonly axes: readonly { readonly name: string; readonly as: Variation; readonly text: string }[];
  readonly random?: { readonly count: number; readonly seed: number };
}

/** Longer texts fit no address. UTF-16 units. */
const LONGEST = 10_000;

/**
 * The whole space of a sweep, with its extensions, as the flags of `sweep` would take it.
 *
 * @param parts as they are on record, the oldest first
 * @returns undefined if it came from a file, has several tables or very many values, or texts that a list of values cannot hold
 */
export function writeSpace(parts: readonly Value[]): SpaceText | undefined {
  const spaces = parts.map(readSpace);
  const [first, ...more] = spaces;
  if (first === undefined) return undefined;
  const space = more.reduce(extendSpace, first);
  const { grid, zip, list, random } = space;
  if (list !== undefined || zip.length > 1 || isHardToWrite(space)) return undefined;
  const axes = [
    ...grid.map(({ name, values }) => ({ name, as: 'grid', text: writeValues(values) }) as const),
    ...zip.flatMap(writeTable),
    ...(random?.draws ?? []).map(({ name, distribution }) => {
      return { name, as: 'draw', text: writeDistribution(distribution) } as const;
    }),
  ];
  if (axes.reduce((sum, { text }) => sum + text.length, 0) > LONGEST) return undefined;
  return { axes, ...(random && { random: { count: random.count, seed: random.seed } }) };
}

function writeTable({ names, rows }: ValueTable): SpaceText['axes'] {
  return names.map((name, i) => ({ name, as: 'zip', text: writeValues(rows.flatMap((row) => row[i] ?? [])) }));
}

type Distribution = NonNullable<Space['random']>['draws'][number]['distribution'];

function writeDistribution(distribution: Distribution): string {
  if (distribution.kind === 'choice') return `choice(${writeValues(distribution.values)})`;
  return `${distribution.kind}(${distribution.low},${distribution.high})`;
}

function writeValues(values: readonly SweepValue[]): string {
  return values.map(formatSweepValue).join(',');
}

/** In a list, a comma, a quote or a bracket in a text means something else. */
function isHardToWrite({ grid, zip, random }: Space): boolean {
  const drawn = (random?.draws ?? []).map(({ distribution }) => distribution);
  const values = [
    ...grid.flatMap((axis) => axis.values),
    ...zip.flatMap(({ rows }) => rows.flat()),
    ...drawn.flatMap((each) => (each.kind === 'choice' ? each.values : [])),
  ];
  return values.some(({ value }) => typeof value === 'string' && /[,'"[\]{}()]|^\s|\s$|^$/.test(value));
}
