import { inputError, SheafError } from '../../core/errors.ts';
import { compareNewestFirst, type StepMetric } from '../../core/experiment/checkpoint-file.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { getAttemptOutcome } from '../../core/experiment/outcome.ts';
import { findBestOf, findJudgingMetric, type JudgedMetric } from '../../core/files/step-metric.ts';
import type { Mode } from '../../core/settings/harvest-rule.ts';
import type { Project } from '../project/project.ts';
import { findCheckpoints, type CheckpointSearch } from './find-checkpoints.ts';
import type { FoundCheckpoint } from './found-checkpoint.ts';
import { makeStepError } from './step-error.ts';
import { readStepMetrics } from './step-metrics.ts';

/** Which checkpoint of an experiment is meant: the best by a metric, the newest one, or the one of a step. */
export type CheckpointChoice = 'best' | 'newest' | number;

/** What judges checkpoints. */
export interface JudgeOptions {
  /** Default: the only harvested metric that says which of its values are better. */
  readonly metric?: string | undefined;
  /** Default: as the harvest rule of the metric says. */
  readonly mode?: Mode | undefined;
}

/** A checkpoint, and its value, if it is known which metric judges it. */
export interface ChosenCheckpoint {
  readonly checkpoint: FoundCheckpoint;
  readonly metric?: StepMetric;
}

/**
 * One checkpoint of an experiment. Of several at a step it is the newest. One that a live attempt may still be writing is
 * chosen only by its step.
 *
 * @throws SheafError `checkpoint.none`, `checkpoint.step`, `checkpoint.unknown`, `checkpoint.metric`, `checkpoint.value`,
 *   `checkpoint.interrupted`
 */
export async function chooseCheckpoint(
  project: Project,
  experiment: Experiment,
  choice: CheckpointChoice,
  options: JudgeOptions = {},
): Promise<ChosenCheckpoint> {
  const { expId } = experiment;
  const search = await findCheckpoints(project, experiment);
  const { checkpoints } = search;
  if (search.interrupted !== undefined && !isThere(checkpoints, choice)) {
    throw inputError('checkpoint.interrupted', `${expId} does not have all its checkpoints now`, {
      why: search.interrupted,
      fix: `sheaf checkpoints prune ${expId}`,
    });
  }
  if (checkpoints.length === 0) throw makeNoneError(experiment, search);
  if (choice === 'newest') {
    const checkpoint = findNewest(listComplete(experiment, checkpoints));
    if (checkpoint === undefined) throw makeUnfinishedError(experiment);
    return withMetric(project, experiment, checkpoints, checkpoint, options);
  }
  if (!checkpoints.some(({ step }) => step !== undefined)) throw makeStepError(experiment, checkpoints);
  if (choice === 'best') {
    const best = await findBestCheckpoint(project, experiment, checkpoints, getJudge(experiment, options));
    if (best !== undefined) return best;
    const { name } = getJudge(experiment, options);
    throw inputError('checkpoint.value', `${expId} has no value of ${name} at the step of any checkpoint`, {
      why: 'a checkpoint has the last value of the series at or before its step, after the checkpoint before it',
      fix: `read the series: sheaf harvest ${expId}\nor choose by step: sheaf checkpoints list ${expId}`,
    });
  }
  const checkpoint = findNewest(checkpoints.filter(({ step }) => step === choice));
  if (checkpoint !== undefined) return withMetric(project, experiment, checkpoints, checkpoint, options);
  throw inputError('checkpoint.unknown', `${expId} has no checkpoint of step ${choice}`, {
    fix: `see its checkpoints: sheaf checkpoints list ${expId}`,
  });
}

/** Whether what a prune has set aside cannot be the one that is meant: it never sets the newest aside. */
function isThere(checkpoints: readonly FoundCheckpoint[], choice: CheckpointChoice): boolean {
  return choice === 'newest' ? checkpoints.length > 0 : checkpoints.some(({ step }) => step === choice);
}

/** Series that cannot be read keep nobody from a checkpoint that was not chosen by them. */
async function withMetric(
  project: Project,
  experiment: Experiment,
  checkpoints: readonly FoundCheckpoint[],
  checkpoint: FoundCheckpoint,
  { metric: asked }: JudgeOptions,
): Promise<ChosenCheckpoint> {
  const name = asked ?? findJudgingMetric(experiment.record.harvest?.value.harvest.metrics ?? {})?.name;
  if (name === undefined) return { checkpoint };
  try {
    const metric = (await readStepMetrics(project, experiment, checkpoints, name)).get(checkpoint);
    return { checkpoint, ...(metric && { metric }) };
  } catch (error) {
    if (!(error instanceof SheafError)) throw error;
    return { checkpoint };
  }
}

