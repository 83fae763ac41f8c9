import type { Scalar as ScalarNode } from 'yaml';
import type { Position } from '../../core/validation/config.ts';

/** The lines of a file, without their ends. */
export function linesOf(text: string): string[] {
  return text.split(/\r?\n/);
}

/**
 * The place in the file of the character at `offset` of a text: exactly, unless escapes or folding
 * make that unknowable; then where the text begins.
 */
export function findPosition(
  node: ScalarNode,
  offset: number,
  lines: readonly string[],
  place: (offset: number) => Position,
): Position {
  const start = place(node.range?.[0] ?? 0);
  const before = String(node.value).slice(0, offset).split('\n');
  const lineInText = before.length - 1;
  const columnInText = before.at(-1)?.length ?? 0;
  const textLine = String(node.value).split('\n')[lineInText] ?? '';
  if (node.type === 'BLOCK_LITERAL') {
    return inBlock(start.line + 1 + lineInText, columnInText, textLine, lines) ?? start;
  }
  const firstColumn = start.column + (node.type === 'PLAIN' ? 0 : 1);
  const fileLine = lines[start.line - 1] ?? '';
  const asWritten = lineInText === 0 && fileLine.slice(firstColumn - 1).startsWith(textLine);
  return asWritten ? { line: start.line, column: firstColumn + columnInText } : start;
}

/** A line of a block is the line of the file without its indentation. */
function inBlock(line: number, columnInText: number, textLine: string, lines: readonly string[]): Position | undefined {
  const fileLine = lines[line - 1];
  if (fileLine === undefined || !fileLine.endsWith(textLine)) return undefined;
  return { line, column: fileLine.length - textLine.length + columnInText + 1 };
}
