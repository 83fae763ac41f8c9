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
    ...duplicates.map((error) => duplicate(error.pos[0], lineAt(error).slice(place(error.pos[0]).column - 1))),
    ...(first === undefined ? [] : [inOurWords(first, lineAt(first))]),
  ];
}

function duplicate(offset: number, rest: string): TextProblem {
  const key = /^(?:"[^"]*"|'[^']*'|[^:\s]+)/.exec(rest)?.[0].replace(/^["']|["']$/g, '') ?? rest;
  return {
    offset,
    code: 'yaml.key.duplicate',
    message: `the key ${JSON.stringify(key)} is given twice`,
    why: 'only one of the two could count, and nothing says which',
    fix: 'delete one of the two lines',
  };
}

function inOurWords(error: YAMLParseError, line: string): TextProblem {
  const offset = error.pos[0];
  if (error.code === 'MULTIPLE_DOCS') {
    return { offset, code: 'yaml.documents', message: 'the file holds several documents', fix: 'delete from "---" on' };
  }
  if (/^ *\t/.test(line)) {
    return {
      offset,
      code: 'yaml.tab',
      message: 'a tab stands where YAML wants spaces',
      fix: 'indent with spaces, two for each level',
    };
  }
  if (line.includes('{{')) {
    return {
      offset,
      code: 'yaml.syntax',
      message: 'the file is not YAML from here on',
      why: 'a value that begins with {{ is a map to YAML',
      fix: "put quotes around it: '{{ … }}', or write the text in a block after |",
    };
  }
  const isEscape = error.code === 'BAD_DQ_ESCAPE';
  return {
    offset,
    code: 'yaml.syntax',
    message: 'the file is not YAML from here on',
    said: error.message,
    ...(isEscape && { fix: "put single quotes around it: '…'; between double ones a backslash begins an escape" }),
  };
}
