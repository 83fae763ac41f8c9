import { parseTimeLimit } from '../../../core/units.ts';

/**
 * Milliseconds since 1970 of a time as Slurm prints it: seconds since 1970 where `SLURM_TIME_FORMAT=%s` is
 * understood, otherwise the local time of this process. Undefined for `Unknown`, `N/A`, `None` and the like.
 */
export function parseTimeMs(text: string): number | undefined {
  if (text === 'N/A') return undefined;
  const seconds = /^\d{9,11}$/.test(text) ? Number(text) : undefined;
  if (seconds !== undefined) return seconds * 1000;
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(text)) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

/** `2026-11-23 21:35`, in the local time of this process: for people. */
export function formatClock(ms: number): string {
  return formatLocalTime(ms).slice(0, 16).replace('T', ' ');
}

/** `2026-11-23T21:35:00`, in the local time of this process: what `sacct -S` takes. */
export function formatLocalTime(ms: number): string {
  const time = new Date(ms);
  const two = (value: number): string => String(value).padStart(2, '0');
  const date = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('-');
  return `${date}T${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}

/** The seconds of a limit as Slurm or a person writes it; undefined for what is not a limit, such as `UNLIMITED`. */
export function parseLimitSeconds(limit: string | number | undefined): number | undefined {
  try {
    const seconds = limit === undefined ? Infinity : parseTimeLimit(limit);
    return Number.isFinite(seconds) ? seconds : undefined;
  } catch {
    return undefined;
  }
}
