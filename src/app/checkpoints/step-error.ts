import { basename } from 'node:path';
import { inputError, type SheafError } from '../../core/errors.ts';
import { STEP_MARK } from '../../core/files/checkpoint-step.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { stagesOf } from '../../core/experiment/frozen.ts';
import type { FoundCheckpoint } from './found-checkpoint.ts';

/** The step of no checkpoint is known; says which pattern reads it. */
export function makeStepError(experiment: Experiment, checkpoints: readonly FoundCheckpoint[]): SheafError {
  const { expId, config } = experiment;
  const [shown] = checkpoints;
  const name = basename(shown?.file ?? '');
  const pattern = shown === undefined ? '' : patternOf(experiment, shown);
  return inputError('checkpoint.step', `the steps of the checkpoints of ${expId} are not known`, {
    why: `the pattern ${pattern} does not say which part of ${JSON.stringify(name)} is the step`,
    fix: `in template ${config.template}, write the pattern with ${STEP_MARK}: checkpoint: {files: ${JSON.stringify(suggestPattern(pattern, name))}}\nfor this experiment, choose by age: newest`,
  });
}

/** Which pattern reads the step of checkpoints, none of which has one; undefined if none of their names has a number. */
export function makeStepHint(experiment: Experiment, checkpoints: readonly FoundCheckpoint[]): string | undefined {
  const shown = checkpoints.find(({ file }) => markStep(basename(file)) !== undefined);
  if (shown === undefined) return undefined;
  const [name, pattern] = [basename(shown.file), patternOf(experiment, shown)];
  const suggested = JSON.stringify(suggestPattern(pattern, name));
  return `the pattern ${pattern} does not say which part of ${JSON.stringify(name)} is the step: write ${STEP_MARK} for it, as in checkpoint: {files: ${suggested}}`;
}

function patternOf({ settings }: Experiment, { stage }: FoundCheckpoint): string {
  return stagesOf(settings).find(({ name }) => name === stage)?.run.checkpoint?.path ?? '';
}

/** The folder of the pattern, with the last number of the name as the step. */
function suggestPattern(pattern: string, name: string): string {
  const folder = pattern.slice(0, pattern.lastIndexOf('/') + 1);
  return folder + (markStep(name) ?? name.replace(/(\.[A-Za-z][A-Za-z0-9]*)?$/, `_${STEP_MARK}$1`));
}

/** The name with the mark at its last number; undefined without a number. The 5 of model.h5 is not a step. */
function markStep(name: string): string | undefined {
  const marked = name.replace(/[0-9]+(?=[^0-9]*$)/, STEP_MARK);
  return marked === name || /\.[A-Za-z]+\{step\}$/.test(marked) ? undefined : marked;
}
