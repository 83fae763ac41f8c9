import { dirname } from 'node:path';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { makeFolder, ownerWords, removePath } from '../../system/index.ts';
import { getPruneLock } from '../checkpoints/set-aside.ts';
import { closeToSubmits } from '../experiments/close-to-submits.ts';
import { takeLock } from '../project/lock.ts';
import type { Project } from '../project/project.ts';

/** After this time, what a killed command on another host held is taken over: none holds an experiment for long. Milliseconds. */
const LOCK_MS = 3_600_000;

/**
 * Keeps other commands from submitting an experiment and from pruning it.
 *
 * @returns what lets go of it; or who prunes it, as a text
 * @throws SheafError `experiment.busy` while another command submits it; `file.*`
 */
export async function holdExperiment(project: Project, experiment: Experiment): Promise<(() => void) | string> {
  const lock = getPruneLock(project.store.paths.claims, experiment.key);
  makeFolder(dirname(lock));
  const holder = takeLock(lock, LOCK_MS);
  if (holder !== undefined) return `is being pruned by another command (${ownerWords(holder)})`;
  try {
    const open = await closeToSubmits(project, experiment, `pruned-${experiment.key}`);
    return () => {
      open();
      removePath(lock);
    };
  } catch (error) {
    removePath(lock);
    throw error;
  }
}
