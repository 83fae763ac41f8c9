import type { YAMLParseError } from 'yaml';
import type { Position } from '../../core/validation/config.ts';
import type { Problem } from '../../core/errors.ts';

/** A problem of a text, by offset. */
export type TextProblem = Omit<Problem, 'at' | 'excerpt'> & { readonly offset: number };

/**
 * The faults that a parser found, in our words: all keys that are given twice, and the first fault of
 * syntax, since those after it are mostly its echo.
 */
export function syntaxProblem(
  errors: readonly YAMLParseError[],
  lines: readonly string[],
  place: (offset: number) => Position,
): TextProblem[] {
  const duplicates = errors.filter((error) => error.code === 'DUPLICATE_KEY');
  const [first] = errors.filter((error) => error.code !== 'DUPLICATE_KEY').toSorted((a, b) => a.pos[0] - b.pos[0]);
  const lineAt = (error: YAMLParseError): string => lines[place(error.pos[0]).line - 1] ?? '';
  return [
    ...duplicates.map((error) => duplicate(error.pos[0], lines, place(error.pos[0]))),
    ...(first === undefined ? [] : [inOurWords(first, lineAt(first), place)]),
  ];
}

function duplicate(offset: number, lines: readonly string[], { line, column }: Position): TextProblem {
  const rest = (lines[line - 1] ?? '').slice(column - 1);
  const [key = rest] = /^(?:"[^"]*"|'[^']*'|[^:\s]+)/.exec(rest) ?? [];
  const begin = `${' '.repeat(column - 1)}${key}:`;
  const first = lines.slice(0, line - 1).findLastIndex((text) => text.startsWith(begin)) + 1;
  return {
    offset,
    code: 'yaml.key.duplicate',
    message: `the key ${JSON.stringify(key.replace(/^["']|["']$/g, ''))} is given twice`,
    why: 'only one of the two could count, and nothing says which',
    fix: first === 0 ? 'delete one of the two' : `delete the key in line ${first} or in line ${line}`,
  };
}

function inOurWords(error: YAMLParseError, line: string, place: (offset: number) => Position): TextProblem {
  const offset = error.pos[0];
  if (error.code === 'MULTIPLE_DOCS') {
    return {
      offset,
      code: 'yaml.documents',
      message: 'the file holds several documents',
      fix: `delete from line ${place(offset).line} on`,
    };
  }
  return {
    offset,
    code: /^ *\t/.test(line) ? 'yaml.tab' : 'yaml.syntax',
    message: 'Invalid YAML here',
    said: error.message,
    fix: 'check this line and the one above: indentation with spaces, a space after each colon, closed quotes',
  };
}
