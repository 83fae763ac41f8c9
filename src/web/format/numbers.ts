import { parseNumberFormat } from '../../core/text/number-format.ts';
import type { Value } from '../../core/value.ts';

const fourDigits = parseNumberFormat('.4g') ?? String;

/** A value of a metric in at most four significant digits; whole numbers and texts as they are, nothing for nothing. */
export function formatValue(value: Value | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : fourDigits(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Digits behind the point of a number that was written; none if it has an exponent. */
export function countDecimals(text: string): number {
  return /^-?\d+\.(\d+)$/.exec(text)?.[1]?.length ?? 0;
}
