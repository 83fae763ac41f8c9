import type { OpenFile } from '../../system/index.ts';

export interface FindOptions {
  /** The first byte that counts. */
  readonly from: number;
  /** Letters of ASCII match in both cases. */
  readonly ignoreCase?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A place of one of the texts, or how far the file has been read. */
export type Found = { readonly kind: 'place'; readonly at: number } | { readonly kind: 'read'; readonly to: number };

const [NEWLINE, RETURN] = [10, 13];

/**
 * The places of texts in a file, in order and at most one in a line: after one, the search goes on behind the line.
 *
 * @param texts none of them empty, all shorter than a piece
 * @throws whatever `signal` is aborted with; SheafError `file.*`
 */
export async function* findTexts(
  file: OpenFile,
  texts: readonly Buffer[],
  { from, ignoreCase, signal }: FindOptions,
): AsyncGenerator<Found> {
  const { size } = file.facts;
  const overlap = Math.max(...texts.map(({ length }) => length)) - 1;
  const openPiece = makeFinder(texts, ignoreCase === true);
  let base = from;
  // Behind the line of the last place; undefined while the end of that line has not been read.
  let resume: number | undefined = from;
  for await (const piece of file.pieces(from, size, overlap)) {
    signal?.throwIfAborted();
    const find = openPiece(piece);
    let at: number = resume === undefined ? lineEndAfter(piece, 0) : Math.max(0, resume - base);
    for (let found = find(at); at !== -1 && found !== -1; found = find(at)) {
      yield { kind: 'place', at: base + found };
      at = lineEndAfter(piece, found);
    }
    resume = at === -1 ? undefined : base + at;
    yield { kind: 'read', to: base + piece.length };
    base += piece.length - overlap;
  }
}

/** The end of the line with this byte in a piece; -1 if it is not in it. */
function lineEndAfter(piece: Buffer, at: number): number {
  const newline = piece.indexOf(NEWLINE, at);
  const line = newline === -1 ? piece : piece.subarray(0, newline);
  const back = line.indexOf(RETURN, at);
  return back === -1 ? newline : back;
}

/** The first place at or after a byte of a piece; -1 if there is none. */
type Find = (from: number) => number;

/**
 * A pattern goes over a string of one character a byte, which finds several texts, or letters in both cases, at once; one
 * text as it is is found faster among the bytes.
 */
function makeFinder(texts: readonly Buffer[], ignoreCase: boolean): (piece: Buffer) => Find {
  const [text, ...others] = texts;
  if (text !== undefined && others.length === 0 && !ignoreCase) return (piece) => (from) => piece.indexOf(text, from);
  const pattern = new RegExp(texts.map((each) => toPattern(each, ignoreCase)).join('|'), 'g');
  return (piece) => {
    const bytes = piece.toString('latin1');
    return (from) => {
      pattern.lastIndex = from;
      return pattern.exec(bytes)?.index ?? -1;
    };
  };
}

function toPattern(text: Buffer, ignoreCase: boolean): string {
  return text.toString('latin1').replace(/[^]/g, (byte) => {
    if (!/[A-Za-z]/.test(byte)) return `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`;
    return ignoreCase ? `[${byte.toLowerCase()}${byte.toUpperCase()}]` : byte;
  });
}

/** Lines are counted as far as this, in bytes. */
const COUNTED = 32 << 20;

/** The numbers of lines, for places in order; each part of the file is read once. */
export function openCounter(file: OpenFile): (at: number) => number | undefined {
  let [counted, number] = [0, 1];
  return (at) => {
    if (at > COUNTED) return undefined;
    const bytes = file.read(counted, at);
    for (let i = bytes.indexOf(NEWLINE); i !== -1; i = bytes.indexOf(NEWLINE, i + 1)) number += 1;
    counted = at;
    return number;
  };
}
