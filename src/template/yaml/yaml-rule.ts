/** Lines of a file that others replace; lines count from 1. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly lines: readonly string[];
}

/** A mistake that people make, and the edit that corrects it. */
export interface Mistake {
  readonly message: string;
  readonly why?: string;
  readonly edit: Edit;
}

/** Finds mistakes that a line may have. Only trying the edit shows whether it is one. Lines count from 1. */
export type Rule = (lines: readonly string[], at: number) => readonly Mistake[];

interface Words {
  readonly message: string;
  readonly why?: string;
}

/** A mistake within lines, corrected in all lines around that have it, or in one alone. */
export function rewrites(words: Words, rewrite: (line: string) => string): Rule {
  return (lines, at) => {
    const isWrong = (line: number): boolean => rewrite(lines[line - 1] ?? '') !== (lines[line - 1] ?? '');
    if (!isWrong(at)) return [];
    let [from, to] = [at, at];
    while (isWrong(from - 1)) from -= 1;
    while (isWrong(to + 1)) to += 1;
    const edit = (first: number, last: number): Mistake => ({
      ...words,
      edit: { from: first, to: last, lines: lines.slice(first - 1, last).map(rewrite) },
    });
    return from === to ? [edit(at, at)] : [edit(from, to), edit(at, at)];
  };
}

/** Spaces at the beginning of a line. */
export function indentation(line: string): number {
  return line.length - line.trimStart().length;
}
