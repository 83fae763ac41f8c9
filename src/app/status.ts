import { stagesOf } from '../core/experiment.ts';
import { experimentStatus, type StageStatus, type Status } from '../core/status.ts';
import type { Experiment } from '../core/stored.ts';
import { parseTimeLimit } from '../core/units.ts';
import type { Project } from './project.ts';
import { refresh } from './refresh.ts';
import type { StatusLine, StatusReport } from './results.ts';

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
  const before = new Map(project.store.active().map((experiment) => [experiment.key, statusOf(experiment)]));
  const { askedAtMs, warnings, reasons } = await refresh(project);
  const shown = chosen ? chosen(project) : [...recentFailures(project, askedAtMs), ...project.store.active()];
  const changed = [...before].flatMap(([key, from]) => {
    const expId = project.store.findByKey(key)?.expId ?? undefined;
    const now = expId === undefined ? undefined : project.store.find(expId);
    const to = now === undefined ? from : statusOf(now);
    return now === undefined || to === from ? [] : [{ expId: now.expId, from, to }];
  });
  return {
    askedAtMs,
    lines: shown.map((experiment) => statusLine(project, experiment, reasons.get(experiment.key))),
    counts: project.store.countByStatus(),
    changed,
    warnings: [...project.store.warnings, ...warnings],
  };
}

function statusOf({ record }: Experiment): Status {
  return experimentStatus(record).status;
}

function recentFailures(project: Project, nowMs: number): Experiment[] {
  return [...project.store.select({ where: FAILED, nowMs, limit: 1_000 })].filter(({ record }) => {
    const outcome = experimentStatus(record).stage?.outcome;
    return record.archived?.value !== true && outcome?.status === 'failed' && outcome.endedMs > nowMs - RECENT_MS;
  });
}

const FAILED = { kind: 'compare', field: 'status', operator: '=', literal: { kind: 'text', text: 'failed' } } as const;

/** What is said of one experiment. @param reason why it waits, when the scheduler just said so */
export function statusLine(project: Project, experiment: Experiment, reason?: string): StatusLine {
  const { status, cause, stage } = experimentStatus(experiment.record);
  const line = { expId: experiment.expId, status, ...(cause === undefined ? {} : { cause }) };
  if (stage === undefined) return line;
  const { attempt, outcome } = stage;
  const token = attempt.token?.value;
  const job =
    attempt.facts.started?.value.job ??
    (token === undefined ? undefined : project.store.submission(token)?.job?.value.id);
  const settings = stagesOf(experiment.config.settings).find(({ name }) => name === stage.stage)?.resources;
  const note = noteOf(stage.outcome, reason);
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
      return outcome.held ? 'held; sheaf release lets it go' : (reason ?? outcome.reason);
    case 'failed':
      return outcome.said ?? (outcome.exitCode === undefined ? undefined : `exit code ${outcome.exitCode}`);
    case 'running':
    case 'completed':
    case 'cancelled':
      return undefined;
  }
}
