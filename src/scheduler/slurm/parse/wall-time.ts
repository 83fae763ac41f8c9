import { parseTimeLimit } from '../../../core/units.ts';

/** The seconds of a limit as Slurm or a person writes it; undefined for what is none, `UNLIMITED` and the like too. */
export function limitSeconds(limit: string | number | undefined): number | undefined {
  try {
    const seconds = limit === undefined ? Infinity : parseTimeLimit(limit);
    return Number.isFinite(seconds) ? seconds : undefined;
  } catch {
    return undefined;
  }
}
