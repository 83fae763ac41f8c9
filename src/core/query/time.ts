import type { Literal } from './ast.ts';

const SECOND_MS = 1_000;
const UNIT_MS: { readonly [unit: string]: number } = {
  s: SECOND_MS,
  m: 60 * SECOND_MS,
  h: 3_600 * SECOND_MS,
  d: 86_400 * SECOND_MS,
  w: 604_800 * SECOND_MS,
};

const AGE = /^(\d{1,9}(?:\.\d{1,6})?)([smhdw])$/;
const DATE = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})?)?$/;
const HAS_ZONE = /T.*(?:Z|[+-]\d{2}:\d{2})$/;

/**
 * Reads an age (`30s`, `30m`, `12h`, `7d`, `2w`) or an ISO date (`2026-03-01`, `2026-03-01T12:00`, `…T12:00+02:00`).
 * Without a zone a time is UTC; a date is its first moment.
 */
export function parseTimeLiteral(text: string): Literal | undefined {
  const [, count, unit] = AGE.exec(text) ?? [];
  if (count !== undefined && unit !== undefined) {
    return { kind: 'age', text, ms: Number(count) * (UNIT_MS[unit] ?? 0) };
  }
  if (!DATE.test(text)) return undefined;
  const ms = Date.parse(text.includes('T') && !HAS_ZONE.test(text) ? `${text}Z` : text);
  // Date.parse rolls 2026-02-30 over into March.
  return Number.isNaN(ms) || !isRealDay(text.slice(0, 10)) ? undefined : { kind: 'time', text, ms };
}

function isRealDay(day: string): boolean {
  const ms = Date.parse(day);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(day);
}
