import type { FoundValue } from './source.ts';

/** What a piece of text in a file of a run stands for. */
export type Reading =
  | {
      readonly kind: 'number';
      readonly value: number;
      /** False for an integer with more digits than a double keeps. */
      readonly exact: boolean;
    }
  | { readonly kind: 'nonfinite'; readonly value: number }
  | { readonly kind: 'text' };

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const INTEGER = /^[+-]?\d+$/;
const NONFINITE = /^([+-]?)(nan|inf|infinity)$/i;

/** Reads a number as programs print it; `text` has no space around it. */
export function readNumber(text: string): Reading {
  if (NUMBER.test(text)) {
    const value = Number(text);
    // 1e999 is no infinity that a program computed; it stays what it is.
    return Number.isFinite(value) ? { kind: 'number', value, exact: keepsDigits(text, value) } : { kind: 'text' };
  }
  const [, sign, word] = NONFINITE.exec(text) ?? [];
  if (word === undefined) return { kind: 'text' };
  if (word.toLowerCase() === 'nan') return { kind: 'nonfinite', value: NaN };
  return { kind: 'nonfinite', value: sign === '-' ? -Infinity : Infinity };
}

/**
 * The number that a text begins with: `95.2` of `95.2%`, `0.95` of `0.95±0.01`, `3.1` of `3.1 s`. A text that may mean something
 * else, such as `1,234`, `12:30`, `2026-03-10` or `1.2.3`, stays as it is.
 */
export function parseLeadingNumber(text: string): string {
  return LEADING_NUMBER.exec(text)?.[0] ?? text;
}

const LEADING_NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?(?![\d.,:/-])/i;

/** A step as programs print it, `3` or `3.0`; undefined for anything else. */
export function parseWholeNumber(text: string): number | undefined {
  const reading = readNumber(text.trim());
  return reading.kind === 'number' && Number.isSafeInteger(reading.value) ? reading.value : undefined;
}

function keepsDigits(text: string, value: number): boolean {
  return !INTEGER.test(text) || Number.isSafeInteger(value) || String(value) === text.replace(/^\+/, '');
}

/** The value that a record keeps for a number: NaN and infinities are told apart from every number. */
export function numberValue(value: number): Pick<FoundValue, 'value' | 'nonfinite'> {
  if (Number.isFinite(value)) return { value };
  return { value: null, nonfinite: Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf' };
}

/** The longest text that is kept as a value: more is no metric. */
export const LONGEST_TEXT = 1000;

/** The value that a record keeps for text: a number if it is one, otherwise the text itself. */
export function parseTextValue(text: string): Pick<FoundValue, 'value' | 'nonfinite' | 'note'> {
  const reading = readNumber(text);
  switch (reading.kind) {
    case 'nonfinite':
      return numberValue(reading.value);
    case 'number':
      return reading.exact
        ? { value: reading.value }
        : { value: text, note: 'kept as text: a number would lose digits' };
    case 'text':
      return BEGINS_LIKE_NUMBER.test(text) ? { value: text, note: 'kept as text: it is no number' } : { value: text };
  }
}

const BEGINS_LIKE_NUMBER = /^[+-]?\.?\d/;