/** The best of the checkpoints that are complete; undefined when none of them has a value. */
export async function findBestCheckpoint(
  project: Project,
  experiment: Experiment,
  checkpoints: readonly FoundCheckpoint[],
  { name, mode }: JudgedMetric,
): Promise<Required<ChosenCheckpoint> | undefined> {
  const metrics = await readStepMetrics(project, experiment, checkpoints, name);
  const complete = listComplete(experiment, checkpoints);
  const checkpoint = findBestByMetric(complete, metrics, mode);
  const metric = checkpoint && metrics.get(checkpoint);
  return checkpoint && metric && { checkpoint, metric };
}

/** The first one by `compareNewestFirst`, as pruning sorts them. */
export function findNewest(checkpoints: readonly FoundCheckpoint[]): FoundCheckpoint | undefined {
  return checkpoints.toSorted(compareNewestFirst)[0];
}

/** The one with the best value; of equal ones the newest. Undefined when none has a value. */
export function findBestByMetric(
  checkpoints: readonly FoundCheckpoint[],
  metrics: ReadonlyMap<FoundCheckpoint, StepMetric>,
  mode: Mode,
): FoundCheckpoint | undefined {
  return findBestOf(checkpoints.toSorted(compareNewestFirst), (one) => metrics.get(one)?.value, mode);
}

/** Without the newest one of each attempt that has not ended as far as the record says: it may be half written. */
export function listComplete(
  { record }: Experiment,
  checkpoints: readonly FoundCheckpoint[],
): readonly FoundCheckpoint[] {
  const live = Object.entries(record.attempts).flatMap(([name, attempt]) => {
    const { status } = getAttemptOutcome(attempt);
    return status === 'running' || status === 'queued' ? [{ name, stage: attempt.stage }] : [];
  });
  const unfinished = live.flatMap(({ name, stage }) => [
    findNewest(checkpoints.filter(({ attempt }) => attempt === name)),
    findNewest(checkpoints.filter((one) => one.attempt === undefined && one.stage === stage)),
  ]);
  return checkpoints.filter((checkpoint) => !unfinished.includes(checkpoint));
}

/**
 * The metric that judges the checkpoints of an experiment.
 *
 * @throws SheafError `checkpoint.metric` when neither the options nor the harvest rules say which one, or which values are better
 */
export function getJudge({ expId, record }: Experiment, { metric, mode }: JudgeOptions = {}): JudgedMetric {
  const metrics = record.harvest?.value.harvest.metrics ?? {};
  if (metric === undefined) {
    const judge = findJudgingMetric(metrics);
    if (judge !== undefined) return { ...judge, ...(mode && { mode }) };
    const judging = Object.entries(metrics).flatMap(([name, { mode: own }]) => (own === undefined ? [] : [name]));
    throw inputError('checkpoint.metric', `it is not known which metric judges the checkpoints of ${expId}`, {
      why:
        judging.length === 0
          ? 'no harvested metric has mode: max or min'
          : `several harvested metrics have a mode: ${judging.join(', ')}`,
      fix: 'name one: --metric NAME',
    });
  }
  const better = mode ?? (Object.hasOwn(metrics, metric) ? metrics[metric]?.mode : undefined);
  if (better !== undefined) return { name: metric, mode: better };
  throw makeModeError(metric);
}

/** It is not known whether more of a metric is better, or less. */
export function makeModeError(metric: string): SheafError {
  return inputError('checkpoint.metric', `it is not known which values of ${metric} are better`, {
    why: `the harvest rule of ${metric} has no mode, or nothing was harvested`,
    fix: 'pass --max or --min\nor add mode: max or mode: min to the rule and run sheaf harvest',
  });
}

function makeNoneError({ expId }: Experiment, { why, unreadable }: CheckpointSearch): SheafError {
  const [folder] = unreadable;
  return inputError('checkpoint.none', `${expId} has no checkpoints`, {
    ...(folder === undefined
      ? { why: why ?? 'nothing fits its pattern checkpoint.files' }
      : { why: `${folder} cannot be read` }),
    fix: `see where sheaf looks: sheaf show ${expId}`,
  });
}

function makeUnfinishedError({ expId }: Experiment): SheafError {
  return inputError('checkpoint.unfinished', `the only checkpoint of ${expId} may be half written`, {
    why: 'its run has not ended',
    fix: `wait for the next checkpoint, or for the end: sheaf wait ${expId}`,
  });
}
