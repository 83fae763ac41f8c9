import { inputError, type SheafError } from '../../core/errors.ts';
import type { StepMetric } from '../../core/experiment/checkpoint-file.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import type { ExpId } from '../../core/ids.ts';
import type { JudgedMetric } from '../../core/files/step-metric.ts';
import type { Project } from '../project/project.ts';
import { findBestCheckpoint } from './choose-checkpoint.ts';
import { findCheckpoints } from './find-checkpoints.ts';
import type { FoundCheckpoint } from './found-checkpoint.ts';
import { makeStepError } from './step-error.ts';

/** The best checkpoint of the best experiment that has one. */
export interface BestCheckpoint {
  readonly expId: ExpId;
  /** The final value of the experiment. */
  readonly final: number;
  readonly checkpoint: FoundCheckpoint;
  /** At the step of the checkpoint. */
  readonly metric: StepMetric;
  /** A better one of this experiment may be missing, see `describeInterrupted`. */
  readonly interrupted?: string;
  /** Experiments with a better final value, and why none of their checkpoints was taken; the best one first. */
  readonly skipped: readonly { readonly expId: ExpId; readonly final: number; readonly why: string }[];
}

/**
 * Of the first experiment that still has a checkpoint with a step and a value, the one with the best value.
 *
 * @param experiments the one with the best final value first
 * @throws SheafError `checkpoint.step` when no step is known, `checkpoint.none` when there is no checkpoint with a value
 */
export async function findBestOfAll(
  project: Project,
  experiments: Iterable<Experiment>,
  judge: JudgedMetric,
): Promise<BestCheckpoint> {
  const skipped: BestCheckpoint['skipped'][number][] = [];
  let withoutSteps: SheafError | undefined;
  for (const experiment of experiments) {
    const { expId } = experiment;
    const final = getFinalValue(experiment, judge.name);
    if (final === undefined) continue;
    const { checkpoints, interrupted, why = NONE_ANY_MORE } = await findCheckpoints(project, experiment);
    const best = await findBestCheckpoint(project, experiment, checkpoints, judge);
    if (best !== undefined)
      return { expId, final, ...best, ...(interrupted !== undefined && { interrupted }), skipped };
    const hasSteps = checkpoints.some(({ step }) => step !== undefined);
    if (checkpoints.length > 0 && !hasSteps) withoutSteps ??= makeStepError(experiment, checkpoints);
    const reason = hasSteps
      ? `no complete checkpoint of it has a value of ${judge.name}`
      : 'the steps of its checkpoints are not known';
    skipped.push({ expId, final, why: interrupted ?? (checkpoints.length === 0 ? why : reason) });
  }
  if (withoutSteps !== undefined) throw withoutSteps;
  throw makeNoBestError(judge.name, skipped);
}

const NONE_ANY_MORE = 'it has no checkpoints any more';

function makeNoBestError(metric: string, skipped: BestCheckpoint['skipped']): SheafError {
  const [first] = skipped;
  if (first === undefined) return makeNoValueError(metric);
  return inputError('checkpoint.none', `no checkpoint has a value of ${metric}`, {
    why: `${first.expId}, the best one, has ${metric} ${first.final}, but ${first.why}`,
    fix: `see what there is: sheaf checkpoints list ${first.expId} --metric ${metric}`,
  });
}

/** Nothing is chosen, or nothing of it has a value of the metric. */
export function makeNoValueError(metric: string): SheafError {
  return inputError('checkpoint.none', `none of these experiments has a value of ${metric}`, {
    fix: `read results: sheaf harvest\nor see which there are: sheaf list --columns exp_id,status,${metric}`,
  });
}

function getFinalValue({ record }: Experiment, metric: string): number | undefined {
  const metrics = record.harvest?.value.harvest.metrics ?? {};
  const value = Object.hasOwn(metrics, metric) ? metrics[metric]?.value : undefined;
  return typeof value === 'number' ? value : undefined;
}
