import {
  groupName,
  formatMean,
  renderTable,
  type Cell,
  type ComparedGroups,
  type GroupMetric,
  type MetricGroup,
  type TableColumn,
} from '../../app/index.ts';
import { compareGroupsJson } from '../../json/index.ts';
import { groupDigits } from '../../core/text/phrases.ts';
import type { Answer } from '../shell/answer.ts';
import { formatTable } from '../shell/table.ts';
import type { Screen } from '../shell/terminal.ts';
import { count } from '../shell/words.ts';
import { cellMeaning, explainMark, markBest } from './compare-view.ts';

/** Groups with the mean and deviation of their metrics; warnings and the JSON report what is missing. */
export function comparedGroupsAnswer(compared: ComparedGroups): Answer {
  const { groups, total, warnings } = compared;
  return {
    data: compareGroupsJson(compared),
    text: (screen) => (total === 0 && screen.tty ? 'No experiments match.\n' : groupsText(compared, screen)),
    warnings,
    remarks: total > groups.length ? [`${count(groups.length, 'group')} of ${groupDigits(total)}`] : [],
  };
}

/** One line for each group; if the terminal is too narrow and has room for it, one column for each group. */
export function groupsText(compared: ComparedGroups, screen: Screen): string {
  const { by, metrics, groups } = compared;
  const keys = by.map(({ header }): TableColumn => ({ name: header, priority: 2 }));
  const others = ['n', ...metrics.map(({ header }) => header)].map((name): TableColumn => ({
    name,
    priority: 1,
    meaning: cellMeaning,
  }));
  const cells = groups.map((group) => [group.n, ...group.metrics.map((_, i) => cellText(compared, group, i, screen))]);
  const rows = groups.map((group, i): Cell[] => [...group.keys, ...(cells[i] ?? [])]);
  const sideBySide = renderTable(
    ['', ...groups.map((group) => groupName(by, group))].map((name) => ({
      name,
      verbatim: true,
      meaning: cellMeaning,
    })),
    others.map(({ name }, i) => [name, ...cells.map((group) => group[i])]),
    screen,
  );
  const isNarrow = renderTable([...keys, ...others], rows, screen).hidden.length > 0;
  const text =
    isNarrow && sideBySide.hidden.length === 0 ? sideBySide.text : formatTable([...keys, ...others], rows, screen);
  return text + explainMark(metrics, screen);
}

function cellText({ metrics }: ComparedGroups, group: MetricGroup, at: number, screen: Screen): string {
  const summary = group.metrics[at];
  if (summary === undefined) return '';
  return markBest(meanOf(summary, group.n), metrics[at]?.best.includes(group) === true, screen);
}

/** `0.77 ± 0.02 (2 of 3)`: a mean that does not cover all of its experiments says how many. */
function meanOf(metric: GroupMetric, n: number): string {
  const text = formatMean(metric);
  return metric.n === n || metric.n === 0 ? text : `${text} (${metric.n} of ${n})`;
}
