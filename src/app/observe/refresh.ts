import { formatError, Unreachable } from '../../core/errors.ts';
import { getExperimentStatus, isActive } from '../../core/experiment/status.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import type { Scheduler } from '../../scheduler/index.ts';
import { nowMs } from '../../system/index.ts';
import { LOST_WATCH_MS, type Observation } from './observations.ts';
import { lookAtJobs } from './look-at-jobs.ts';
import type { Project } from '../project/project.ts';
import { reconcile } from './reconcile.ts';

export interface RefreshResult {
  readonly askedAtMs: number;
  readonly warnings: readonly string[];
  /** Why tasks wait, as the scheduler just said, by {@link getReasonName}. */
  readonly reasons: ReadonlyMap<string, string>;
  /** The scheduler could not be asked: nothing is to be built on this. */
  readonly failed?: true;
  /** What the scheduler said was said to another command a moment ago. */
  readonly reused?: boolean;
  /** Those that were active, or of which more could be learned, as they were before. */
  readonly before: readonly Experiment[];
  /** The active experiments, when nothing new was learned of any. */
  readonly unchanged?: readonly Experiment[];
}

const NOTHING_ASKED = { reasons: new Map<string, string>() };

/**
 * Finds the outcome of all attempts that may have a job, see {@link lookAtJobs}, and records what is new, and only that.
 * Completes submissions that were cut off, and takes out of the queue what can never start.
 *
 * @param afterMs what the queue said before does not do
 */
export async function refresh(project: Project, afterMs?: number): Promise<RefreshResult> {
  await project.store.refresh();
  const silent = project.store.hasActive() ? await beginPoll(project, afterMs) : undefined;
  const before = project.store.watched(nowMs() - LOST_WATCH_MS);
  if (silent !== undefined)
    return { ...NOTHING_ASKED, before, askedAtMs: nowMs(), warnings: [describeFailedPoll(silent)], failed: true };
  const { warnings, settled } = await reconcile(project);
  const watched = settled ? project.store.watched(nowMs() - LOST_WATCH_MS) : before;
  if (watched.length === 0) return { ...NOTHING_ASKED, before, askedAtMs: nowMs(), warnings };
  const scheduler = await project.scheduler();
  const look = await lookAtJobs(project, scheduler, watched, afterMs);
  const { askedAtMs = nowMs(), problem, facts, observations, reasons, reused } = look;
  if (problem !== undefined) {
    const all = [...warnings, describeFailedPoll(problem)];
    return { ...NOTHING_ASKED, before, askedAtMs, warnings: all, failed: true };
  }
  await project.store.append(facts);
  return {
    askedAtMs,
    warnings: [...warnings, ...look.warnings, ...(await endHopeless(scheduler, observations))],
    reasons,
    ...(reused ? { reused } : {}),
    before,
    ...(facts.length > 0 || settled || look.askedAtMs === undefined ? {} : { unchanged: watched.filter(mayHaveJob) }),
  };
}

/** Begins to ask, while the record is read. @returns why it cannot be asked: then what was known before stands */
async function beginPoll(project: Project, afterMs: number | undefined): Promise<string | undefined> {
  try {
    (await project.scheduler()).beginPoll?.(afterMs);
    return undefined;
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    return error.problems[0].said ?? error.message;
  }
}

function describeFailedPoll(said: string): string {
  return `the scheduler could not be asked, so that this is what was known before: ${said}`;
}

function mayHaveJob(experiment: Experiment): boolean {
  return experiment.waiting !== undefined || isActive(getExperimentStatus(experiment.record).status);
}

/** Nothing waits for ever: what will never start since a job before it failed is taken out of the queue. */
async function endHopeless(scheduler: Scheduler, observations: readonly Observation[]): Promise<string[]> {
  const hopeless = observations.filter(({ polled }) => polled?.kind === 'queue' && polled.never !== undefined);
  if (hopeless.length === 0) return [];
  try {
    await scheduler.cancel(hopeless.map(({ item }) => item.task));
    return [];
  } catch (error) {
    return [`${hopeless.length} that wait for what failed could not be taken out of the queue: ${formatError(error)}`];
  }
}
