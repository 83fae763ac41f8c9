import { inputError, type Problem, type SheafError } from '../errors.ts';

/** An error about a query, with the line of the query and the place in it. @param offset UTF-16 units from 0 */
export function makeQueryError(
  code: `query.${string}`,
  text: string,
  offset: number,
  message: string,
  parts: Pick<Problem, 'why' | 'fix'> = {},
): SheafError {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const lineEnd = text.indexOf('\n', lineStart);
  return inputError(code, message, {
    at: { file: 'query', line: text.slice(0, lineStart).split('\n').length, column: offset - lineStart + 1 },
    excerpt: text.slice(lineStart, lineEnd === -1 ? text.length : lineEnd),
    ...parts,
  });
}
