import type { Problem } from '../../core/errors.ts';
import { RULES } from './yaml-mistakes.ts';
import type { Edit, Mistake } from './yaml-rule.ts';

/** At most this many edits are tried. */
const MOST_TRIALS = 100;

/**
 * Finds the mistake behind a problem, with lines that correct it. Each remedy is tried: the file can then be read, or read
 * further than before.
 *
 * @param problemOf the first problem of a text
 * @returns the problem as it was if nothing helps
 */
export function withRemedy(
  problem: Problem,
  lines: readonly string[],
  problemOf: (text: string) => Problem | undefined,
): Problem {
  let further: Mistake | undefined;
  for (const mistake of candidates(lines, problem.at?.line ?? 1)) {
    const next = problemOf(apply(lines, mistake.edit));
    if (next === undefined) return describe(problem, mistake, lines);
    if (readsFurther(next, problem, mistake.edit)) further ??= mistake;
  }
  return further === undefined ? problem : describe(problem, further, lines);
}

/** Parsers notice a mistake at its line, at the next one, or, as with a quote, far below. */
function candidates(lines: readonly string[], at: number): Mistake[] {
  const above = Array.from({ length: at }, (_, i) => at - i);
  const near = [...above.slice(0, 1), at + 1, ...above.slice(1)].filter((line) => line <= lines.length);
  const found = RULES.flatMap((rule) => near.flatMap((line) => rule(lines, line)));
  return found.slice(0, MOST_TRIALS);
}

function apply(lines: readonly string[], { from, to, lines: others }: Edit): string {
  return lines.toSpliced(from - 1, to - from + 1, ...others).join('\n');
}

/** Whether there is another problem, below the edited lines. */
function readsFurther(next: Problem, before: Problem, { from, to, lines }: Edit): boolean {
  const line = next.at?.line ?? 1;
  const added = lines.length - (to - from + 1);
  const isSame = next.said === before.said && line - added === before.at?.line && next.at?.column === before.at.column;
  return !isSame && line > to + added;
}

function describe(problem: Problem, { message, why, edit }: Mistake, lines: readonly string[]): Problem {
  const { from, to } = edit;
  const [old = '', fresh = ''] = [lines[from - 1], edit.lines[0]];
  const column = [...old].findIndex((char, i) => char !== fresh[i]);
  return {
    code: problem.code,
    message,
    ...(problem.at && { at: { file: problem.at.file, line: from, column: (column < 0 ? old.length : column) + 1 } }),
    excerpt: old,
    why: why ?? problem.why,
    fix: from === to ? `replace line ${from} with` : `replace lines ${from} to ${to} with`,
    replacement: edit,
  };
}
