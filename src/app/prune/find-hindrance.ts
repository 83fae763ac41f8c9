import type { Attempt } from '../../core/experiment/attempt.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { stagesOf } from '../../core/experiment/frozen.ts';
import { getAttemptOutcome } from '../../core/experiment/outcome.ts';
import { attemptName } from '../../core/experiment/record.ts';
import { isOpen, listStageStatuses } from '../../core/experiment/status.ts';
import { nowMs } from '../../system/index.ts';
import { isWatched, LOST_WATCH_MS } from '../observe/observations.ts';

/**
 * Why no checkpoint of an experiment may be deleted now: something of it may run, now or later, and need any of them.
 * Undefined if nothing speaks against it; what failed or was cancelled can resume from its newest ones, which stay.
 */
export function findHindrance({ record, config, waiting }: Experiment): string | undefined {
  if (waiting !== undefined) return `${attemptName(waiting)} is queued`;
  const attempts = Object.values(record.attempts);
  const live = attempts.find(isOpen) ?? attempts.find((attempt) => isWatched(attempt) || goesOn(attempt, attempts));
  if (live !== undefined) return `${attemptName(live)} ${describeLive(live)}`;
  const completed = new Set(
    listStageStatuses(record).flatMap(({ stage, outcome }) => (outcome.status === 'completed' ? [stage] : [])),
  );
  const next = stagesOf(config.settings).find(({ name, after }) => after !== undefined && !completed.has(name));
  return next && `its stage ${next.name} has not completed and may need them`;
}

function describeLive(attempt: Attempt): string {
  const outcome = getAttemptOutcome(attempt);
  if (outcome.status === 'queued') return outcome.held ? 'is held' : 'is queued';
  if (outcome.status === 'running') return 'is running';
  return 'may still have a job, or get one again';
}

/** It went back into the queue by itself, and its next attempt is not known yet. */
function goesOn({ stage, n, facts }: Attempt, attempts: readonly Attempt[]): boolean {
  const ended = facts.ended?.value;
  if (ended?.requeued !== true || nowMs() - ended.atMs > LOST_WATCH_MS) return false;
  return !attempts.some((other) => other.stage === stage && other.n > n);
}
