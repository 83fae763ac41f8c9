import { isDeferred, type Outcome } from '../../core/experiment/outcome.ts';
import type { StageStatus } from '../../core/experiment/status.ts';
import { formatDuration } from '../../core/units.ts';
import { nowMs } from '../../system/index.ts';

/**
 * Why a stage needs nothing: `already completed`; undefined when a submit makes an attempt, or submits what was deferred.
 *
 * @param completedToo what has completed is to run again, too
 */
export function describeWhySettled(known: StageStatus | undefined, completedToo: boolean = false): string | undefined {
  return known === undefined || isDeferred(known.attempt) ? undefined : describeOutcome(known.outcome, completedToo);
}

function describeOutcome(outcome: Outcome, completedToo: boolean): string | undefined {
  switch (outcome.status) {
    case 'queued':
      return 'already queued';
    case 'running': {
      const since = outcome.startedMs;
      return since === undefined
        ? 'already running'
        : `already running, for ${formatDuration((nowMs() - since) / 1000)}`;
    }
    case 'completed':
      return completedToo ? undefined : 'already completed';
    case 'failed':
    case 'cancelled':
    case 'stopped':
    case 'void':
      return undefined;
  }
}
