import { formatClockTime } from '../../core/text/clock-time.ts';
import { formatSpan } from '../../core/units.ts';

/** A time of a document, ISO 8601, as milliseconds since 1970. */
export function toMs(iso: string | null | undefined): number | undefined {
  if (iso === null || iso === undefined) return undefined;
  const ms = Date.parse(iso);
  return Number.isNaN(ms) ? undefined : ms;
}

const LAST_MS = Date.UTC(9999, 11, 31);

/** A time in milliseconds since 1970 as documents have it; undefined for one that a broken clock or program has made. */
export function toIso(ms: number): string | undefined {
  return Math.abs(ms) < LAST_MS ? new Date(ms).toISOString() : undefined;
}

/** A time of a document in the reader's time zone: `2026-11-23 14:02:07 +01:00`; empty for nothing. */
export function formatTime(iso: string | null | undefined): string {
  const ms = toMs(iso);
  return ms === undefined ? '' : formatClockTime(ms);
}

/** `41m ago`; what is less than a minute ago is `just now`. */
export function formatAge(atMs: number, nowMs: number): string {
  return nowMs - atMs < 60_000 ? 'just now' : `${formatSpan(atMs, nowMs)} ago`;
}
