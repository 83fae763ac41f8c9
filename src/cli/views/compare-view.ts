import { paint, renderTable, type Cell, type CompareResult, type Meaning, type TableColumn } from '../../app/index.ts';
import type { Mode } from '../../core/settings/harvest-rule.ts';
import type { Value } from '../../core/value.ts';
import { compareJson } from '../../json/index.ts';
import type { Answer } from '../shell/answer.ts';
import { roundNumber, formatTable } from '../shell/table.ts';
import type { Screen } from '../shell/terminal.ts';
import { inputRows } from './input-words.ts';
import { count } from '../shell/words.ts';

/** Experiments side by side. */
export function compareAnswer(compared: CompareResult): Answer {
  const { expIds, params, settings, metrics, inputs, warnings } = compared;
  return {
    data: compareJson(compared),
    text: (screen) => {
      const rows = [
        ...params,
        ...inputRows(inputs),
        ...settings,
        ...metrics.map(({ name, values, texts, missing, best }) => ({
          name,
          texts: texts.map((text, i) =>
            markBest(metricText(values[i], text, screen) ?? missingWords(missing[i]), best.includes(i), screen),
          ),
        })),
      ];
      return (
        sideBySide(expIds, rows, screen) +
        explainMark(metrics, screen) +
        (screen.tty ? `${paint(summary(compared), 'aside', screen.color)}\n` : '')
      );
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
export function markBest(text: string, isBest: boolean, { tty }: Screen): string {
  return tty && isBest ? `${text} *` : text;
}

/** `* best: highest accuracy, lowest loss`; empty if nothing is marked. */
export function explainMark(
  metrics: readonly { readonly name: string; readonly mode?: Mode; readonly best: readonly unknown[] }[],
  { tty, color }: Screen,
): string {
  const words = metrics
    .filter(({ best }) => best.length > 0)
    .map(({ name, mode }) => `${mode === 'max' ? 'highest' : 'lowest'} ${name}`);
  return tty && words.length > 0 ? `${paint(`* best: ${words.join(', ')}`, 'aside', color)}\n` : '';
}

interface NamedRow {
  readonly name: string;
  readonly texts: readonly Cell[];
}

/** Compared experiments as columns, or as rows if the terminal is too narrow. */
function sideBySide(names: readonly string[], rows: readonly NamedRow[], screen: Screen): string {
  const wide = renderTable(
    ['', ...names].map(verbatim),
    rows.map(({ name, texts }) => [name, ...texts]),
    screen,
  );
  if (wide.hidden.length === 0) return wide.text;
  const columns = ['exp_id', ...rows.map(({ name }) => name)].map(verbatim);
  return formatTable(
    columns,
    names.map((name, i) => [name, ...rows.map(({ texts }) => texts[i])]),
    screen,
  );
}

function verbatim(name: string): TableColumn {
  return { name, verbatim: true, meaning: cellMeaning };
}

/** What is marked as the best, and why a value is missing. */
export function cellMeaning(text: string): Meaning | undefined {
  if (text.endsWith(' *')) return 'best';
  return /^\(.*\)$/.test(text) ? 'missing' : undefined;
}

function missingWords(cause: string | undefined): string {
  return cause === undefined ? '' : `(${cause})`;
}
