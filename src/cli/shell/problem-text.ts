import { paint } from '../../app/index.ts';
import type { Problem } from '../../core/errors.ts';
import { foldLines } from './fold-lines.ts';
import type { Screen } from './terminal.ts';

/**
 * Problems for people: what is wrong, where, an excerpt with a caret, why, what fixes it, and at the end
 * what was and was not done. Lines fit the screen, except for those that one pastes into a file.
 */
export function formatProblems(problems: readonly Problem[], screen: Screen): string {
  const blocks = problems.map((problem) =>
    [foldLines(problemLines(problem, screen).join('\n'), screen), ...replacementLines(problem)].join('\n'),
  );
  const now = [...new Set(problems.flatMap((problem) => problem.now ?? []))].map((text) => `${sentence(text)}\n`);
  return `${blocks.join('\n')}\n${foldLines(now.join(''), screen)}`;
}

/** Without the indentation of the message, so that one can paste them. */
function replacementLines({ replacement }: Problem): string[] {
  return replacement === undefined ? [] : ['', ...replacement.lines, ''];
}

function problemLines(problem: Problem, screen: Screen): string[] {
  const labelled = [
    ['ran', problem.ran],
    ['said', problem.said?.trim()],
    ['why', problem.why],
    ['fix', problem.fix],
  ] as const;
  return [
    `${paint('error:', 'error', screen.color)} ${problem.message}`,
    ...placeLines(problem, screen),
    ...labelled.flatMap(([label, text]) => (text ? [labelledLine(label, text, screen)] : [])),
  ];
}

function placeLines({ at, excerpt }: Problem, screen: Screen): string[] {
  if (at === undefined) return [];
  const place = [at.file, at.line, at.column].filter((part) => part !== undefined).join(':');
  if (excerpt === undefined || at.line === undefined) return [`  ${place}`];
  const number = String(at.line);
  const gutter = (label: string): string => paint(`  ${label.padStart(number.length)} │ `, 'aside', screen.color);
  const code = excerpt.replaceAll('\t', ' ');
  if (at.column === undefined) return [`  ${place}`, gutter(number) + code];
  return [`  ${place}`, gutter(number) + code, gutter('') + paint(caret(code, at.column), 'error', screen.color)];
}

/** Marks the word at a column, or the one character there. */
function caret(code: string, column: number): string {
  const word = /^[\w.-]+/.exec(code.slice(column - 1))?.[0] ?? ' ';
  return ' '.repeat(column - 1) + '^'.repeat(word.length);
}

function labelledLine(label: string, text: string, screen: Screen): string {
  const [first = '', ...rest] = text.split('\n');
  return [`  ${paint(label.padEnd(4), 'aside', screen.color)} ${first}`, ...rest.map((line) => `       ${line}`)].join(
    '\n',
  );
}

/** `nothing was made` → `Nothing was made.` */
function sentence(text: string): string {
  const upper = text.slice(0, 1).toUpperCase() + text.slice(1);
  return /[.!?)…]$/.test(upper) ? upper : `${upper}.`;
}
