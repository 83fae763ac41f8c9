import { indentation, type Edit, type Rule } from './yaml-rule.ts';

export const blockNotIndented: Rule = (lines, at) => {
  const above = lines[at - 2] ?? '';
  if (!/[:-] [|>][+-]?$/.test(above.trimEnd())) return [];
  const rest = lines.slice(at - 1);
  const end = rest.findIndex((line, i) => i > 0 && /^ *[\w.-]+:(?:\s|$)/.test(line));
  const block = end < 0 ? rest : rest.slice(0, end);
  return [{ message: 'The lines of a block must be indented', edit: shift(at, block, indentation(above) + 2) }];
};

/** The first line begins further to the right than others. */
export const indentedTop: Rule = (lines) => {
  const at = lines.findIndex((line) => line.trim() !== '' && !line.startsWith('#')) + 1;
  return indentation(lines[at - 1] ?? '') === 0 ? [] : [wrongIndentation(shift(at, blockAt(lines, at), 0))];
};

/** The line goes where a line above begins, with those below that are indented as far or further. */
export const strayLine: Rule = (lines, at) => {
  const own = indentation(lines[at - 1] ?? '');
  const above = lines.slice(0, at - 1).filter((line) => line.trim() !== '');
  const targets = new Set(above.toReversed().map(indentation));
  return [...targets]
    .filter((target) => target !== own)
    .toSorted((a, b) => Math.abs(a - own) - Math.abs(b - own))
    .map((target) => wrongIndentation(shift(at, blockAt(lines, at), target)));
};

function wrongIndentation(edit: Edit): ReturnType<Rule>[number] {
  const why = 'keys of one map begin in the same column, and what belongs to a key is indented further';
  return { message: 'Wrong indentation', why, edit };
}

/** A line and those below that are indented as far or further. */
function blockAt(lines: readonly string[], at: number): string[] {
  const own = indentation(lines[at - 1] ?? '');
  const rest = lines.slice(at - 1);
  const end = rest.findIndex((line) => line.trim() !== '' && indentation(line) < own);
  return end < 0 ? rest : rest.slice(0, end);
}

/** @param column the indentation of the first line afterwards */
function shift(at: number, lines: readonly string[], column: number): Edit {
  const last = lines.findLastIndex((line) => line.trim() !== '');
  const block = lines.slice(0, last + 1);
  const by = column - indentation(block[0] ?? '');
  const shifted = block.map((line) =>
    line.trim() === '' ? '' : ' '.repeat(Math.max(0, indentation(line) + by)) + line.trimStart(),
  );
  return { from: at, to: at + block.length - 1, lines: shifted };
}
