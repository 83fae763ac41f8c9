import type { Created, Experiment } from '../../app/index.ts';
import { differenceJson, experimentJson, type DifferenceJson, type ExperimentJson } from '../parts/experiment.ts';

/** An experiment that was made, and how it differs from its template or from the experiment that it was cloned from. */
export type CreatedJson = ExperimentJson & { readonly differs: readonly DifferenceJson[] };

export function createdJson({ experiment, differs }: Created): CreatedJson {
  return { ...experimentJson(experiment), differs: differs.map(differenceJson) };
}

/** An experiment that repeats another one. */
export type RerunJson = ExperimentJson & { readonly rerun_of: string };

/** @param of the name of the experiment that it repeats */
export function rerunJson(experiment: Experiment, of: string): RerunJson {
  return { ...experimentJson(experiment), rerun_of: of };
}
