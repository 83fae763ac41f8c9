import { inputError } from '../../core/errors.ts';
import type { AttemptRef } from '../../core/experiment/event.ts';
import { stagesOf } from '../../core/experiment/frozen.ts';
import { getNextAttempt } from '../../core/experiment/status.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { asToken, type Token } from '../../core/ids.ts';
import { ownerState } from '../../system/index.ts';
import type { Project } from '../project/project.ts';

/**
 * Takes the next attempt of each stage, so that no other command can submit what is being renamed, removed or pruned.
 *
 * @param name the same each time: after a crash the same command takes up what it held
 * @returns what lets go of them
 * @throws SheafError `experiment.busy` if another command has taken one; then none is held
 */
export async function closeToSubmits(
  project: Project,
  { key, expId, config, record }: Experiment,
  name: string,
): Promise<() => void> {
  const token = asToken(name);
  const held: AttemptRef[] = [];
  const release = (): void => {
    for (const ref of held) project.store.claims.dropAttempt(ref, token);
  };
  for (const { name: stage } of stagesOf(config.settings)) {
    const ref = await takeNext(project, { key, stage, n: getNextAttempt(record, stage) }, token);
    if (ref === undefined) {
      release();
      throw inputError('experiment.busy', `${expId} is currently being submitted by another command`, {
        now: 'nothing was changed',
        fix: `sheaf status ${expId}`,
      });
    }
    held.push(ref);
  }
  return release;
}

/** Skips attempts of commands that died before they recorded anything, as a submit does. @returns what was taken */
async function takeNext(project: Project, ref: AttemptRef, token: Token): Promise<AttemptRef | undefined> {
  const { store } = project;
  const holder = store.claims.takeAttempt(ref, token);
  if (holder.token === token) return ref;
  await store.refresh();
  const isDead = store.submission(holder.token) === undefined && ownerState(holder.owner) === 'dead';
  if (!isDead || !store.claims.giveUp(ref, 'the command that held it was killed')) return undefined;
  return takeNext(project, { ...ref, n: ref.n + 1 }, token);
}
