import { stripVTControlCharacters } from 'node:util';

/** Made when first needed: it loads the tables of Unicode, which takes longer than most commands. */
let segmenter: Intl.Segmenter | undefined;

/** The characters as a reader sees them. */
export function graphemes(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  return segmenter.segment(text);
}

const PLAIN = /^[ -~]*$/;
const EMOJI = /^\p{Emoji_Presentation}|\ufe0f/u;
/** Marks and format characters take no room of their own. */
const NO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;

/** The blocks that Unicode's East Asian Width calls wide or full-width, coarsely: first and last code point. */
const WIDE: readonly (readonly [from: number, to: number])[] = [
  [0x1100, 0x115f],
  [0x2329, 0x232a],
  [0x2e80, 0x303e],
  [0x3041, 0x3247],
  [0x3250, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x1b2ff],
  [0x1f200, 0x1f265],
  [0x20000, 0x3fffd],
];

/** The columns that a text without control characters takes on a terminal. */
export function textWidth(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemes(text)) width += graphemeWidth(segment);
  return width;
}

function graphemeWidth(grapheme: string): number {
  if (NO_WIDTH.test(grapheme)) return 0;
  if (EMOJI.test(grapheme)) return 2;
  const code = grapheme.codePointAt(0) ?? 0;
  return WIDE.some(([from, to]) => from <= code && code <= to) ? 2 : 1;
}

/** Cuts a text so that it takes at most `width` columns; what is cut shows as `…`. */
export function cutText(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let [kept, room] = ['', width - 1];
  for (const { segment } of graphemes(text)) {
    room -= graphemeWidth(segment);
    if (room < 0) break;
    kept += segment;
  }
  return width < 1 ? '' : `${kept}…`;
}

const COLORING = /(\u001b\[[\d;]*m)/;

/** The columns that a text with colours takes. */
export function paintedWidth(text: string): number {
  return textWidth(
    text
      .split(COLORING)
      .filter((_, i) => i % 2 === 0)
      .join(''),
  );
}

/** The same as {@link cutText} for a text with colours, which all stay: what was begun is ended. */
export function cutPainted(text: string, width: number): string {
  if (paintedWidth(text) <= width) return text;
  let room = width - 1;
  let isFull = false;
  const parts = text.split(COLORING).map((part, i) => {
    if (i % 2 === 1 || isFull) return i % 2 === 1 ? part : '';
    const own = textWidth(part);
    if (own <= room) {
      room -= own;
      return part;
    }
    isFull = true;
    return cutText(`${part}…`, room + 1);
  });
  return parts.join('');
}

/** The same for names that begin alike: of what is cut, beginning and end stay. */
export function cutMiddle(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  const head = cutText(text, Math.floor(width / 2) + 1).replace(/…$/, '');
  const room = width - 1 - textWidth(head);
  const parts = [...graphemes(text)].map(({ segment }) => segment);
  let [tail, used] = ['', 0];
  for (const part of parts.toReversed()) {
    used += graphemeWidth(part);
    if (used > room) break;
    tail = part + tail;
  }
  return width < 1 ? '' : `${head}…${tail}`;
}

/** Characters that turn the direction of text around, and with it what a reader believes to see. */
const BIDI = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Foreign text made safe for one line of a terminal: tabs and line ends become a space, escapes and controls go. */
export function cleanText(text: string): string {
  if (PLAIN.test(text)) return text;
  return stripVTControlCharacters(text.toWellFormed())
    .replace(/[\t\n\v\f\r\u0085\u2028\u2029]+/g, ' ')
    .replace(/\p{Cc}/gu, '')
    .replace(BIDI, '');
}

/** Foreign text of several lines, such as source code: line breaks and tabs stay. */
export function cleanLines(text: string): string {
  const cleanLine = (line: string): string => line.split('\t').map(cleanText).join('\t');
  return text.split('\n').map(cleanLine).join('\n');
}
