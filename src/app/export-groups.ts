import { inputError, type SheafError } from '../core/errors.ts';
import { didYouMean } from '../core/nearest.ts';
import type { Cell, GroupMetric } from '../report/index.ts';
import { MISSING, type Table } from './export-table.ts';
import type { Grouped, MetricGroup } from './group.ts';

/** What a file can tell of each metric of a group, in the order of its columns. */
const STATS: { readonly [name: string]: (metric: GroupMetric) => Cell } = {
  n: ({ n }) => n,
  mean: ({ mean }) => mean,
  std: ({ std }) => std,
  sem: ({ sem }) => sem,
  ci95_low: ({ ci95 }) => ci95?.[0],
  ci95_high: ({ ci95 }) => ci95?.[1],
  median: ({ median }) => median,
  min: ({ min }) => min,
  max: ({ max }) => max,
};

/** Names for `--stats`: `n`, `mean`, … */
export const STAT_NAMES: readonly string[] = Object.keys(STATS);

/**
 * One row for each group.
 *
 * @param wanted names of {@link STAT_NAMES}, each may hold several with commas between them; default: all
 * @throws SheafError `export.stats`
 */
export function groupTable(
  { by, metrics, groups, experiments, missing, warnings }: Grouped,
  wanted: readonly string[] = STAT_NAMES,
): Table {
  const stats = statNames(wanted);
  const summaries = metrics.flatMap(({ header }) => stats.map((stat) => `${header}_${stat}`));
  const ours = new Set(['n', ...summaries, MISSING]);
  const keys = by.map(({ header, source, name }) => (ours.has(header) ? `${source}.${name}` : header));
  return {
    header: [...keys, 'n', ...summaries, MISSING],
    rows: groups.map((group) => groupRow(group, stats)),
    experiments,
    missing,
    warnings,
  };
}

/** Statistics are asked for where there are no groups. */
export function noGroups(): SheafError {
  return inputError('export.stats', '--stats does nothing without --group-by', {
    fix: 'add --group-by NAME, or leave out --stats',
    now: 'nothing was written',
  });
}

function statNames(wanted: readonly string[]): string[] {
  const names = wanted.flatMap((text) => text.split(',')).map((name) => name.trim());
  const unknown = names.find((name) => !STAT_NAMES.includes(name));
  if (unknown === undefined) return [...new Set(names)];
  throw inputError('export.stats', `there is no statistic "${unknown}"`, {
    why: `they are ${STAT_NAMES.join(', ')}`,
    fix: didYouMean(unknown, STAT_NAMES, 'write for example --stats n,mean,std'),
    now: 'nothing was written',
  });
}

function groupRow(group: MetricGroup, stats: readonly string[]): Cell[] {
  const { keys, n, metrics } = group;
  const summaries = metrics.flatMap((metric) => stats.map((stat) => STATS[stat]?.(metric)));
  const words = missingWords(group);
  return [...keys, n, ...summaries, words === '' ? undefined : words];
}

/** `acc: e1 (no_match); failed: e2 (gpu_oom); not there: seed 3`. */
function missingWords({ metrics, missing, unfinished, absentSeeds }: MetricGroup): string {
  const lacking = Map.groupBy(missing, ({ metric }) => metric);
  const valueless = metrics.flatMap(({ name }) => {
    const experiments = (lacking.get(name) ?? []).map(({ expId, cause }) => `${expId} (${cause})`);
    return experiments.length === 0 ? [] : [`${name}: ${experiments.join(', ')}`];
  });
  const broken = [...Map.groupBy(unfinished, ({ status }) => status)].map(
    ([status, members]) =>
      `${status}: ${members.map(({ expId, cause }) => (cause === undefined ? expId : `${expId} (${cause})`)).join(', ')}`,
  );
  const absent = absentSeeds.length === 0 ? [] : [`not there: ${absentSeeds.join(', ')}`];
  return [...valueless, ...broken, ...absent].join('; ');
}
