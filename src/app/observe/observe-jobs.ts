import { SheafError } from '../../core/errors.ts';
import type { EventBody } from '../../core/experiment/event.ts';
import { toQueueReader, type QueueReader } from '../../scheduler/index.ts';
import { nowMs } from '../../system/index.ts';
import type { Project } from '../project/project.ts';
import { lookAtJobs, type Look } from './look-at-jobs.ts';
import { LOST_WATCH_MS } from './observations.ts';
import { findCutOff } from './reconcile.ts';

/** What a look at the scheduler showed. */
export interface Observed {
  /** When the queue was asked, milliseconds since 1970; undefined if there was nothing to ask about. */
  readonly askedAtMs?: number;
  /** Why the scheduler could not be asked: what was known before holds. */
  readonly problem?: string;
  /** Why each waiting task waits, by the key of its experiment and the stage: `key.train`. */
  readonly reasons: ReadonlyMap<string, string>;
  /** Facts that were recorded. */
  readonly recorded: number;
  /** Facts that could not be recorded, and why. */
  readonly unrecorded?: { readonly count: number; readonly why: string };
  readonly warnings: readonly string[];
  /** The version of what the view shows now, see `changes`. */
  readonly version: number;
}

/**
 * Looks at the scheduler and at what jobs left behind, and records what is new, and nothing else: no experiment is
 * submitted, retried, cancelled, given up or harvested, and nothing is started. In a project that may only be read it
 * records nothing, and still answers.
 */
export async function observeJobs(project: Project): Promise<Observed> {
  const { store } = project;
  await store.refresh();
  const isIdle = !store.hasActive() && listWatched(project).length === 0 && store.openSubmissions().length === 0;
  const queue = isIdle ? undefined : await openQueue(project);
  if (queue === undefined || typeof queue === 'string') {
    return {
      ...(queue === undefined ? {} : { askedAtMs: nowMs(), problem: queue }),
      reasons: new Map(),
      recorded: 0,
      warnings: [],
      version: store.version(),
    };
  }
  if (store.hasActive()) queue.beginPoll?.();
  const cutOff = await findCutOff(project, queue);
  const first = await record(project, cutOff.facts);
  const look = await lookAtJobs(project, queue, listWatched(project));
  const second = await record(project, look.facts);
  return toObserved(project, look, [first, second], [...cutOff.warnings, ...look.warnings]);
}

function listWatched({ store }: Project): ReturnType<Project['store']['watched']> {
  return store.watched(nowMs() - LOST_WATCH_MS);
}

/** @returns or why it cannot be asked */
async function openQueue(project: Project): Promise<QueueReader | string> {
  try {
    return toQueueReader(await project.scheduler());
  } catch (error) {
    if (error instanceof SheafError) return error.problems[0].said ?? error.message;
    throw error;
  }
}

/** Facts that were to be recorded. */
interface Recorded {
  readonly count: number;
  /** Why they were not. */
  readonly why?: string;
}

async function record(project: Project, facts: readonly EventBody[]): Promise<Recorded> {
  try {
    await project.store.append(facts);
    return { count: facts.length };
  } catch (error) {
    if (!(error instanceof SheafError)) throw error;
    return { count: facts.length, why: error.message };
  }
}

function toObserved(
  { store }: Project,
  { askedAtMs, problem, reasons }: Look,
  all: readonly Recorded[],
  warnings: readonly string[],
): Observed {
  const [failed] = all.filter(({ why }) => why !== undefined);
  const count = (isRecorded: boolean): number =>
    all.reduce((sum, each) => sum + ((each.why === undefined) === isRecorded ? each.count : 0), 0);
  return {
    ...(askedAtMs === undefined ? {} : { askedAtMs }),
    ...(problem === undefined ? {} : { problem }),
    reasons,
    recorded: count(true),
    ...(failed?.why === undefined ? {} : { unrecorded: { count: count(false), why: failed.why } }),
    warnings,
    version: store.version(),
  };
}
