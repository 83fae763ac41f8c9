import { SheafError } from '../../core/errors.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { experimentFolder, type Project } from '../project/project.ts';
import { findHindrance } from './find-hindrance.ts';
import { holdExperiment } from './hold-experiment.ts';
import { deleteBatch, listBatches, putBack } from './set-aside.ts';

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
 * @returns why something is left, if anything is
 * @throws SheafError `file.*`
 */
export async function finishInterrupted(project: Project, { expId }: Experiment): Promise<string | undefined> {
  const folder = experimentFolder(project, expId);
  if (listBatches(folder).length === 0) return undefined;
  await project.store.refresh();
  const experiment = project.store.find(expId);
  if (experiment === undefined) return undefined;
  // One that is recorded will not come back, so that nobody else has to wait for this.
  for (const batch of listBatches(folder)) if (isRecorded(experiment, batch)) deleteBatch(folder, batch);
  if (listBatches(folder).length === 0) return undefined;
  const release = await tryToHold(project, experiment);
  if (typeof release === 'string') return release;
  try {
    return await putBackAll(project, experiment, folder);
  } finally {
    release();
  }
}

async function putBackAll(project: Project, { expId }: Experiment, folder: string): Promise<string | undefined> {
  await project.store.refresh();
  const experiment = project.store.find(expId);
  const why = experiment && findHindrance(experiment);
  if (experiment === undefined || why !== undefined) return why;
  for (const batch of listBatches(folder)) {
    if (!isRecorded(experiment, batch)) putBack(folder, batch);
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

function isRecorded({ record }: Experiment, batch: string): boolean {
  return record.pruned !== undefined && Object.hasOwn(record.pruned, batch);
}
