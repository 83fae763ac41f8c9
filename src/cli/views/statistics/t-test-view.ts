import {
  groupName,
  formatMean,
  type Cell,
  type TableColumn,
  type TestedGroups,
  type TestedMetric,
} from '../../../app/index.ts';
import { describeSignificance } from '../../../core/stats/format-summary.ts';
import { groupTestJson } from '../../../json/index.ts';
import type { Answer } from '../../shell/answer.ts';
import { formatTable } from '../../shell/table.ts';
import type { Screen } from '../../shell/terminal.ts';

/** A test of two groups: a table for people, and one with all digits and plain names for programs. */
export function testAnswer(tested: TestedGroups): Answer {
  return {
    data: groupTestJson(tested),
    text: (screen) => (screen.tty ? tableForPeople(tested, screen) : tableForPrograms(tested, screen)),
    warnings: tested.warnings,
  };
}

const TITLES = { welch: "Welch's t-test", paired: 'Paired t-test' } as const;

function tableForPeople(tested: TestedGroups, screen: Screen): string {
  const [a, b] = tested.groups.map((group) => groupName(tested.by, group));
  const columns: TableColumn[] = [
    { name: 'metric', priority: 9 },
    { name: 'n', priority: 4 },
    { name: 'a', priority: 6 },
    { name: 'b', priority: 6 },
    { name: 'a − b', priority: 7 },
    { name: '95 % interval', priority: 5 },
    { name: 't', priority: 2 },
    { name: 'df', priority: 1 },
    { name: 'p', priority: 8 },
  ];
  const head = `${TITLES[tested.test]}, two-sided; A: ${a ?? ''}, B: ${b ?? ''}\n`;
  const verdicts = tested.metrics.map((metric) => `${metric.header}: ${describeMetric(metric, tested.test)}\n`);
  return head + formatTable(columns, tested.metrics.map(rowForPeople), screen) + verdicts.join('');
}

function describeMetric({ result: { groups, p } }: TestedMetric, test: TestedGroups['test']): string {
  const [a, b] = groups;
  return describeSignificance(p, test === 'paired' ? a.n : [a.n, b.n]);
}

function rowForPeople({ header, result }: TestedMetric): Cell[] {
  const [a, b] = result.groups;
  const { difference, ci95, t, df, p } = result;
  return [
    header,
    a.n === b.n ? String(a.n) : `${a.n}, ${b.n}`,
    formatMean(a),
    formatMean(b),
    short(difference),
    ci95 === undefined ? '' : ci95.map(short).join(' to '),
    short(t),
    short(df),
    short(p),
  ];
}

const DIGITS = 3;

function short(number: number | undefined): string {
  return number === undefined ? '' : String(Number(number.toPrecision(DIGITS)));
}

function tableForPrograms({ metrics }: TestedGroups, screen: Screen): string {
  const columns = ['metric', 'n_a', 'n_b', 'mean_a', 'mean_b', 'difference', 'ci95_low', 'ci95_high', 't', 'df', 'p'];
  const rows = metrics.map(({ header, result: { groups, difference, ci95, t, df, p } }): Cell[] => [
    header,
    ...groups.map(({ n }) => n),
    ...groups.map(({ mean }) => mean),
    difference,
    ci95?.[0],
    ci95?.[1],
    t,
    df,
    p,
  ]);
  return formatTable(
    columns.map((name) => ({ name })),
    rows,
    screen,
  );
}
