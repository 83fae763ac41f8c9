import { inputError } from '../../core/errors.ts';
import { stagesOf } from '../../core/experiment/frozen.ts';
import { getNextAttempt } from '../../core/experiment/status.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { asToken } from '../../core/ids.ts';
import type { Project } from '../project/project.ts';

/**
 * Takes the next attempt of each stage, so that no other command can submit what is being renamed, removed or pruned.
 *
 * @param name the same each time: after a crash the same command takes up what it held
 * @returns what lets go of them
 * @throws SheafError `experiment.busy` if another command has taken one; then none is held
 */
export function closeToSubmits(project: Project, { key, expId, config, record }: Experiment, name: string): () => void {
  const token = asToken(name);
  const refs = stagesOf(config.settings).map((stage) => ({
    key,
    stage: stage.name,
    n: getNextAttempt(record, stage.name),
  }));
  const release = (): void => {
    for (const ref of refs) project.store.claims.dropAttempt(ref, token);
  };
  for (const ref of refs) {
    if (project.store.claims.takeAttempt(ref, token).token === token) continue;
    release();
    throw inputError('experiment.busy', `${expId} is currently being submitted by another command`, {
      now: 'nothing was changed',
      fix: `sheaf status ${expId}`,
    });
  }
  return release;
}
