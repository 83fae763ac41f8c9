import { countDecimals, formatValue } from '../../../format/numbers.ts';
import { formatTime } from '../../../format/times.ts';
import type { CellValue } from '../list/row.ts';

/** A cell as it is shown. */
export interface CellText {
  readonly text: string;
  /** All of it, where the text is a part. */
  readonly full: string;
  /** There is no value: the text is the reason, or a dash. */
  readonly isGap: boolean;
}

const TIMES: ReadonlySet<string> = new Set(['created', 'submitted', 'started', 'ended']);

/** Writes a cell: numbers with four significant digits, times to the minute, and why there is no number. */
export function writeCell(column: string, { value, written, gap }: CellValue): CellText {
  if (gap !== undefined)
    return { text: SAID_BY_STATUS.has(gap) ? '–' : writeGap(gap), full: gap.replaceAll('_', ' '), isGap: true };
  if (value === null || value === undefined) return { text: '–', full: 'not set', isGap: true };
  if (TIMES.has(column) && typeof value === 'string') {
    const time = formatTime(value);
    return { text: time.slice(0, '2026-01-01 12:00'.length), full: time, isGap: false };
  }
  const full = written ?? writeWhole(value);
  return { text: typeof value === 'number' && written === undefined ? formatValue(value) : full, full, isGap: false };
}

function writeWhole(value: NonNullable<CellValue['value']>): string {
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Reasons that the status of the row says once for all its cells. */
const SAID_BY_STATUS: ReadonlySet<string> = new Set(['not_run', 'queued', 'running']);

const GAPS: { readonly [gap: string]: string } = {
  // The whole words fit into no column of numbers.
  not_harvested: 'not read',
  nan: 'NaN',
  inf: 'inf',
  '-inf': '-inf',
  null: 'null',
};

function writeGap(gap: string): string {
  return GAPS[gap] ?? gap.replaceAll('_', ' ');
}

const DIGIT_SPACE = '\u2007';
const POINT_SPACE = '\u2008';

/**
 * Spaces behind a number, as wide as the digits that it lacks: those of a column then have their decimal points below each
 * other. Numbers with an exponent have none.
 *
 * @param decimals digits behind the point that the numbers of the column have
 */
export function fillBehind(text: string, decimals: number): string {
  if (decimals === 0 || text.includes('e')) return '';
  const own = countDecimals(text);
  return own === 0 ? POINT_SPACE + DIGIT_SPACE.repeat(decimals) : DIGIT_SPACE.repeat(Math.max(0, decimals - own));
}
