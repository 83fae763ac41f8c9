import type { EventBody } from '../../core/experiment/event.ts';
import type { ExpId, Key } from '../../core/ids.ts';
import { withoutUndefined } from '../../core/value.ts';
import { randomId } from '../../system/index.ts';
import type { FoundCheckpoint } from '../checkpoints/found-checkpoint.ts';
import { experimentFolder, type Project } from '../project/project.ts';
import { findHindrance } from './find-hindrance.ts';
import type { PolicyBook } from './keep-policy.ts';
import { listNeeded } from './list-protections.ts';
import { listFilesToDelete, sumFreedBytes } from './measure-unit.ts';
import { planExperiment } from './plan-experiment.ts';
import type { PlannedExperiment } from './plan-prune.ts';
import { deleteBatch, listAside, putBack, setAside } from '../checkpoints/set-aside.ts';

/** An experiment that no other command may submit or prune now. */
export interface Held {
  readonly expId: ExpId;
  readonly key: Key;
  readonly folder: string;
  readonly batch: string;
  /** Paths of the checkpoints that were planned to go. */
  readonly planned: ReadonlySet<string>;
  readonly release: () => void;
}

/** One of which checkpoints are set aside. */
export interface Aside extends Held {
  readonly checkpoints: readonly FoundCheckpoint[];
}

const BATCH_LETTERS = 12;

export function makeHeld(project: Project, { expId, key, removed }: PlannedExperiment, release: () => void): Held {
  return {
    expId,
    key,
    folder: experimentFolder(project, expId),
    batch: randomId(BATCH_LETTERS),
    planned: new Set(removed.map(({ path }) => path)),
    release,
  };
}

/**
 * Plans again, now that nothing can begin to run, and sets aside what goes by both plans.
 *
 * @returns what is set aside; or why nothing is, as a text
 * @throws SheafError as `planExperiment`, and `file.*`; nothing is set aside then, as far as that can be undone
 */
export async function setUnneededAside(
  project: Project,
  { expId, folder, batch, planned }: Held,
  book: PolicyBook,
): Promise<readonly FoundCheckpoint[] | string> {
  const experiment = project.store.find(expId);
  const plan = experiment && (await planExperiment(project, experiment, book));
  if (plan === undefined) return 'no policy says what to keep of it any more';
  if (plan.why !== undefined) return plan.why;
  const checkpoints = plan.removed.filter(({ path }) => planned.has(path));
  if (checkpoints.length === 0) return NOTHING_LEFT;
  const paths = checkpoints.map(({ path }) => path);
  try {
    setAside(folder, batch, paths);
  } catch (error) {
    putAllBack(folder, batch);
    throw error;
  }
  return checkpoints;
}

const NOTHING_LEFT = 'all its checkpoints are needed by now';

/**
 * Puts back what was given a name, or is started from, since it was planned to go: all if something of the experiment may
 * run now.
 *
 * @returns the rest; or why nothing is left, as a text
 */
export function keepNeeded(
  project: Project,
  { expId, folder, batch, checkpoints }: Aside,
): readonly FoundCheckpoint[] | string {
  const experiment = project.store.find(expId);
  const why = experiment === undefined ? 'is gone' : findHindrance(experiment);
  if (experiment !== undefined && why === undefined) {
    const paths = checkpoints.map(({ path }) => path);
    const needed = listNeeded(project, experiment, paths);
    const rest = checkpoints.filter(({ path }) => !needed.has(path));
    if (rest.length > 0) {
      putBack(folder, batch, (path) => needed.has(path));
      return rest;
    }
  }
  putAllBack(folder, batch);
  return why ?? NOTHING_LEFT;
}

function putAllBack(folder: string, batch: string): void {
  putBack(folder, batch);
  deleteBatch(folder, batch);
}

/** That what is set aside of an experiment is deleted. */
export function makePrunedEvent({
  key,
  expId,
  folder,
  batch,
  checkpoints,
}: Aside): Extract<EventBody, { type: 'pruned' }> {
  const files = checkpoints.map(({ attempt, path, step, bytes, changedMs }) =>
    withoutUndefined({ attempt, path, step, bytes, changedMs }),
  );
  const bytes = sumFreedBytes(listAside(folder, batch).flatMap(({ at }) => listFilesToDelete(at)));
  return { type: 'pruned', key, exp: expId, batch, files, bytes };
}
