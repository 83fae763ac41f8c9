import type { RunImportance, Submitted, SweepMade, SweepPreview, SweepSummary, SweepSet } from '../../app/index.ts';
import { STATUSES } from '../../core/experiment/status.ts';
import type { Value } from '../../core/value.ts';
import { isoOrNull } from '../parts/json.ts';
import { recordedWaitJobJson, type WaitJobJson } from '../run/wait-job.ts';
import { searchPlanJson, searchProgressJson, type SearchPlanJson, type SearchProgressJson } from './search.ts';
import { importanceJson, type ImportanceJson } from './importance.ts';
import { submittedJson, type SubmittedJson } from '../run/submit.ts';

/** What a sweep would make. */
export type SweepPlanJson = {
  readonly sweep: string;
  readonly template: string;
  /** Members that are made; of an extension, only those that it adds. */
  readonly count: number;
  /** Members that the sweep then has. */
  readonly total: number;
  /** Of the whole sweep: `4 learning_rate × 3 seed`. */
  readonly shape: string;
  readonly first_id: string;
  readonly last_id: string;
  /** Null: no GPUs, or no time limit is given. */
  readonly gpu_hours_at_most: number | null;
  /** Core hours without GPUs. Null: there are GPUs, or no time limit is given. */
  readonly cpu_hours_at_most: number | null;
  /** Null: it does not go on by itself. */
  readonly search: SearchPlanJson | null;
};

export function sweepPlanJson(plan: SweepPreview): SweepPlanJson {
  const { name, template, count, total = count, shape, firstId, lastId, gpuHours, cpuHours, search } = plan;
  return {
    sweep: name,
    template,
    count,
    total,
    shape,
    first_id: firstId,
    last_id: lastId,
    gpu_hours_at_most: gpuHours ?? null,
    cpu_hours_at_most: cpuHours ?? null,
    search: search ? searchPlanJson(search) : null,
  };
}

/** A sweep that was made or extended. */
export type SweepMadeJson = SweepPlanJson & {
  readonly created: number;
  readonly existed: number;
  /** Only when it was submitted, too. */
  readonly submitted?: SubmittedJson;
};

/** @param submitted the outcome for its members, if they were submitted, too */
export function sweepMadeJson(made: SweepMade, submitted?: Submitted): SweepMadeJson {
  return {
    ...sweepPlanJson(made),
    created: made.created,
    existed: made.existed,
    ...(submitted === undefined ? {} : { submitted: submittedJson(submitted) }),
  };
}

/** What a sweep is made of, and its progress. */
export type SweepJson = {
  readonly sweep: string;
  readonly template: string;
  readonly count: number;
  readonly max_parallel: number | null;
  readonly by_status: { readonly [status: string]: number };
  readonly parts: readonly {
    readonly at: string | null;
    readonly user: string;
    readonly count: number;
    readonly space: Value;
  }[];
  /** Null: it does not go on by itself. */
  readonly search: SearchProgressJson | null;
  /** The job that waits for it, as it is on record; null: none. */
  readonly wait_job: WaitJobJson | null;
  /** With `--importance`. */
  readonly importance?: ImportanceJson;
};

/** @param importance of its parameters, if that was asked for */
export function sweepJson(
  { name, template, count, byStatus, maxParallel, parts, search, waitJob }: SweepSummary,
  importance?: RunImportance,
): SweepJson {
  return {
    sweep: name,
    template,
    count,
    max_parallel: maxParallel ?? null,
    by_status: Object.fromEntries(STATUSES.map((status) => [status, byStatus[status] ?? 0])),
    parts: parts.map(({ atMs, user, count: size, space }) => ({ at: isoOrNull(atMs), user, count: size, space })),
    search: search ? searchProgressJson(search) : null,
    wait_job: waitJob ? recordedWaitJobJson(waitJob) : null,
    ...(importance && { importance: importanceJson(importance) }),
  };
}

/** How many members of a sweep may run at once (null: no limit), and how it goes on by itself. */
export type SweepSetJson = {
  readonly sweep: string;
  readonly max_parallel: number | null;
  /** The share of each job array that is in the queue. */
  readonly arrays: readonly { readonly job: string; readonly max_parallel: number | null }[];
  /** Null: it does not go on by itself. */
  readonly search: SearchProgressJson | null;
};

export function sweepSetJson({ sweep, maxParallel, arrays, search }: SweepSet): SweepSetJson {
  return {
    sweep,
    max_parallel: maxParallel ?? null,
    arrays: arrays.map(({ job, maxParallel: share }) => ({ job, max_parallel: share ?? null })),
    search: search ? searchProgressJson(search) : null,
  };
}
