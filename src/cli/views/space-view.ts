import { formatSweepValue, type Space, type SweepValue } from '../../core/sweep/sweep.ts';
import { some } from '../shell/words.ts';

/** Number of values of a parameter that are shown. */
const MOST_VALUES = 6;

/** What a search space varies, a line for each part: `seed = 1, 2, 3`. */
export function spaceLines({ grid, zip, list, random }: Space): string[] {
  const tables = list === undefined ? zip : [...zip, list];
  return [
    ...grid.map(({ name, values }) => `${name} = ${some(values.map(formatSweepValue), MOST_VALUES)}`),
    ...tables.map(({ names, rows }) => `${names.join('+')} = ${some(rows.map(joined), MOST_VALUES)}`),
    ...(random?.draws ?? []).map(({ name, distribution }) => `${name} sampled from ${distributionText(distribution)}`),
    ...(random === undefined ? [] : [`sampled with --random-seed ${random.seed}`]),
  ];
}

type Distribution = NonNullable<Space['random']>['draws'][number]['distribution'];

function distributionText(distribution: Distribution): string {
  if (distribution.kind === 'choice') return `choice(${distribution.values.map(formatSweepValue).join(',')})`;
  return `${distribution.kind}(${distribution.low},${distribution.high})`;
}

function joined(values: readonly SweepValue[]): string {
  return values.map(formatSweepValue).join('+');
}
