import { inputError, type SheafError } from '../../core/errors.ts';
import type { ExpId } from '../../core/ids.ts';
import { formatCount, formatList } from '../../core/text/phrases.ts';
import { testPaired, testWelch, type TestResult } from '../../core/stats/t-test.ts';
import { groupName, selectColumns, type Column } from '../../report/index.ts';
import { withGroups, type GroupRequest, type OpenGroups } from './group.ts';
import { type MetricGroup } from './metric-group.ts';
import { expIdAt, makeLabelReader, type GroupTable, type MetricColumn } from './group-table.ts';
import type { Project } from '../project/project.ts';
import { getKnownNames } from '../experiments/select.ts';
import { suggestTwoGroups } from './two-groups.ts';

/** How two groups are tested: as they are, or by pairs with the same seed. */
export type TestKind = 'welch' | 'paired';

export interface TestRequest extends GroupRequest {
  readonly test: TestKind;
  /** Fields that tell which experiments make a pair. Default: the seeds of the experiments. */
  readonly pairBy?: readonly string[];
}

export interface TestedGroups {
  readonly test: TestKind;
  readonly by: readonly Column[];
  readonly groups: readonly [MetricGroup, MetricGroup];
  readonly metrics: readonly TestedMetric[];
  readonly warnings: readonly string[];
}

export interface TestedMetric extends Column {
  readonly result: TestResult;
  /** Experiments with a value and without a partner that has one: they are left out. Empty unless paired. */
  readonly unpaired: readonly ExpId[];
}

/** Below it a test says little, and the interval rests on the assumption that values are normally distributed. */
const FEW = 5;

/**
 * Tests whether the means of two groups differ, for each metric.
 *
 * @throws SheafError `compare.groups` unless there are exactly two groups; `compare.pairs` where pairs cannot be made;
 *   and as `groupExperiments`
 */
export function testGroups(project: Project, request: TestRequest): Promise<TestedGroups> {
  const mayDiffer = pairedNames(request.pairBy);
  return withGroups(project, { ...request, mayDiffer }, (open) => {
    const { by, groups, warnings } = open.grouped;
    const [first, second, ...others] = groups;
    if (first === undefined || second === undefined || others.length > 0) throw notTwo(by, groups);
    const labels = request.test === 'paired' ? pairLabels(project, open.table, request.pairBy) : undefined;
    const metrics = open.table.metrics.map((metric) => testMetric(open, metric, labels));
    return {
      test: request.test,
      by,
      groups: [first, second],
      metrics,
      warnings: [...warnings, ...testWarnings(metrics)],
    };
  });
}

/** What tells the pairs of a group apart differs within it by intention. */
function pairedNames(pairBy: readonly string[] = []): string[] {
  return pairBy.flatMap((text) => text.split(',')).map((name) => name.trim().replace(/^params\./, ''));
}

function notTwo(by: readonly Column[], groups: readonly MetricGroup[]): SheafError {
  const names = groups.map((group) => `${groupName(by, group)} (${formatCount(group.n, 'experiment')})`);
  return inputError('compare.groups', `a test compares exactly two groups, and there ${beWords(groups.length)}`, {
    ...(names.length === 0 ? {} : { said: names.slice(0, MOST_NAMED).join('\n') + moreWords(names.length) }),
    fix: suggestTwoGroups(by, groups),
  });
}

const MOST_NAMED = 20;

function moreWords(count: number): string {
  return count > MOST_NAMED ? `\nand ${formatCount(count - MOST_NAMED, 'more', 'more')}` : '';
}

function beWords(count: number): string {
  if (count === 0) return 'are 0';
  return count === 1 ? 'is one' : `are ${count}`;
}

type Labels = (place: number) => string | undefined;

function pairLabels(project: Project, table: GroupTable, pairBy: readonly string[] | undefined): Labels {
  if (pairBy !== undefined) {
    const columns = selectColumns(pairBy, getKnownNames(project.store));
    return makeLabelReader(
      columns,
      columns.map((column) => table.cells(column)),
    );
  }
  if (table.outlines.some((_, place) => table.seeds(place) !== undefined)) return table.seeds;
  throw inputError('compare.pairs', 'a paired test needs to know which experiments make a pair', {
    why: 'none of them has a parameter that its template calls a seed, beside those of --group-by',
    fix: 'name what both of a pair have the same: --pair-by NAME, or take --test welch',
  });
}

function testMetric({ table, places, grouped }: OpenGroups, metric: MetricColumn, labels?: Labels): TestedMetric {
  const { source, name, header } = metric;
  const [first = [], second = []] = places.map((group) => group.filter((place) => metric.number(place) !== undefined));
  const number = (place: number): number => metric.number(place) ?? Number.NaN;
  if (labels === undefined) {
    return { source, name, header, result: testWelch(first.map(number), second.map(number)), unpaired: [] };
  }
  const [a, b] = [first, second].map((group, i) => {
    const { by, groups } = grouped;
    return byLabel(table, group, labels, groups[i] === undefined ? '' : groupName(by, groups[i]));
  });
  const pairs = [...(a ?? [])].flatMap(([label, place]) => {
    const partner = b?.get(label);
    return partner === undefined ? [] : [[place, partner] as const];
  });
  const paired = new Set(pairs.flat());
  return {
    source,
    name,
    header,
    result: testPaired(pairs.map(([one, other]) => [number(one), number(other)])),
    unpaired: [...first, ...second].filter((place) => !paired.has(place)).map((place) => expIdAt(table, place)),
  };
}

/** Those without a label have no partner. */
function byLabel(table: GroupTable, places: readonly number[], labels: Labels, group: string): Map<string, number> {
  const found = new Map<string, number>();
  for (const place of places) {
    const label = labels(place);
    if (label === undefined) continue;
    const other = found.get(label);
    if (other !== undefined) throw twice(group, label, [expIdAt(table, other), expIdAt(table, place)]);
    found.set(label, place);
  }
  return found;
}

function twice(group: string, label: string, ids: readonly ExpId[]): SheafError {
  return inputError('compare.pairs', `${group} has more than one experiment with ${label}: ${ids.join(' and ')}`, {
    why: 'a paired test takes one experiment of each group for a pair',
    fix: 'choose with --where, name all that makes a pair: --pair-by NAME seed, or take --test welch',
  });
}

function testWarnings(metrics: readonly TestedMetric[]): string[] {
  const few = metrics.filter(({ result }) => result.t !== undefined && result.groups.some(({ n }) => n < FEW));
  const counts = few.map(({ header, result: { groups } }) => `${header}: ${groups[0].n} and ${groups[1].n}`);
  const unpaired = [...new Set(metrics.flatMap((metric) => metric.unpaired))];
  return [
    ...(few.length === 0 ? [] : [`fewer than ${FEW} values (${formatList(counts)}): a test of so few says little`]),
    ...metrics.flatMap(({ header, result }) =>
      result.t === undefined ? [`no test of ${header}: ${whyNot(result)}`] : [],
    ),
    ...(unpaired.length === 0 ? [] : [`without a partner, and left out: ${formatList(unpaired)}`]),
  ];
}

function whyNot({ groups }: TestResult): string {
  return groups.some(({ n }) => n < 2) ? 'it needs two values in each group' : 'there is no variance';
}
