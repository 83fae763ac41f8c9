import { stagesOf } from '../core/experiment.ts';
import { experimentStatus, type StageStatus } from '../core/status.ts';
import type { Experiment } from '../core/stored.ts';
import { parseTimeLimit } from '../core/units.ts';
import type { Project } from './project.ts';
import { reasonName, refresh } from './refresh.ts';
import type { StatusLine, StatusReport, Submitted } from './results.ts';
import { jobName } from './tasks.ts';
import { sendDeferred } from './submit.ts';

/** Failures of the last day are shown with what is active. */
const RECENT_MS = 24 * 3_600_000;

/**
 * Asks the scheduler once, records what changed, and tells what is active and what failed lately.
 *
 * @param chosen the experiments to tell about; undefined: what is active and what failed lately
 */
export async function reportStatus(
  project: Project,
  chosen?: (project: Project) => readonly Experiment[],
): Promise<StatusReport> {
  const before = project.store.statuses();
  const { askedAtMs, warnings, reasons, reused, unchanged } = await refresh(project);
  // Whether there is room is asked no more often than what there is in the queue.
  const sent = reused ? NOTHING_SENT : await sendDeferred(project, {});
  const active = sent.submissions.length > 0 ? undefined : unchanged;
  const shown = chosen
    ? chosen(project)
    : [...recentFailures(project, askedAtMs), ...(active ?? project.store.active())];
  const changed = [...project.store.statuses([...before.keys()])].flatMap(([key, { expId, status }]) => {
    const from = before.get(key)?.status ?? status;
    return status === from ? [] : [{ expId, from, to: status }];
  });
  return {
    askedAtMs,
    lines: shown.map((experiment) => statusLine(project, experiment, reasons)),
    counts: project.store.countByStatus(),
    changed,
    warnings: [...project.store.warnings, ...warnings, ...sent.warnings, ...sentWords(sent)],
  };
}

const NOTHING_SENT: Submitted = { submissions: [], nothingToDo: [], deferred: [], warnings: [] };

/** What was kept back and could be sent now is worth a word. */
function sentWords({ submissions }: Submitted): string[] {
  return submissions.map(({ members, outcome }) => {
    const what = `${members.length} that were kept back`;
    return outcome.kind === 'accepted'
      ? `${what} were submitted as job ${outcome.job}`
      : `${what} could not be submitted: ${outcome.problem.said ?? outcome.problem.message}`;
  });
}

function recentFailures(project: Project, nowMs: number): Experiment[] {
  return [...project.store.select({ where: FAILED, nowMs, limit: 1_000 })].filter(({ record }) => {
    const outcome = experimentStatus(record).stage?.outcome;
    return record.archived?.value !== true && outcome?.status === 'failed' && outcome.endedMs > nowMs - RECENT_MS;
  });
}

const FAILED = { kind: 'compare', field: 'status', operator: '=', literal: { kind: 'text', text: 'failed' } } as const;

/** What is said of one experiment. @param reasons why its stages wait, when the scheduler just said so */
export function statusLine(
  project: Project,
  experiment: Experiment,
  reasons?: ReadonlyMap<string, string>,
): StatusLine {
  const { status, cause, stage } = experimentStatus(experiment.record);
  const line = { expId: experiment.expId, status, ...(cause === undefined ? {} : { cause }) };
  if (stage === undefined) return line;
  const { attempt, outcome } = stage;
  const job = jobName(project, experiment.key, attempt);
  const settings = stagesOf(experiment.config.settings).find(({ name }) => name === stage.stage)?.resources;
  const note = noteOf(stage.outcome, reasons?.get(reasonName({ key: experiment.key, stage: stage.stage })));
  return {
    ...line,
    stage: stage.stage,
    attempt: attempt.n,
    ...(job === undefined ? {} : { job }),
    ...(attempt.submittedMs === undefined ? {} : { submittedMs: attempt.submittedMs }),
    ...('startedMs' in outcome && outcome.startedMs !== undefined ? { startedMs: outcome.startedMs } : {}),
    ...('endedMs' in outcome ? { endedMs: outcome.endedMs } : {}),
    ...('unseenSinceMs' in outcome && outcome.unseenSinceMs !== undefined
      ? { unseenSinceMs: outcome.unseenSinceMs }
      : {}),
    ...(outcome.status === 'failed' && outcome.exitCode !== undefined ? { exitCode: outcome.exitCode } : {}),
    ...(note === undefined ? {} : { note }),
    ...(settings?.time_limit === undefined ? {} : { timeLimitSeconds: parseTimeLimit(settings.time_limit) }),
    ...(settings?.partition === undefined ? {} : { partition: [settings.partition].flat().join(',') }),
  };
}

function noteOf(outcome: StageStatus['outcome'], reason: string | undefined): string | undefined {
  switch (outcome.status) {
    case 'queued':
      return queuedNote(outcome, reason ?? outcome.reason);
    case 'failed':
      return outcome.said ?? failedNote(outcome);
    case 'running':
    case 'completed':
    case 'cancelled':
      return undefined;
  }
}

/** Of a job that ended before its program the exit code says nothing. */
function failedNote({ cause, exitCode }: Extract<StageStatus['outcome'], { status: 'failed' }>): string | undefined {
  if (cause === 'launch') return 'its job could not begin with it; sheaf logs shows what it said';
  return exitCode === undefined ? undefined : `exit code ${exitCode}`;
}

function queuedNote(
  outcome: Extract<StageStatus['outcome'], { status: 'queued' }>,
  why: string | undefined,
): string | undefined {
  if (outcome.held) return why?.includes('is held') ? why : 'held; sheaf release lets it go';
  return outcome.stuck && why !== undefined ? `never starts by itself: ${why}` : why;
}
