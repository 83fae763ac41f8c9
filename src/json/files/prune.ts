import type { PrunePlan, Pruning } from '../../app/index.ts';
import type { CheckpointRef } from '../../core/experiment/checkpoint-file.ts';
import type { KeepReason } from '../../core/files/plan-pruning.ts';
import { isoOrNull } from '../parts/json.ts';
import { problemJson, type ProblemJson } from '../parts/problem.ts';

type PrunedFileJson = {
  /** Relative to the folder of the experiment. */
  readonly path: string;
  readonly attempt: string | null;
  readonly step: number | null;
  readonly bytes: number;
  readonly changed_at: string | null;
};

type KeptFileJson = PrunedFileJson & { readonly reasons: readonly string[] };

/** Checkpoints that pruning deleted, or would delete. */
export type CheckpointsPruneJson = {
  readonly dry_run: boolean;
  /** Experiments whose interrupted pruning was finished first, and how many checkpoints went back or were deleted by that. */
  readonly finished: readonly { readonly exp_id: string; readonly put_back: number; readonly deleted: number }[];
  /** The experiments with checkpoints that go. */
  readonly experiments: readonly {
    readonly exp_id: string;
    readonly deleted: readonly PrunedFileJson[];
    /** What that frees, by the lengths of the files. */
    readonly freed_bytes: number;
    readonly kept: readonly KeptFileJson[];
  }[];
  /** Of all of them. */
  readonly freed_bytes: number;
  /** Experiments with a policy of which nothing goes. */
  readonly unchanged: number;
  /** The same, each with why its checkpoints stay, or why there is nothing to delete. */
  readonly unchanged_experiments: readonly {
    readonly exp_id: string;
    readonly why: string | null;
    readonly kept: readonly KeptFileJson[];
  }[];
  /** Experiments of which nothing says what to keep. */
  readonly without_policy: number;
  /** Experiments of which nothing may be deleted now, and why. */
  readonly skipped: readonly { readonly exp_id: string; readonly why: string }[];
  readonly failed: readonly { readonly exp_id: string; readonly problem: ProblemJson }[];
};

/** @param pruning what came of the plan; absent if nothing was to be deleted, or only shown */
export function checkpointsPruneJson(
  plan: PrunePlan,
  pruning: Pruning | undefined,
  isDryRun: boolean,
): CheckpointsPruneJson {
  const kept = new Map(plan.planned.map((one) => [one.expId, one.kept]));
  const gone = pruning?.done ?? plan.planned.map(({ expId, removed, freed }) => ({ expId, files: removed, freed }));
  return {
    dry_run: isDryRun,
    finished: plan.finished.map(({ expId, putBack, deleted }) => ({ exp_id: expId, put_back: putBack, deleted })),
    experiments: gone.map(({ expId, files, freed }) => ({
      exp_id: expId,
      deleted: files.map(fileJson),
      freed_bytes: freed,
      kept: (kept.get(expId) ?? []).map(keptJson),
    })),
    freed_bytes: gone.reduce((sum, { freed }) => sum + freed, 0),
    unchanged: plan.unchanged.length,
    unchanged_experiments: plan.unchanged.map(({ expId, why, kept: all }) => ({
      exp_id: expId,
      why: why ?? null,
      kept: all.map(keptJson),
    })),
    without_policy: plan.withoutPolicy,
    skipped: [...plan.skipped, ...(pruning?.skipped ?? [])].map(({ expId, why }) => ({ exp_id: expId, why })),
    failed: [...plan.failed, ...(pruning?.failed ?? [])].map(({ expId, problem }) => ({
      exp_id: expId,
      problem: problemJson(problem),
    })),
  };
}

function fileJson({ path, attempt, step, bytes, changedMs }: CheckpointRef): PrunedFileJson {
  return { path, attempt: attempt ?? null, step: step ?? null, bytes, changed_at: isoOrNull(changedMs) };
}

function keptJson({ checkpoint, reasons }: PrunePlan['planned'][number]['kept'][number]): KeptFileJson {
  return { ...fileJson(checkpoint), reasons: reasons.map(reasonText) };
}

/** `best`, `pinned imagenet`, `not_ours a link`: the kind of a reason, and what it names. */
function reasonText(reason: KeepReason): string {
  switch (reason.kind) {
    case 'pinned':
    case 'linked':
      return `${reason.kind} ${reason.name}`;
    case 'start':
      return `start ${reason.exp}`;
    case 'not_ours':
      return `not_ours ${reason.why}`;
    default:
      return reason.kind;
  }
}
