import { parseTimeLimit } from '../../../core/units.ts';

/** The seconds of a limit as Slurm or a person writes it; undefined for what is not a limit, such as `UNLIMITED`. */
export function limitSeconds(limit: string | number | undefined): number | undefined {
  try {
    const seconds = limit === undefined ? Infinity : parseTimeLimit(limit);
    return Number.isFinite(seconds) ? seconds : undefined;
  } catch {
    return undefined;
  }
}
