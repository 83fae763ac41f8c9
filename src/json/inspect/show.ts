import { describeEvent, type Overview, type ShownAttempt, type StageScripts } from '../../app/index.ts';
import type { Cause } from '../../core/experiment/cause.ts';
import type { SheafEvent } from '../../core/experiment/event.ts';
import { sumPruned } from '../../core/experiment/record.ts';
import { advisedJson, type AdvisedJson } from '../parts/advised.ts';
import { codeJson, codeSeenJson, type CodeJson, type CodeSeenJson } from '../parts/code.ts';
import { environmentDifferenceJson, type EnvironmentDifferenceJson } from './diff.ts';
import { experimentJson, type ExperimentJson, outdatedJson, type OutdatedJson } from '../parts/experiment.ts';
import { fingerprintJson, inputChangeJson, type FingerprintJson, type InputChangeJson } from '../parts/inputs.ts';
import { isoOrNull, mapJson } from '../parts/json.ts';
import { metricJson, missingJson, type MetricJson, type MissingJson } from '../parts/metric.ts';
import { diagnosisJson, statusLineJson, type DiagnosisJson, type StatusLineJson } from '../parts/status-line.ts';

/** All about one experiment. */
export type ShowJson = ExperimentJson & {
  /** Where each parameter and resource comes from. */
  readonly origins: { readonly [name: string]: string | null };
  readonly code: CodeJson | null;
  readonly code_seen: CodeSeenJson | null;
  /** The experiment that it repeats; `differences` are null until both have run. */
  readonly rerun: {
    readonly of: string;
    readonly differences: readonly EnvironmentDifferenceJson[] | null;
  } | null;
  /** What the newest attempt read, and what is there now. */
  readonly inputs: readonly (FingerprintJson & { readonly name: string; readonly now: InputChangeJson })[];
  /** The checkpoint that it starts from, then what that one's writer started from, and so on. */
  readonly starts_from: readonly StartPointJson[];
  /** The experiments that start from a checkpoint of this one. */
  readonly used_by: readonly string[];
  readonly active: StatusLineJson;
  readonly attempts: readonly AttemptJson[];
  readonly harvested_at: string | null;
  readonly partial: boolean | null;
  readonly results_are_old: boolean;
  readonly results: { readonly [name: string]: MetricJson };
  readonly missing: { readonly [name: string]: MissingJson };
  readonly results_notes: readonly string[];
  /** Checkpoints that `sheaf checkpoints prune` deleted, the last ones at this time. */
  readonly deleted_checkpoints: { readonly count: number; readonly bytes: number; readonly at: string | null } | null;
  readonly folder: string;
  readonly files: readonly string[];
  /** Only with `--events`. */
  readonly events?: readonly EventJson[];
  readonly changed_since: OutdatedJson | null;
  /** How to run it again, if it failed: with `--fresh` if what it ran would fail again. */
  readonly retry: { readonly fresh: boolean } | null;
  /** It completed, and its template has no rules for what to read from it. */
  readonly without_rules: boolean;
  /** Its place in the queue, while it is queued and the scheduler says. */
  readonly queue: { readonly before: number | null; readonly expected_start: string | null } | null;
};

export function showJson(shown: Overview): ShowJson {
  const { experiment, status, params, resources, rerun, resultsAreOld, folder, files, events, place } = shown;
  const harvest = experiment.record.harvest?.value;
  return {
    ...experimentJson(experiment),
    origins: Object.fromEntries([...params, ...resources].map(({ name, origin }) => [name, origin ?? null])),
    code: codeJson(shown.code),
    code_seen: codeSeenJson(shown.codeSeen),
    rerun:
      rerun === undefined
        ? null
        : { of: rerun.of, differences: rerun.differences?.map(environmentDifferenceJson) ?? null },
    inputs: shown.inputs.map(({ name, recorded, now }) => ({
      name,
      ...fingerprintJson(recorded),
      now: inputChangeJson(now),
    })),
    starts_from: shown.ancestry.map(startPointJson),
    used_by: shown.usedBy,
    active: statusLineJson(status),
    attempts: shown.attempts.map(attemptJson),
    harvested_at: isoOrNull(harvest?.atMs),
    partial: harvest?.harvest.partial ?? null,
    results_are_old: resultsAreOld,
    results: mapJson(harvest?.harvest.metrics ?? {}, metricJson),
    missing: mapJson(harvest?.harvest.missing ?? {}, missingJson),
    results_notes: harvest?.harvest.notes ?? [],
    deleted_checkpoints: deletedJson(experiment),
    folder,
    files,
    ...(events === undefined ? {} : { events: events.map(eventJson) }),
    changed_since: outdatedJson(shown.outdated),
    retry: shown.retry === undefined ? null : { fresh: shown.retry.fresh },
    without_rules: shown.hasNoRules === true,
    queue: place === undefined ? null : { before: place.before ?? null, expected_start: isoOrNull(place.startMs) },
  };
}

