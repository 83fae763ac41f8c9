import { withoutUndefined } from '../../core/value.ts';
import { formatList } from '../../core/text/phrases.ts';
import { inputError, type SheafError } from '../../core/errors.ts';
import type { WrittenColumn } from '../../core/settings/export-column.ts';
import { suggestName } from '../../core/text/nearest.ts';
import {
  exportColumns,
  groupName,
  MISSING,
  type Cell,
  type Column,
  type ExportColumn,
  type FileColumn,
  type GroupMetric,
} from '../../report/index.ts';
import { openBest, type Best, type BestReader } from './export-best.ts';
import type { ExportTable } from './export-table.ts';
import { groupExperiments, type Grouped, type GroupRequest } from './group.ts';
import { type MetricGroup } from './metric-group.ts';
import type { Project } from '../project/project.ts';
import { getKnownNames, openComparable } from '../experiments/select.ts';

export interface GroupTableRequest extends Omit<GroupRequest, 'columns' | 'values'> {
  /** Metrics to summarize, and how keys and metrics look. Default: all metrics that are numbers. */
  readonly wanted: readonly WrittenColumn[] | undefined;
  /** How keys and metrics look that `wanted` does not name. */
  readonly looks: readonly WrittenColumn[];
  readonly asWritten: boolean;
  /** Names of {@link STAT_NAMES}, each may hold several with commas between them. Default: all. */
  readonly stats?: readonly string[];
  /** One column a metric, `mean ± std`, unless statistics are named. */
  readonly joinsSpread: boolean;
  readonly best: Best;
}

/** What a file can have of each metric of a group, in the order of its columns. */
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

/** Counts have no unit and no format. */
const COUNT = 'n';

/** One row for each group: keys, how many experiments, and each metric over the rest. @throws SheafError as `groupExperiments` */
export async function groupTable(project: Project, request: GroupTableRequest): Promise<ExportTable> {
  const { wanted, looks: others, stats, asWritten, joinsSpread, best, ...rest } = request;
  const names = statNames(stats ?? STAT_NAMES);
  const known = getKnownNames(project.store);
  const chosen = wanted === undefined ? undefined : exportColumns(wanted, known).filter(isNoCause);
  const looks = [...(chosen ?? []), ...(others.length === 0 ? [] : exportColumns(others, known))];
  const columns = chosen?.map(fieldName);
  const found = await groupExperiments(project, { ...rest, ...(columns && { columns }), values: !asWritten });
  const reader = openBest(best, joinsSpread ? openComparable(project, rest) : undefined);
  const metrics = found.metrics.map((metric) => lookOf(metric, looks, reader));
  reader.refuseUnused(metrics.map(({ name }) => name));
  return joinsSpread && stats === undefined
    ? spreadTable(found, metrics, looks)
    : statisticsTable(found, metrics, looks, names);
}

function isNoCause({ source }: ExportColumn): boolean {
  return source.kind !== 'missing';
}

function fieldName({ name, source }: ExportColumn): string {
  if (source.kind === 'field')
    return source.field.source === 'record' ? source.field.name : `${source.field.source}.${source.field.name}`;
  throw inputError('group.column', `${name} is an expression, which groups cannot summarize yet`, {
    fix: 'name metrics; a derived metric can be made by a harvest rule',
  });
}

function lookOf({ header, source, name }: Column, looks: readonly ExportColumn[], best?: BestReader): FileColumn {
  const look = looks.find(
    ({ source: of }) => of.kind === 'field' && of.field.source === source && of.field.name === name,
  );
  const { unit, format } = look ?? {};
  const own = look?.name ?? header;
  const mode = best?.mode({ source, name }, [own, header, name]);
  return withoutUndefined({ name: own, unit, format, ...(mode && { mode }) });
}

function spreadTable(found: Grouped, metrics: readonly FileColumn[], looks: readonly ExportColumn[]): ExportTable {
  const columns = metrics.map((column): FileColumn => ({ ...column, kind: 'spread' }));
  const row = ({ keys, n, metrics: all }: MetricGroup): Cell[] => [...keys, n, ...all.map(spreadCell)];
  const warnings = [...found.warnings, ...fewerWarning(found)];
  return tableOf({ ...found, warnings }, [...keyColumns(found, looks, [COUNT]), { name: COUNT }, ...columns], row);
}

/** A table for a paper has one n for each row, and no column that says what is missing. */
function fewerWarning({ by, groups }: Grouped): string[] {
  const fewer = groups.flatMap((group) =>
    group.metrics
      .filter(({ n }) => n > 0 && n < group.n)
      .map(({ name, n }) => `${name} of ${groupName(by, group)} (${n} of ${group.n})`),
  );
  return fewer.length === 0 ? [] : [`means over fewer experiments than the column ${COUNT} says: ${formatList(fewer)}`];
}

function spreadCell({ n, mean, std }: GroupMetric): Cell {
  return withoutUndefined({ n, mean, std });
}

function statisticsTable(
  found: Grouped,
  metrics: readonly FileColumn[],
  looks: readonly ExportColumn[],
  stats: readonly string[],
): ExportTable {
  const columns = metrics.flatMap((column) => stats.map((stat) => statColumn(column, stat)));
  const row = (group: MetricGroup): Cell[] => {
    const summaries = group.metrics.flatMap((metric) => stats.map((stat) => STATS[stat]?.(metric)));
    const words = missingWords(group);
    return [...group.keys, group.n, ...summaries, words === '' ? undefined : words];
  };
  const own = [COUNT, ...columns.map(({ name }) => name), MISSING];
  return tableOf(found, [...keyColumns(found, looks, own), { name: COUNT }, ...columns, { name: MISSING }], row);
}

function statColumn({ name, unit, format }: FileColumn, stat: string): FileColumn {
  const look = stat === COUNT ? {} : withoutUndefined({ unit, format });
  return { name: `${name}_${stat}`, ...look };
}

/** Statistics are requested without groups. */
export function makeNoGroupsError(): SheafError {
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
    fix: suggestName(unknown, STAT_NAMES, 'write for example n,mean,std'),
    now: 'nothing was written',
  });
}

/** A key that has the name of one of the table's own columns is distinguished from it. */
function keyColumns({ by }: Grouped, looks: readonly ExportColumn[], own: readonly string[]): FileColumn[] {
  return by.map((key) => {
    const column = lookOf(key, looks);
    return own.includes(column.name) ? { ...column, name: `${key.source}.${key.name}` } : column;
  });
}

function tableOf(found: Grouped, columns: readonly FileColumn[], row: (group: MetricGroup) => Cell[]): ExportTable {
  const { experiments, missing, warnings } = found;
  return { columns, rows: found.groups.map(row), facts: () => ({ experiments, missing, warnings }) };
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
