import { isDeferred } from '../../core/experiment/outcome.ts';
import { getResultsAge } from '../../core/experiment/record.ts';
import { getExperimentStatus, type Status } from '../../core/experiment/status.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import type { Project } from '../project/project.ts';
import type { RoundsTaken } from '../project/rounds.ts';
import { refresh } from '../observe/refresh.ts';
import type { StatusLine, StatusReport, Submitted } from '../project/types.ts';
import { makeStatusLine } from './status-line.ts';
import { nowMs } from '../../system/index.ts';
import { summarizeProgress } from './progress.ts';
import { retryByRule, type Retried } from './retry-rules.ts';

/** Failures of the last day are shown with what is active. */
const RECENT_MS = 24 * 3_600_000;
const MOST_FAILURES = 1_000;

/**
 * Asks the scheduler once, records what changed, and reports active jobs and recent failures.
 *
 * @param chosen the experiments to tell about; undefined: what is active and what failed lately
 * @param takeRounds lets adaptive sweeps go on, once the record is up to date
 */
export async function reportStatus(
  project: Project,
  chosen?: (project: Project) => readonly Experiment[],
  takeRounds?: () => Promise<RoundsTaken>,
): Promise<StatusReport> {
  const { askedAtMs, warnings, reasons, failed, reused, before, unchanged } = await refresh(project);
  // Whether there is room is asked no more often than what there is in the queue.
  const mayWait = unchanged === undefined || unchanged.some(hasDeferred);
  const sent = failed || reused || !mayWait ? NOTHING_SENT : await sendWaiting(project);
  const retried = failed ? NOTHING_RETRIED : await retryByRule(project, {});
  const rounds = failed ? undefined : await takeRounds?.();
  const changedByRounds = (rounds?.effects.length ?? 0) + (rounds?.submissions.length ?? 0);
  const active = sent.submissions.length + retried.experiments + changedByRounds > 0 ? undefined : unchanged;
  const shown = chosen
    ? chosen(project)
    : [...recentFailures(project, askedAtMs), ...(active ?? project.store.active())];
  const lines = shown.map((experiment) => makeStatusLine(project, experiment, reasons));
  const unread = chosen ? shown.filter(hasUnreadResults).length : project.store.unread().count;
  const changed = active === undefined ? changesSince(project, before) : [];
  return {
    askedAtMs,
    toldAtMs: nowMs(),
    lines,
    ...(chosen ? { progress: summarizeProgress(shown, nowMs()) } : {}),
    counts: chosen ? countStatuses(lines) : project.store.countByStatus(),
    changed,
    unread,
    warnings: [
      ...project.store.warnings,
      ...warnings,
      ...sent.warnings,
      ...sentWords(sent),
      ...retried.warnings,
      ...retriedWords(retried),
      ...(rounds?.warnings ?? []),
    ],
    rounds: rounds?.effects ?? [],
  };
}

/** What submits is loaded only by projects that have something deferred. */
async function sendWaiting(project: Project): Promise<Submitted> {
  if (project.store.deferred().length === 0) return NOTHING_SENT;
  const { submitDeferred } = await import('../submit/submit.ts');
  return submitDeferred(project, {});
}

function countStatuses(lines: readonly StatusLine[]): StatusReport['counts'] {
  const counts: { [status: string]: number } = {};
  for (const { status } of lines) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

function hasUnreadResults({ waiting, record }: Experiment): boolean {
  if (waiting !== undefined || record.archived?.value === true) return false;
  return getExperimentStatus(record).status === 'completed' && getResultsAge(record) !== 'current';
}

function hasDeferred(experiment: Experiment): boolean {
  return experiment.waiting === undefined && Object.values(experiment.record.attempts).some(isDeferred);
}

function changesSince(project: Project, before: readonly Experiment[]): StatusReport['changed'] {
  const former = new Map(before.map((experiment) => [experiment.key, formerStatus(experiment)]));
  return [...project.store.statuses([...former.keys()])].flatMap(([key, { expId, status }]) => {
    const from = former.get(key) ?? status;
    return status === from ? [] : [{ expId, from, to: status }];
  });
}

function formerStatus(experiment: Experiment): Status {
  return experiment.waiting === undefined ? getExperimentStatus(experiment.record).status : 'queued';
}

const NOTHING_SENT: Submitted = { submissions: [], nothingToDo: [], deferred: [], warnings: [] };

const NOTHING_RETRIED: Retried = { ...NOTHING_SENT, experiments: 0 };

/** Reports automatic retries. */
function retriedWords({ submissions }: Retried): string[] {
  return submissions.map(({ stage, members, outcome }) => {
    const names = `${members[0]?.expId ?? ''}${members.length > 1 ? ` and ${members.length - 1} more` : ''}`;
    return outcome.kind === 'accepted'
      ? `${names}: ${stage} is retried, as its template says (job ${outcome.job})`
      : `${names}: ${stage} could not be retried: ${outcome.problem.said ?? outcome.problem.message}`;
  });
}

/** Reports deferred experiments that have been submitted. */
function sentWords({ submissions }: Submitted): string[] {
  return submissions.map(({ members, outcome }) => {
    const what = `Deferred experiments (${members.length})`;
    return outcome.kind === 'accepted'
      ? `${what} were submitted as job ${outcome.job}`
      : `${what} could not be submitted: ${outcome.problem.said ?? outcome.problem.message}`;
  });
}

function recentFailures(project: Project, now: number): Experiment[] {
  return project.store.failedSince(now - RECENT_MS, MOST_FAILURES);
}
