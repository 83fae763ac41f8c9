import type { DryRun, Submission, Submitted } from '../../app/index.ts';
import { advisedJson, type AdvisedJson } from '../parts/advised.ts';
import { outdatedJson, type OutdatedJson } from '../parts/experiment.ts';
import { problemJson, type ProblemJson } from '../parts/problem.ts';
import { roundEffectJson, type RoundEffectJson } from '../parts/round-effect.ts';
import { skippedJson, type SkippedJson } from './acted.ts';

/** The outcome of a submit or a retry. */
export type SubmittedJson = {
  readonly submissions: readonly SubmissionJson[];
  readonly nothing_to_do: readonly SkippedJson[];
  /** Experiments of a retry whose code or template changed since, and that run as they were. */
  readonly changed_since: readonly { readonly exp_id: string; readonly changed: OutdatedJson | null }[];
  /** Deferred: the scheduler has no room for them yet. */
  readonly kept_back: readonly SkippedJson[];
  /** What the sweeps that were submitted then did by themselves. */
  readonly rounds: readonly RoundEffectJson[];
};

/** One call of the scheduler. */
export type SubmissionJson = {
  readonly token: string;
  readonly stage: string;
  readonly members: readonly { readonly exp_id: string; readonly attempt: string }[];
  readonly outcome: Submission['outcome']['kind'];
  readonly job: string | null;
  readonly scheduler: string | null;
  readonly notes: readonly string[];
  readonly problem: ProblemJson | null;
  readonly advised: AdvisedJson | null;
};

export function submittedJson({
  submissions,
  nothingToDo,
  deferred,
  older = [],
  rounds = [],
}: Submitted): SubmittedJson {
  return {
    submissions: submissions.map(submissionJson),
    nothing_to_do: nothingToDo.map(skippedJson),
    changed_since: older.map(({ expId, outdated }) => ({ exp_id: expId, changed: outdatedJson(outdated) })),
    kept_back: deferred.map(skippedJson),
    rounds: rounds.map(roundEffectJson),
  };
}

function submissionJson({ token, stage, members, outcome, advised }: Submission): SubmissionJson {
  const accepted = outcome.kind === 'accepted' ? outcome : undefined;
  return {
    token,
    stage,
    members: members.map(({ expId, attempt }) => ({ exp_id: expId, attempt })),
    outcome: outcome.kind,
    job: accepted?.job ?? null,
    scheduler: accepted?.scheduler ?? null,
    notes: accepted?.notes ?? [],
    problem: outcome.kind === 'accepted' ? null : problemJson(outcome.problem),
    advised: advisedJson(advised),
  };
}

/** What a submit would do. */
export type DryRunJson = {
  readonly scripts: readonly {
    readonly stage: string;
    readonly exp_ids: readonly string[];
    /** The text of `job.sbatch`. */
    readonly script: string;
    /** The text of `run.sh`. */
    readonly run: string;
    /** The command that would submit it. */
    readonly command: string;
    readonly advised: AdvisedJson | null;
  }[];
  readonly nothing_to_do: readonly SkippedJson[];
};

export function dryRunJson({ scripts, nothingToDo }: DryRun): DryRunJson {
  return {
    scripts: scripts.map(({ stage, expIds, script, run, command, advised }) => ({
      stage,
      exp_ids: expIds,
      script,
      run,
      command,
      advised: advisedJson(advised),
    })),
    nothing_to_do: nothingToDo.map(skippedJson),
  };
}
