import { getAttemptOutcome } from '../../core/experiment/attempt.ts';
import { getExperimentStatus, isActive, type Status } from '../../core/experiment/status.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import type { ExpId } from '../../core/ids.ts';
import type { Mode } from '../../core/settings/harvest-rule.ts';
import { guessDirection } from '../../harvest/index.ts';
import { nowMs } from '../../system/index.ts';
import { findSweep } from '../project/find.ts';
import type { Project } from '../project/project.ts';
import { membersOf } from './show-sweep.ts';

/** How far a sweep is. Times in milliseconds. */
export interface SweepProgress {
  readonly sweep: string;
  readonly total: number;
  /** Members by status. */
  readonly counts: { readonly [status in Status]?: number };
  /** Members that completed, failed or were cancelled. */
  readonly ended: number;
  /** Since the first member started; undefined before that. */
  readonly elapsedMs?: number;
  /** Members that ended per hour, since the first one started. */
  readonly perHour?: number;
  /**
   * Until all have ended, if members take as long as the mean of those that completed and as many run at once as now.
   * Undefined before the first has completed, and while none runs.
   */
  readonly leftMs?: number;
  readonly best?: BestMember;
}

/**
 * The best value so far of the main metric, of members that completed. The main metric is the first one whose rule, or
 * whose name beyond doubt, says which values are better.
 */
export interface BestMember {
  readonly expId: ExpId;
  readonly metric: string;
  readonly value: number;
  readonly mode: Mode;
}

/** How far a sweep is as far as the record says; never asks the scheduler. @throws SheafError `sweep.unknown` */
export function readSweepProgress(project: Project, name: string): SweepProgress {
  findSweep(project, name);
  const atMs = nowMs();
  return summarizeProgress(name, [...project.store.select({ where: membersOf(name), nowMs: atMs })], atMs);
}

/** @param members the experiments of the sweep as they are on record */
export function summarizeProgress(sweep: string, members: readonly Experiment[], atMs: number): SweepProgress {
  const spans = members.map(spanOf);
  const counts: { [status in Status]?: number } = {};
  for (const { status } of spans) counts[status] = (counts[status] ?? 0) + 1;
  const ended = spans.filter(({ status }) => status !== 'created' && !isActive(status)).length;
  const begunMs = spans.reduce((first, { startedMs = Infinity }) => Math.min(first, startedMs), Infinity);
  const elapsedMs = atMs - begunMs;
  const leftMs = estimateLeft(spans, atMs);
  const best = findBest(members);
  return {
    sweep,
    total: members.length,
    counts,
    ended,
    ...(begunMs === Infinity ? {} : { elapsedMs }),
    ...(ended === 0 || elapsedMs <= 0 ? {} : { perHour: (ended / elapsedMs) * MS_PER_HOUR }),
    ...(leftMs === undefined ? {} : { leftMs }),
    ...(best === undefined ? {} : { best }),
  };
}

const MS_PER_HOUR = 3_600_000;

/** From the start of the first stage to the end of the last one. */
interface Span {
  readonly status: Status;
  readonly startedMs?: number;
  readonly endedMs?: number;
}

function spanOf({ record, waiting }: Experiment): Span {
  if (waiting !== undefined) return { status: 'queued' };
  const { status } = getExperimentStatus(record);
  let [startedMs, endedMs] = [Infinity, -Infinity];
  for (const attempt of Object.values(record.attempts)) {
    const outcome = getAttemptOutcome(attempt);
    if ('startedMs' in outcome && outcome.startedMs !== undefined) startedMs = Math.min(startedMs, outcome.startedMs);
    if ('endedMs' in outcome) endedMs = Math.max(endedMs, outcome.endedMs);
  }
  return {
    status,
    ...(startedMs === Infinity ? {} : { startedMs }),
    ...(endedMs === -Infinity ? {} : { endedMs }),
  };
}

function estimateLeft(spans: readonly Span[], atMs: number): number | undefined {
  const tookMs = spans.flatMap(({ status, startedMs, endedMs }) =>
    status === 'completed' && startedMs !== undefined && endedMs !== undefined ? [endedMs - startedMs] : [],
  );
  const running = spans.filter(({ status }) => status === 'running');
  if (tookMs.length === 0 || running.length === 0) return undefined;
  const meanMs = tookMs.reduce((sum, ms) => sum + ms, 0) / tookMs.length;
  const queued = spans.filter(({ status }) => status === 'queued').length;
  const restMs = running.map(({ startedMs = atMs }) => Math.max(0, meanMs - (atMs - startedMs)));
  return (queued * meanMs + restMs.reduce((sum, ms) => sum + ms, 0)) / running.length;
}

function findBest(members: readonly Experiment[]): BestMember | undefined {
  let best: BestMember | undefined;
  for (const { expId, record, waiting } of members) {
    const harvest = waiting === undefined ? record.harvest?.value.harvest : undefined;
    const metrics = harvest?.partial ? undefined : harvest?.metrics;
    const name: string | undefined = best?.metric ?? Object.keys(metrics ?? {}).find((each) => modeOf(each, metrics));
    const value = name === undefined ? undefined : metrics?.[name]?.value;
    const mode = name === undefined ? undefined : (best?.mode ?? modeOf(name, metrics));
    if (name === undefined || mode === undefined || typeof value !== 'number') continue;
    const isBetter = best === undefined || (mode === 'max' ? value > best.value : value < best.value);
    if (isBetter) best = { expId, metric: name, value, mode };
  }
  return best;
}

/** As the rule of a metric says, otherwise as far as its name does. */
function modeOf(name: string, metrics: { readonly [name: string]: { readonly mode?: Mode } } = {}): Mode | undefined {
  return metrics[name]?.mode ?? guessDirection(name);
}
