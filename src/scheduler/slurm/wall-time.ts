import { parseTimeLimit } from '../../core/units.ts';

/** The seconds of a limit as Slurm or a person writes it; undefined for what is none, `UNLIMITED` and the like too. */
export function limitSeconds(limit: string | number | undefined): number | undefined {
  try {
    const seconds = limit === undefined ? Infinity : parseTimeLimit(limit);
    return Number.isFinite(seconds) ? seconds : undefined;
  } catch {
    return undefined;
  }
}

/** As Slurm writes it: `08:00:00`, `7-00:00:00`. */
export function limitText(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'UNLIMITED';
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  const days = Math.floor(seconds / 86_400);
  const clock = `${two((seconds % 86_400) / 3600)}:${two((seconds % 3600) / 60)}:${two(seconds % 60)}`;
  return days === 0 ? clock : `${days}-${clock}`;
}
