import { graphemes, paintedWidth } from '../../app/index.ts';
import { fitCharset, type Screen } from './terminal.ts';

/**
 * Lines that fit the screen: those that are too long are broken between words, and go on below the text of their label.
 * What one copies stays whole, even if it is longer than the screen: a command, a path, an id. Text in a script without spaces
 * is broken between its characters.
 */
export function foldLines(text: string, screen: Screen): string {
  const { tty, width } = screen;
  if (!tty) return text;
  return fitCharset(screen, text)
    .split('\n')
    .map((line) => (paintedWidth(line) <= width ? line : foldLine(line, width)))
    .join('\n');
}

/** A command up to the punctuation that follows it, or any other word. */
const WORD = /\bsheaf [a-z](?:"[^"]*"|'[^']*'|[^\s;,"'(]|,(?! )| +(?=[^\s(]))*[;,.]?|\S+/g;

/** The indent of a line with its sign or its label, which ends with two spaces. */
const LEAD = /^ *(?:[•✓✗●◌○⊘→!] |\S+(?: \S+)* {2,})?/u;

/** A label may take this part of the screen. */
const WIDEST_LEAD = 0.5;

function foldLine(line: string, width: number): string {
  const [lead = ''] = LEAD.exec(line) ?? [];
  const spaces = / */.exec(line)?.[0].length ?? 0;
  const own = paintedWidth(lead);
  const indent = own > spaces && own <= width * WIDEST_LEAD ? own : spaces + 2;
  const folded: string[] = [];
  let current = lead;
  // A label that is too wide for the text beside it.
  let isBegun = own > indent;
  const words = line.slice(lead.length).match(WORD) ?? [];
  for (const { text, isRest } of words.flatMap((word) => breakWord(word, width - indent))) {
    const longer = `${current}${isBegun && !isRest && current !== lead ? ' ' : ''}${text}`;
    if (isBegun && paintedWidth(longer) > width) {
      folded.push(current);
      current = ' '.repeat(indent) + text;
    } else current = longer;
    isBegun = true;
  }
  return [...folded, current].join('\n');
}

interface Word {
  readonly text: string;
  /** It goes on without a space. */
  readonly isRest: boolean;
}

/** A word in a script without spaces, in parts that fit. */
function breakWord(word: string, room: number): Word[] {
  const whole = [{ text: word, isRest: false }];
  if (word.includes('\u001b') || paintedWidth(word) <= room) return whole;
  const segments = [...graphemes(word)].map(({ segment }) => segment);
  if (segments.every((segment) => paintedWidth(segment) < 2)) return whole;
  const parts: Word[] = [];
  for (const segment of segments) {
    const last = parts.at(-1);
    if (last === undefined || paintedWidth(last.text + segment) > room)
      parts.push({ text: segment, isRest: parts.length > 0 });
    else parts[parts.length - 1] = { ...last, text: last.text + segment };
  }
  return parts;
}
