import { isDeferred, type Outcome } from '../../core/experiment/outcome.ts';
import type { StageStatus } from '../../core/experiment/status.ts';
import { formatDuration } from '../../core/units.ts';
import { nowMs } from '../../system/index.ts';

/** Which stages run again that need not. */
interface RunsAgain {
  readonly completed?: boolean;
  readonly stopped?: boolean;
}

/** Why a stage needs nothing: `already completed`; undefined when a submit makes an attempt, or submits what was deferred. */
export function describeWhySettled(known: StageStatus | undefined, again: RunsAgain = {}): string | undefined {
  return known === undefined || isDeferred(known.attempt) ? undefined : describeOutcome(known.outcome, again);
}

function describeOutcome(outcome: Outcome, again: RunsAgain): string | undefined {
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
      return again.completed ? undefined : 'already completed';
    case 'stopped':
      return again.stopped ? undefined : 'was stopped; sheaf retry runs it again';
    case 'failed':
    case 'cancelled':
    case 'void':
      return undefined;
  }
}
