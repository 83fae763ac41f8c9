import type { Resources } from '../../core/settings/settings.ts';
import { parseTimeLimit } from '../../core/units.ts';

/** How a program is warned of its time limit, so that it saves and continues later. */
export interface LimitWarning {
  /** Without SIG. */
  readonly signal: string;
  /** Seconds that it has to save and to end. */
  readonly before: number;
  /** Seconds that are left then, to end it and to put the job back into the queue. */
  readonly margin: number;
  /** How often it is put back at most. */
  readonly max: number;
  /** A run that cannot be requeued again is warned this many seconds before its limit, and is not ended earlier. */
  readonly last: number;
}

/** Slurm looks at time limits twice a minute. */
const MARGIN_S = 30;

/**
 * Undefined when the job is not to go back into the queue at its time limit. If it is short, at most half of it is
 * taken for the end, whatever is asked for.
 */
export function limitWarning({ requeue, time_limit: limit }: Resources): LimitWarning | undefined {
  if (typeof requeue !== 'object' || !requeue.on.includes('timeout')) return undefined;
  const seconds = limit === undefined ? Infinity : parseTimeLimit(limit);
  const margin = Math.min(MARGIN_S, Math.ceil(seconds / 4));
  const most = Number.isFinite(seconds) ? Math.max(1, Math.floor((seconds - margin) / 2)) : Infinity;
  const last = Math.min(requeue.before, Number.isFinite(seconds) ? Math.ceil(seconds / 4) : Infinity);
  return { signal: requeue.signal, before: Math.min(requeue.before, most), margin, max: requeue.max, last };
}
