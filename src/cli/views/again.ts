import type { Command } from '../shell/command.ts';

/** What a way to run something again keeps, and what it is for. */
interface Again {
  readonly command: string;
  readonly id: string;
  readonly code: string;
  readonly parameters: string;
  readonly template: string;
  readonly use: string;
}

/** The one source of the table in the help of these commands and in docs/reference/cli.md. */
const WAYS: readonly Again[] = [
  row('retry', 'same', 'same', 'same', 'same', 'failed or cancelled runs'),
  row('retry --fresh', 'same', 'current', 'same', 'current', 'failed runs, after a fix'),
  row('requeue', 'same', 'same', 'same', 'same', 'running jobs: queued again'),
  row('rerun', 'new', 'same', 'same', 'same', 'checking a result'),
  row('clone', 'new', 'current', 'may change', 'same', 'trying other values'),
  row('clone --fresh', 'new', 'current', 'may change', 'current', 'with the edited template'),
];

const HEADS: Again = row('', 'id', 'code', 'parameters', 'template', 'for');

/** The table as lines of text. */
function againLines(): string[] {
  const cells = [HEADS, ...WAYS].map(cellsOf);
  const widths = cellsOf(HEADS).map((_, i) => Math.max(...cells.map((line) => line[i]?.length ?? 0)));
  return cells.map((line) => `  ${line.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}`.trimEnd());
}

/** The table in Markdown. */
export function againMarkdown(): string {
  const lines = WAYS.map((again) => cellsOf({ ...again, command: `\`sheaf ${again.command}\`` }));
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  return [line(cellsOf(HEADS)), line(cellsOf(HEADS).map(() => '---')), ...lines.map(line)].join('');
}

function cellsOf({ command, id, code, parameters, template, use }: Again): string[] {
  return [command, id, code, parameters, template, use];
}

function row(command: string, id: string, code: string, parameters: string, template: string, use: string): Again {
  return { command, id, code, parameters, template, use };
}

/** Below the help of each of these commands. */
export const AGAIN: NonNullable<Command['table']> = { title: 'Ways to run something again', lines: againLines() };
