import { inputError } from './errors.ts';

const MINUTE_S = 60;
const HOUR_S = 60 * MINUTE_S;
const DAY_S = 24 * HOUR_S;

/** What can be written for a time limit. */
export const TIME_LIMIT_FORMS = 'write minutes, MM:SS, HH:MM:SS, D-HH, D-HH:MM or D-HH:MM:SS, as Slurm does';

/**
 * The seconds of a time limit as Slurm writes it: `90` (minutes), `90:00`, `1:30:00`, `2-12`, `2-12:00:00`.
 * No limit is `Infinity`, which Slurm also takes as `UNLIMITED`, `INFINITE`, `-1` and 0.
 *
 * @throws SheafError `time_limit.form`
 */
export function parseTimeLimit(limit: string | number): number {
  const text = String(limit).trim();
  if (/^(unlimited|infinite|-1)$/i.test(text)) return Infinity;
  const seconds = daysForm(text) ?? clockForm(text);
  if (seconds !== undefined) return seconds === 0 ? Infinity : seconds;
  throw inputError('time_limit.form', `${JSON.stringify(limit)} is not a time limit`, { fix: TIME_LIMIT_FORMS });
}

function daysForm(text: string): number | undefined {
  const match = /^(\d+)-(\d*)(?::(\d+))?(?::(\d+))?$/.exec(text);
  if (match === null) return undefined;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((part) => Number(part ?? 0));
  return days * DAY_S + hours * HOUR_S + minutes * MINUTE_S + seconds;
}

/** Without days the first number is minutes, unless there are three. */
function clockForm(text: string): number | undefined {
  if (!/^\d+(:\d+){0,2}$/.test(text)) return undefined;
  const [a = 0, b = 0, c] = text.split(':').map(Number);
  return c === undefined ? a * MINUTE_S + b : a * HOUR_S + b * MINUTE_S + c;
}

/** A time limit as Slurm writes it: `08:00:00`, `7-00:00:00`. */
export function formatTimeLimit(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'UNLIMITED';
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  const days = Math.floor(seconds / DAY_S);
  const clock = `${two((seconds % DAY_S) / HOUR_S)}:${two((seconds % HOUR_S) / MINUTE_S)}:${two(seconds % MINUTE_S)}`;
  return days === 0 ? clock : `${days}-${clock}`;
}

const MIB_OF_SUFFIX: Readonly<Record<string, number>> = { K: 1 / 1024, M: 1, G: 1024, T: 1024 * 1024 };

/** What can be written for a memory size. */
export const MEMORY_FORMS = 'write a whole number of MiB, or one with K, M, G or T: 16G or 16GB';

/**
 * The MiB of a memory size as Slurm reads it: `16G`, `16GB`, `16gb`, `500M`; a bare number is MiB. 0 means all of the
 * node. Like `sbatch`, it takes no fractions and no `GiB`.
 *
 * @throws SheafError `mem.form`
 */
export function parseMemory(size: string | number): number {
  const match = /^\+?(\d+)(?:([KMGT])B?)?$/i.exec(String(size).trim());
  if (match?.[1] !== undefined) {
    return Math.ceil(Number(match[1]) * (MIB_OF_SUFFIX[(match[2] ?? 'M').toUpperCase()] ?? 1));
  }
  throw inputError('mem.form', `${JSON.stringify(size)} is not a memory size`, {
    fix: MEMORY_FORMS,
  });
}

/** A span of time in words: `42s`, `41m`, `3h 12m`, `2d 04h`. */
export function formatDuration(durationSeconds: number): string {
  const seconds = Math.max(0, Math.floor(durationSeconds));
  if (!Number.isFinite(seconds)) return 'unlimited';
  if (seconds < MINUTE_S) return `${seconds}s`;
  if (seconds < HOUR_S) return `${Math.floor(seconds / MINUTE_S)}m`;
  if (seconds < DAY_S) return twoUnits(seconds, HOUR_S, 'h', MINUTE_S, 'm');
  return twoUnits(seconds, DAY_S, 'd', HOUR_S, 'h');
}

/** {@link formatDuration} between two times in milliseconds. */
export function formatSpan(fromMs: number, toMs: number): string {
  return formatDuration((toMs - fromMs) / 1_000);
}

function twoUnits(seconds: number, large: number, largeUnit: string, small: number, smallUnit: string): string {
  const rest = String(Math.floor((seconds % large) / small)).padStart(2, '0');
  return `${Math.floor(seconds / large)}${largeUnit} ${rest}${smallUnit}`;
}

/** An estimate of a time in words: `less than a minute`, `about 12 min`, `about 3 h 20 min`, `about 15 h`, `about 3 days`. */
export function formatEstimate(durationSeconds: number): string {
  if (durationSeconds < MINUTE_S) return 'less than a minute';
  const minutes = Math.round(durationSeconds / MINUTE_S);
  if (minutes < 60) return `about ${minutes} min`;
  const hours = durationSeconds / HOUR_S;
  if (hours >= 48) return `about ${Math.round(hours / 24)} days`;
  if (hours >= 10) return `about ${Math.round(hours)} h`;
  const tens = Math.round(minutes / 10) * 10;
  return `about ${Math.floor(tens / 60)} h${tens % 60 === 0 ? '' : ` ${tens % 60} min`}`;
}

const BYTE_UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** A size in words: `1 byte`, `812 bytes`, `1.5 MiB`, `24 GiB`; 1 KiB = 2^10 bytes. */
export function formatBytes(bytes: number): string {
  let [value, unit] = [bytes, 0];
  for (; value >= 1024 && unit < BYTE_UNITS.length - 1; unit += 1) value /= 1024;
  if (bytes === 1) return '1 byte';
  return `${unit === 0 || value >= 10 ? Math.round(value) : value.toFixed(1)} ${BYTE_UNITS[unit] ?? ''}`;
}
