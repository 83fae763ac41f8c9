import {
  groupName,
  paint,
  renderTable,
  type Cell,
  type CompareResult,
  type ComparedGroups,
  type TableColumn,
} from '../../app/index.ts';
import type { Mode } from '../../core/settings/harvest-rule.ts';
import type { Value } from '../../core/value.ts';
import { compareGroupsJson, compareJson } from '../../json/index.ts';
import type { Answer } from '../shell/answer.ts';
import { groupCell } from './groups-view.ts';
import { roundNumber, formatTable } from '../shell/table.ts';
import type { Screen } from '../shell/terminal.ts';
import { count } from '../shell/words.ts';

/** Experiments side by side. */
export function compareAnswer(compared: CompareResult): Answer {
  const { expIds, params, metrics, warnings } = compared;
  return {
    data: compareJson(compared),
    text: (screen) => {
      const rows = [
        ...params,
        ...metrics.map(({ name, values, texts, missing, best }) => ({
          name,
          texts: marked(
            texts.map((text, i) => metricText(values[i], text, screen) ?? missingWords(missing[i])),
            best,
            screen,
          ),
        })),
      ];
      return (
        (screen.tty ? `${summary(compared)}\n` : '') +
        sideBySide('exp_id', expIds, rows, screen) +
        legend(metrics, screen)
      );
    },
    warnings,
  };
}

/** Groups side by side; warnings and the JSON report what is missing. */
export function comparedGroupsAnswer(compared: ComparedGroups): Answer {
  const { by, metrics, groups, warnings } = compared;
  return {
    data: compareGroupsJson(compared),
    text: (screen) => {
      if (groups.length === 0 && screen.tty) return 'No experiments match.\n';
      const names = groups.map((group) => groupName(by, group));
      const rows = [
        { name: 'n', texts: groups.map(({ n }) => n) },
        ...metrics.map(({ header, best }, i) => ({
          name: header,
          texts: marked(
            groups.map(({ n, metrics: summaries }) => (summaries[i] === undefined ? '' : groupCell(summaries[i], n))),
            best,
            screen,
          ),
        })),
      ];
      return sideBySide('group', names, rows, screen) + legend(metrics, screen);
    },
    warnings,
  };
}

function summary({ params, paramCount, metrics }: CompareResult): string {
  const differing = (rows: readonly { readonly differs: boolean }[]): number =>
    rows.filter(({ differs }) => differs).length;
  return `${differing(params)} of ${count(paramCount, 'parameter')} and ${differing(metrics)} of ${count(metrics.length, 'metric')} differ`;
}

function metricText(value: Value | undefined, text: string | undefined, { tty }: Screen): string | undefined {
  return tty && typeof value === 'number' ? String(roundNumber(value)) : text;
}

/** The best are marked on a terminal only: programs read numbers. */
function marked(texts: readonly string[], best: readonly number[], { tty }: Screen): string[] {
  return texts.map((text, place) => (tty && best.includes(place) ? `${text} *` : text));
}

/** `* best: highest accuracy, lowest loss`; empty if nothing is marked. */
function legend(
  metrics: readonly {
    readonly name: string;
    readonly mode?: Mode;
    readonly best: readonly number[];
  }[],
  { tty, color }: Screen,
): string {
  const words = metrics
    .filter(({ best }) => best.length > 0)
    .map(({ name, mode }) => `${mode === 'max' ? 'highest' : 'lowest'} ${name}`);
  return tty && words.length > 0 ? `${paint(`* best: ${words.join(', ')}`, 'dim', color)}\n` : '';
}

interface NamedRow {
  readonly name: string;
  readonly texts: readonly Cell[];
}

/** Compared experiments as columns, or as rows if the terminal is too narrow. */
function sideBySide(what: string, names: readonly string[], rows: readonly NamedRow[], screen: Screen): string {
  const wide = renderTable(
    ['', ...names].map(verbatim),
    rows.map(({ name, texts }) => [name, ...texts]),
    screen,
  );
  if (wide.hidden.length === 0) return wide.text;
  const columns = [what, ...rows.map(({ name }) => name)].map(verbatim);
  return formatTable(
    columns,
    names.map((name, i) => [name, ...rows.map(({ texts }) => texts[i])]),
    screen,
  );
}

function verbatim(name: string): TableColumn {
  return { name, verbatim: true };
}

function missingWords(cause: string | undefined): string {
  return cause === undefined ? '' : `(${cause})`;
}
