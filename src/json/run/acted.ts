import type { Acted } from '../../app/index.ts';
import { problemJson, type ProblemJson } from '../parts/problem.ts';

/** What a command did to each of the selected experiments. */
export type ActedJson = {
  readonly done: readonly string[];
  readonly skipped: readonly SkippedJson[];
  readonly failed: readonly { readonly exp_id: string; readonly problem: ProblemJson }[];
};

export function actedJson({ done, skipped, failed }: Acted): ActedJson {
  return {
    done,
    skipped: skipped.map(skippedJson),
    failed: failed.map(({ expId, problem }) => ({ exp_id: expId, problem: problemJson(problem) })),
  };
}

/** An experiment that a command left as it is, and why. */
export type SkippedJson = { readonly exp_id: string; readonly why: string };

export function skippedJson({ expId, why }: { readonly expId: string; readonly why: string }): SkippedJson {
  return { exp_id: expId, why };
}
