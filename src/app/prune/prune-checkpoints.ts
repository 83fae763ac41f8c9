import { SheafError, toProblem, type Problem } from '../../core/errors.ts';
import type { CheckpointRef } from '../../core/experiment/checkpoint-file.ts';
import type { ExpId } from '../../core/ids.ts';
import { yieldToEventLoop } from '../../system/index.ts';
import type { Project } from '../project/project.ts';
import type { RunOptions } from '../project/types.ts';
import { finishInterrupted } from './finish-interrupted.ts';
import { holdExperiment } from './hold-experiment.ts';
import { openPolicyBook, type PolicyBook } from './keep-policy.ts';
import type { PlannedExperiment, PrunePlan } from './plan-prune.ts';
import {
  keepNeeded,
  makeHeld,
  makePrunedEvent,
  setUnneededAside,
  type Aside,
  type Held,
} from './set-unneeded-aside.ts';
import { deleteBatch } from '../checkpoints/set-aside.ts';

/** Experiments that are held at once, and recorded by one append. */
const AT_ONCE = 16;

/** What was deleted of an experiment. */
export interface PrunedExperiment {
  readonly expId: ExpId;
  readonly files: readonly CheckpointRef[];
  /** What that freed, in bytes. */
  readonly freed: number;
}

/** The outcome of pruning. */
export interface Pruning {
  readonly done: PrunedExperiment[];
  /** Experiments of which nothing was deleted after all, and why. */
  readonly skipped: { readonly expId: ExpId; readonly why: string }[];
  readonly failed: { readonly expId: ExpId; readonly problem: Problem }[];
}

/**
 * Deletes the checkpoints that were planned to go, as far as that is still right: what is pinned, started from, newest or
 * kept by the policy by now stays. Each experiment is held against submits for a moment; its checkpoints are set aside,
 * looked at once more, recorded as deleted, and deleted. Interrupted anywhere, `finishInterrupted` makes it whole.
 *
 * Who gives a checkpoint a name or starts from one looks for it once more after that is recorded: either this finds the
 * record, or they find that the checkpoint is gone.
 *
 * @throws SheafError `file.*`, `store.*` if it cannot be recorded: then nothing is deleted of the experiments at hand
 */
export async function pruneCheckpoints(
  project: Project,
  { asked, planned }: PrunePlan,
  { signal, progress }: RunOptions = {},
): Promise<Pruning> {
  const book = await openPolicyBook(project, asked);
  const found: Pruning = { done: [], skipped: [], failed: [] };
  for (let start = 0; start < planned.length && !signal?.aborted; start += AT_ONCE) {
    await yieldToEventLoop();
    await pruneSome(project, planned.slice(start, start + AT_ONCE), book, found);
    progress?.(Math.min(start + AT_ONCE, planned.length), planned.length, 'experiments pruned');
  }
  return found;
}

async function pruneSome(
  project: Project,
  planned: readonly PlannedExperiment[],
  book: PolicyBook,
  found: Pruning,
): Promise<void> {
  const held: Held[] = [];
  try {
    await each(planned, found, async (one) => {
      const experiment = project.store.find(one.expId);
      const release = experiment === undefined ? 'is gone' : await holdExperiment(project, experiment);
      if (typeof release === 'string') return release;
      held.push(makeHeld(project, one, release));
      return undefined;
    });
    const gone = await recordGone(project, held, book, found);
    for (const { release } of held) release();
    await each(gone, found, async (one) => {
      deleteBatch(one.folder, one.batch);
      const { files, bytes: freed } = one.event;
      found.done.push({ expId: one.expId, files, freed });
      return undefined;
    });
  } catch (error) {
    for (const { release } of held) release();
    for (const one of held) await tryToFinish(project, one);
    throw error;
  }
}

/** Checkpoints of an experiment that are recorded as deleted, and still set aside. */
interface Gone extends Aside {
  readonly event: ReturnType<typeof makePrunedEvent>;
}

/** Sets aside what goes, and records it. @returns what is recorded as deleted */
async function recordGone(project: Project, held: readonly Held[], book: PolicyBook, found: Pruning): Promise<Gone[]> {
  const aside: Aside[] = [];
  await project.store.refresh();
  await each(held, found, async (one) => {
    const checkpoints = await setUnneededAside(project, one, book);
    if (typeof checkpoints === 'string') return checkpoints;
    aside.push({ ...one, checkpoints });
    return undefined;
  });
  await project.store.refresh();
  const gone: Gone[] = [];
  await each(aside, found, async (one) => {
    const checkpoints = keepNeeded(project, one);
    if (typeof checkpoints === 'string') return checkpoints;
    gone.push({ ...one, checkpoints, event: makePrunedEvent({ ...one, checkpoints }) });
    return undefined;
  });
  await project.store.append(gone.map(({ event }) => event));
  return gone;
}

/** Does something with each, or reports why that is not done. @param act gives why there is nothing to do, if that is so */
async function each<T extends Pick<Held, 'expId'>>(
  items: readonly T[],
  { skipped, failed }: Pruning,
  act: (item: T) => Promise<string | undefined>,
): Promise<void> {
  for (const item of items) {
    const { expId } = item;
    try {
      const why = await act(item);
      if (why !== undefined) skipped.push({ expId, why });
    } catch (error) {
      const problem = toProblem(error);
      if (problem.code === 'experiment.busy') skipped.push({ expId, why: 'is currently being submitted' });
      else failed.push({ expId, problem });
    }
  }
}

/** What cannot be finished now, the next command finishes. */
async function tryToFinish(project: Project, { expId }: Held): Promise<void> {
  const experiment = project.store.find(expId);
  try {
    if (experiment !== undefined) await finishInterrupted(project, experiment);
  } catch (error) {
    if (!(error instanceof SheafError)) throw error;
  }
}
