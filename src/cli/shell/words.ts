import { textWidth } from '../../app/index.ts';

export { formatCount as count, formatList as some } from '../../core/text/phrases.ts';

/** Text in lines of at most `width` columns, broken between words. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(BREAK)) {
    if (line !== '' && textWidth(line) + 1 + textWidth(word) > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

/** The same with an indent before every line but the first. */
export function wrapHanging(text: string, width: number, indent: string): string[] {
  return wrap(text, width - indent.length).map((line, i) => (i === 0 ? line : `${indent}${line}`));
}

/** A number stays with its percent sign. */
const BREAK = / (?!%)/;

/** Names and values, one pair a line, without empty values. */
export function formatPairs(rows: readonly (readonly [name: string, text: string])[]): string {
  const shown = rows.filter(([, text]) => text !== '');
  const width = Math.max(0, ...shown.map(([name]) => textWidth(name)));
  return shown.map(([name, text]) => `  ${name}${' '.repeat(width - textWidth(name))}  ${text}\n`).join('');
}
