import { cleanLines, paint, type Diffed } from '../../../app/index.ts';
import { describeCode, describeRanCode, type CodeRecord } from '../../../core/experiment/code.ts';
import type { Value } from '../../../core/value.ts';
import { COMPARABILITY_WORDS } from '../../../core/text/comparability-words.ts';
import { diffJson } from '../../../json/index.ts';
import type { Command } from '../../shell/command.ts';
import { inputDifferenceLines } from '../../views/input-words.ts';
import type { Answer } from '../../shell/answer.ts';
import { formatTable } from '../../shell/table.ts';
import type { Screen } from '../../shell/terminal.ts';

export const command: Command = {
  name: 'diff',
  summary: 'Compare parameters, code and environment of two experiments',
  examples: [['sheaf diff r50_low r50_high'], ['sheaf diff r50_low r50_high | less', 'show the complete code diff']],
  positionals: [
    { name: 'A', offers: 'experiment' },
    { name: 'B', offers: 'experiment' },
  ],
  run: async (args, session) => {
    const [a = '', b = ''] = args.positionals;
    return diffAnswer(await (await session.open()).diff(a, b));
  },
};

function diffAnswer(diffed: Diffed): Answer {
  return { data: diffJson(diffed), text: (screen) => diffText(diffed, screen) };
}

/** Lines of a diff shown on a terminal; a pipe gets all of them. */
const [NAME_WIDTH, VALUE_WIDTH, MOST_ROWS] = [30, 12, 30];

function diffText(diffed: Diffed, screen: Screen): string {
  const { expIds, params, settings, code, environment, inputs, reproducibility } = diffed;
  const rows = [
    ...params.map(({ name, texts }) => [name, ...texts]),
    ...settings.map(({ name, before, after }) => [name, valueText(before), valueText(after)]),
  ];
  const surroundings = environment?.map(({ name, before, after }) => [name, before, after]) ?? [];
  const table = (cells: (string | undefined)[][]): string => {
    const names = Math.min(NAME_WIDTH, Math.max(0, ...cells.map(([name = '']) => name.length)));
    const maxWidth = Math.max(VALUE_WIDTH, Math.floor((screen.width - names) / 2) - 2);
    const columns = expIds.map((name) => ({ name, verbatim: true, maxWidth }));
    const shown = screen.tty ? cells.slice(0, MOST_ROWS) : cells;
    const more = cells.length - shown.length;
    return (
      formatTable(
        [{ name: '', maxWidth: NAME_WIDTH }, ...columns],
        shown.map((row) => row.map((cell) => cell ?? '(none)')),
        screen,
      ) + (more === 0 ? '' : `  and ${more} more; sheaf diff ${expIds.join(' ')} | less shows all\n`)
    );
  };
  const section = (title: string, text: string): string => `${paint(title, 'title', screen.color)}\n${text}\n`;
  return [
    section('Parameters and settings', rows.length === 0 ? '  the same\n' : table(rows as (string | undefined)[][])),
    section('Environment', environmentText(environment, table(surroundings))),
    ...(inputs.length === 0 ? [] : [section('Data', inputDifferenceLines(diffed))]),
    section('Reproducibility', reproducibilityText(reproducibility)),
    section('Code', codeText(code)),
  ].join('');
}

function environmentText(environment: Diffed['environment'], table: string): string {
  if (environment === undefined) return '  not known for both: a run records it when it starts\n';
  return environment.length === 0 ? '  the same\n' : table;
}

function reproducibilityText(found: Diffed['reproducibility']): string {
  if (found === undefined) return '  unknown: both must have run\n';
  const reasons = found.reasons.map((reason) => `    ${reason}\n`);
  return `  level ${found.level}, ${COMPARABILITY_WORDS[found.level]}\n${reasons.join('')}`;
}

function codeText({ before, after, seen, same, text }: Diffed['code']): string {
  const words = (record: CodeRecord | undefined, ran: (typeof seen)[number]): string =>
    record === undefined ? 'none yet' : describeRanCode(record, ran);
  const head = `  ${words(before, seen[0])}\n  ${words(after, seen[1])}\n`;
  if (same === true) return sameText(after, seen);
  if (before === undefined || after === undefined) return head;
  if (same === undefined) return `${head}  code in the project folder cannot be compared, because it was not kept\n`;
  return `${head}\n${cleanLines(text)}`;
}

/** If no one observed what ran, the record is neither doubted nor confirmed. */
function sameText(code: CodeRecord | undefined, seen: Diffed['code']['seen']): string {
  const words = code === undefined ? '' : describeCode(code);
  return seen.includes('not observed')
    ? `  the same on record: ${words}; sheaf did not observe what both ran\n`
    : `  the same: ${words}\n`;
}

function valueText(value: Value | undefined): string | undefined {
  if (value === undefined) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
