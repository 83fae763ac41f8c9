import { parseNumberFormat } from '../../core/text/number-format.ts';
import type { Value } from '../../core/value.ts';

const fourDigits = parseNumberFormat('.4g') ?? String;

/** A value of a metric in at most four significant digits; whole numbers and texts as they are, nothing for nothing. */
export function formatValue(value: Value | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : fourDigits(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Puts a minus sign for each hyphen before a number, except in exponents. */
export function writeMinus(text: string): string {
  return text.replaceAll(/(?<![\w)])-(?=\d)/g, '−');
}

/** `+0.1`, `−0.1`, `±0`. @param text the difference without its plus sign, with what follows it, such as an interval */
export function signDifference(difference: number, text: string = formatValue(difference)): string {
  return `${difference > 0 ? '+' : difference === 0 ? '±' : ''}${writeMinus(text)}`;
}

/** Digits behind the point of a number that was written; none if it has an exponent. */
export function countDecimals(text: string): number {
  return /^-?\d+\.(\d+)$/.exec(text)?.[1]?.length ?? 0;
}
