import type { WordsRole } from './quote.ts';
import { scanCommands } from './commands.ts';
import { ScriptCursor, type InsertionPoint } from './cursor.ts';
import {
  escapeInDirective,
  escapeInDouble,
  escapeInSingle,
  quoteSingle,
  quoteWord,
  quoteWords,
  type ShellWord,
} from './quote.ts';

/** What a script is made of: its own text, values to insert, and groups of words. */
export type ScriptPart =
  | { readonly kind: 'text'; readonly text: string; readonly at: number }
  | { readonly kind: 'value'; readonly value: string; readonly at: number }
  | { readonly kind: 'words'; readonly words: readonly ShellWord[]; readonly role: WordsRole; readonly at: number };

/** Why a part is not allowed in its place, or what is not closed in the script; `at` as in the parts. */
export type ScriptFault =
  | { readonly kind: 'place'; readonly part: ScriptPart; readonly where: string }
  | { readonly kind: 'words'; readonly part: ScriptPart }
  | { readonly kind: 'nul'; readonly part: ScriptPart }
  | { readonly kind: 'control'; readonly part: ScriptPart }
  | { readonly kind: 'unclosed'; readonly what: string; readonly at: number };

/**
 * Puts a script together, every value quoted for its context: as a word, in `'…'` or in `"…"`.
 *
 * The context is decided before any value is in the text, so that no value can change it.
 *
 * @param readsDirectives whether the script has lines of `#SBATCH`, in which values may stand, too
 */
export function insertParts(
  parts: readonly ScriptPart[],
  readsDirectives = false,
): { script: string; faults: ScriptFault[] } {
  const { skeleton, marks } = skeletonOf(parts);
  const cursor = new ScriptCursor(skeleton, marks, scanCommands);
  cursor.readsDirectives = readsDirectives;
  scanCommands(cursor, 'end');
  const faults: ScriptFault[] = [];
  let next = 0;
  const script = parts
    .map((part) => {
      if (part.kind === 'text') return part.text;
      const place = cursor.places[next] ?? NOWHERE;
      next += 1;
      const fault = faultAt(part, place);
      if (fault) faults.push(fault);
      return part.kind === 'value' ? quotedFor(part.value, place) : quoteWords(part.words);
    })
    .join('');
  if (cursor.unclosed && faults.length === 0) {
    const { what, offset } = cursor.unclosed;
    faults.push({ kind: 'unclosed', what, at: sourceOffset(parts, offset) });
  }
  return { script, faults };
}

const MARK = '?';
const NOWHERE: InsertionPoint = { kind: 'refused', where: 'here' };

function skeletonOf(parts: readonly ScriptPart[]): { skeleton: string; marks: Set<number> } {
  let skeleton = '';
  const marks = new Set<number>();
  for (const part of parts) {
    if (part.kind !== 'text') marks.add(skeleton.length);
    skeleton += part.kind === 'text' ? part.text : MARK;
  }
  return { skeleton, marks };
}

/** A line break would end the directive and let the rest of the value be one of its own. */
const CONTROL = /[\x00-\x1F\x7F]/;

function faultAt(part: ScriptPart, place: InsertionPoint): ScriptFault | undefined {
  if (place.kind === 'refused') return { kind: 'place', part, where: place.where };
  if (part.kind === 'words' && !(place.kind === 'bare' && place.takes.includes(part.role)))
    return { kind: 'words', part };
  if (place.kind === 'directive' && part.kind === 'value' && CONTROL.test(part.value)) return { kind: 'control', part };
  const texts = part.kind === 'words' ? part.words : part.kind === 'value' ? [part.value] : [];
  return texts.some((text) => typeof text === 'string' && text.includes('\0')) ? { kind: 'nul', part } : undefined;
}

function quotedFor(value: string, place: InsertionPoint): string {
  switch (place.kind) {
    case 'bare':
      return place.mayBePlain ? quoteWord(value) : quoteSingle(value);
    case 'single':
      return escapeInSingle(value);
    case 'double':
      // In the double quotes of an array, bash loses these two characters.
      if (/[\x01\x7F]/.test(value)) return `"${quoteSingle(value)}"`;
      // Closing and opening the quotes keeps letters from joining the name before.
      return (place.afterName ? '""' : '') + escapeInDouble(value);
    case 'directive':
      return escapeInDirective(value);
    case 'refused':
      return '';
  }
}

/** Where a character of the skeleton is in the source. */
function sourceOffset(parts: readonly ScriptPart[], offset: number): number {
  let start = 0;
  for (const part of parts) {
    const length = part.kind === 'text' ? part.text.length : MARK.length;
    if (offset < start + length) return part.at + (part.kind === 'text' ? offset - start : 0);
    start += length;
  }
  return 0;
}
