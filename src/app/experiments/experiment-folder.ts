import { join } from 'node:path';
import { failure, SheafError } from '../../core/errors.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { listTags } from '../../core/experiment/record.ts';
import { isSharedFolder, makeFolder, readTextIfThere, writeAtomic } from '../../system/index.ts';
import type { ExperimentHeader } from '../../template/index.ts';
import { getStart } from '../checkpoints/start-file.ts';
import { experimentFolder, type Project } from '../project/project.ts';

/**
 * Makes the folders of experiments before their first submission, each with its `experiment.yaml`.
 *
 * @param experiments one, or members of one sweep
 * @throws SheafError `experiment.folder` when one cannot be written; none of these may be submitted then
 */
export async function makeExperimentFolders(project: Project, experiments: readonly Experiment[]): Promise<void> {
  const isOne = experiments.length === 1;
  await writeEach(project, experiments, (error, { expId, sweep = expId }) =>
    failure(
      'experiment.folder',
      `the folder of ${expId} cannot be written`,
      {
        said: error.message,
        now: `nothing was submitted of ${isOne ? expId : `these ${experiments.length} experiments`}`,
        fix: `fix this, then submit again: sheaf submit ${isOne ? expId : `--sweep ${sweep}`}`,
      },
      error,
    ),
  );
}

/**
 * Writes `experiment.yaml` of each: a copy for people, that doctor can make again.
 *
 * @throws SheafError `experiment.copy` when one cannot be written; the experiments are on record anyway
 */
export async function writeCopies(project: Project, experiments: readonly Experiment[]): Promise<void> {
  await writeEach(project, experiments, (error, { expId }, rest) =>
    failure(
      'experiment.copy',
      `${rest === 0 ? `${expId} is` : `${expId} and ${rest} more are`} recorded, but experiment.yaml could not be written`,
      {
        said: error.message,
        now: 'nothing is lost: experiment.yaml is a copy for people',
        fix: 'fix this, then write the missing copies: sheaf doctor',
      },
      error,
    ),
  );
}

/** @param describe the error for the first that cannot be written, with the number of those after it */
async function writeEach(
  project: Project,
  experiments: readonly Experiment[],
  describe: (error: SheafError, experiment: Experiment, rest: number) => SheafError,
): Promise<void> {
  const { writeExperimentYaml } = await import('../../template/index.ts');
  for (const [done, experiment] of experiments.entries()) {
    const folder = experimentFolder(project, experiment.expId);
    try {
      makeFolder(folder);
      // In a shared project others may run attempts, and a job would make their folder for its own user alone.
      if (isSharedFolder(folder)) makeFolder(join(folder, 'attempts'));
      writeAtomic(join(folder, 'experiment.yaml'), writeExperimentYaml(experiment.config, headerOf(experiment)));
    } catch (error) {
      if (!(error instanceof SheafError)) throw error;
      throw describe(error, experiment, experiments.length - done - 1);
    }
  }
}

/** Whether `experiment.yaml` says what the journal does. */
export async function isCopyCurrent(project: Project, experiment: Experiment): Promise<boolean> {
  const { writeExperimentYaml } = await import('../../template/index.ts');
  const text = readTextIfThere(join(experimentFolder(project, experiment.expId), 'experiment.yaml'));
  return text === writeExperimentYaml(experiment.config, headerOf(experiment));
}

function headerOf(experiment: Experiment): ExperimentHeader {
  const { expId, key, description, createdMs, user, record } = experiment;
  const notes = Object.values(record.notes).map(({ text }) => text);
  const start = getStart(experiment);
  return { expId, key, description, tags: listTags(record), notes, createdMs, user, ...(start && { start }) };
}