/** A checkpoint of another experiment. */
export type StartPointJson = {
  readonly exp_id: string;
  readonly step: number | null;
  /** As it was asked for: `pretrain@best`. */
  readonly asked: string;
  /** Relative to the folder of the experiment; absolute if it is not in there. */
  readonly path: string;
  readonly attempt: string | null;
  readonly bytes: number;
  readonly changed_at: string | null;
  /** At its step, if it was known which metric judges it. */
  readonly metric: { readonly name: string; readonly value: number; readonly step: number } | null;
  /** Nothing is where it was. */
  readonly gone: boolean;
};

function startPointJson(ancestor: Overview['ancestry'][number]): StartPointJson {
  const { exp, step, asked, path, attempt, bytes, changedMs, metric, isGone } = ancestor;
  return {
    exp_id: exp,
    step: step ?? null,
    asked,
    path,
    attempt: attempt ?? null,
    bytes,
    changed_at: isoOrNull(changedMs),
    metric: metric === undefined ? null : { name: metric.name, value: metric.value, step: metric.step },
    gone: isGone,
  };
}

function deletedJson({ record }: Overview['experiment']): ShowJson['deleted_checkpoints'] {
  const pruned = sumPruned(record);
  return pruned === undefined ? null : { count: pruned.count, bytes: pruned.bytes, at: isoOrNull(pruned.atMs) };
}

/** One attempt of a stage. */
export type AttemptJson = {
  readonly stage: string;
  readonly attempt: number;
  readonly fresh: boolean;
  /** The checkpoint that its program was to resume from; null if it began from the start, or that is not known. */
  readonly resumed_from: string | null;
  readonly code: CodeJson | null;
  readonly status: string;
  readonly cause: Cause | null;
  readonly job: string | null;
  readonly host: string | null;
  readonly gpus: string | null;
  readonly exit_code: number | null;
  readonly submitted_at: string | null;
  readonly started_at: string | null;
  readonly ended_at: string | null;
  readonly said: string | null;
  readonly diagnosis: DiagnosisJson | null;
  readonly advised: AdvisedJson | null;
  /** The limits that replaced `auto`. */
  readonly limits: { readonly time_limit: LimitJson | null; readonly mem: LimitJson | null } | null;
  readonly folder: string | null;
};

type LimitJson = { readonly value: string; readonly basis: string };

function attemptJson(attempt: ShownAttempt): AttemptJson {
  return {
    stage: attempt.stage,
    attempt: attempt.n,
    fresh: attempt.fresh ?? false,
    resumed_from: attempt.resumedFrom ?? null,
    code: codeJson(attempt.code),
    status: attempt.status,
    cause: attempt.cause ?? null,
    job: attempt.job ?? null,
    host: attempt.host ?? null,
    gpus: attempt.gpus ?? null,
    exit_code: attempt.exitCode ?? null,
    submitted_at: isoOrNull(attempt.submittedMs),
    started_at: isoOrNull(attempt.startedMs),
    ended_at: isoOrNull(attempt.endedMs),
    said: attempt.said ?? null,
    diagnosis: diagnosisJson(attempt.diagnosis),
    advised: advisedJson(attempt.advised),
    limits: limitsJson(attempt.found),
    folder: attempt.folder ?? null,
  };
}

function limitsJson(found: ShownAttempt['found']): AttemptJson['limits'] {
  if (found === undefined) return null;
  const { time_limit, mem } = found;
  return {
    time_limit: time_limit === undefined ? null : { ...time_limit },
    mem: mem === undefined ? null : { ...mem },
  };
}

/** An event of the journal, with `what` in words. */
export type EventJson = {
  readonly at: string | null;
  readonly user: string;
  /** Through what: `web` is the dashboard; null: the command line or the library. */
  readonly by: 'web' | null;
  readonly host: string;
  readonly writer: string;
  readonly seq: number;
  readonly type: SheafEvent['type'];
  readonly what: string;
};

function eventJson(event: SheafEvent): EventJson {
  const { atMs, user, by = null, host, writer, seq, type } = event;
  return { at: isoOrNull(atMs), user, by, host, writer, seq, type, what: describeEvent(event) };
}

/** The scripts of each stage that ran, or would run. */
export type ScriptsJson = readonly StageScriptsJson[];

type StageScriptsJson = {
  readonly stage: string;
  /** `train-1`; null: it has not been submitted. */
  readonly attempt: string | null;
  readonly script: string | null;
  readonly run: string | null;
};

export function stageScriptsJson({ stage, attempt, script, run }: StageScripts): StageScriptsJson {
  return { stage, attempt: attempt ?? null, script: script ?? null, run: run ?? null };
}
