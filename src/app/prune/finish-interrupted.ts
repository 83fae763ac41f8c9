import { SheafError } from '../../core/errors.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { isBatchPruned } from '../../core/experiment/record.ts';
import { experimentFolder, type Project } from '../project/project.ts';
import { findHindrance } from './find-hindrance.ts';
import { holdExperiment } from './hold-experiment.ts';
import { deleteBatch, listAside, listBatches, putBack, removeWithoutBatches } from '../checkpoints/set-aside.ts';

/** What came of the checkpoints that an interrupted command had set aside. */
export interface Finishing {
  putBack: number;
  deleted: number;
  /** Why something is left, if anything is. */
  readonly why?: string;
}

/**
 * Finishes what a command that was interrupted left set aside of an experiment. Pruning sets checkpoints aside, looks
 * once more whether any is needed now, records that they are deleted, and deletes them; so
 *
 * | its event    | its place    | then a checkpoint that is set aside                              |
 * |--------------|--------------|------------------------------------------------------------------|
 * | is recorded  |              | is deleted: the record says so                                   |
 * | is missing   | is free      | goes back: whether it is needed is decided again                 |
 * | is missing   | is taken     | is deleted: a run has written the same file again, in its place  |
 *
 * What runs may write to those places, so that nothing goes back before it has ended.
 *
 * @throws SheafError `file.*`
 */
export async function finishInterrupted(project: Project, { expId }: Experiment): Promise<Finishing> {
  const folder = experimentFolder(project, expId);
  const found: Finishing = { putBack: 0, deleted: 0 };
  if (listBatches(folder).length === 0) {
    removeWithoutBatches(folder);
    return found;
  }
  await project.store.refresh();
  const experiment = project.store.find(expId);
  if (experiment === undefined) return found;
  // One that is recorded will not come back, so that nobody else has to wait for this.
  for (const batch of listBatches(folder).filter((each) => isBatchPruned(experiment.record, each))) {
    found.deleted += listAside(folder, batch).length;
    deleteBatch(folder, batch);
  }
  if (listBatches(folder).length === 0) return found;
  const release = await tryToHold(project, experiment);
  if (typeof release === 'string') return { ...found, why: release };
  try {
    const why = await putBackAll(project, experiment, folder, found);
    return { ...found, ...(why !== undefined && { why }) };
  } finally {
    release();
  }
}

async function putBackAll(
  project: Project,
  { expId }: Experiment,
  folder: string,
  found: Finishing,
): Promise<string | undefined> {
  await project.store.refresh();
  const experiment = project.store.find(expId);
  const why = experiment && findHindrance(experiment);
  if (experiment === undefined || why !== undefined) return why;
  for (const batch of listBatches(folder)) {
    if (!isBatchPruned(experiment.record, batch)) found.putBack += putBack(folder, batch);
    found.deleted += listAside(folder, batch).length;
    deleteBatch(folder, batch);
  }
  return undefined;
}

async function tryToHold(project: Project, experiment: Experiment): Promise<(() => void) | string> {
  try {
    return await holdExperiment(project, experiment);
  } catch (error) {
    if (error instanceof SheafError && error.code === 'experiment.busy') return error.message;
    throw error;
  }
}
