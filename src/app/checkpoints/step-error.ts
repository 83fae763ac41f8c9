import { basename } from 'node:path';
import { inputError, type SheafError } from '../../core/errors.ts';
import { STEP_MARK } from '../../core/experiment/checkpoint-step.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { stagesOf } from '../../core/experiment/frozen.ts';
import type { FoundCheckpoint } from './found-checkpoint.ts';

/** The step of no checkpoint is known; says which pattern reads it. */
export function makeStepError(experiment: Experiment, checkpoints: readonly FoundCheckpoint[]): SheafError {
  const { expId, settings, config } = experiment;
  const [shown] = checkpoints;
  const name = basename(shown?.file ?? '');
  const pattern = stagesOf(settings).find((stage) => stage.name === shown?.stage)?.run.checkpoint?.path ?? '';
  return inputError('checkpoint.step', `the steps of the checkpoints of ${expId} are not known`, {
    why: `the pattern ${pattern} does not say which part of ${JSON.stringify(name)} is the step`,
    fix: `in template ${config.template}, write the pattern with ${STEP_MARK}: checkpoint: {files: ${JSON.stringify(suggestPattern(pattern, name))}}\nfor this experiment, choose by age: newest`,
  });
}

/** The folder of the pattern, with the last number of the name as the step. */
function suggestPattern(pattern: string, name: string): string {
  const folder = pattern.slice(0, pattern.lastIndexOf('/') + 1);
  const marked = name.replace(/[0-9]+(?=[^0-9]*$)/, STEP_MARK);
  // The 5 of model.h5 is not a step.
  const isMarked = marked !== name && !/\.[A-Za-z]+\{step\}$/.test(marked);
  return folder + (isMarked ? marked : name.replace(/(\.[A-Za-z][A-Za-z0-9]*)?$/, `_${STEP_MARK}$1`));
}
