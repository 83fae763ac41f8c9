import type { EfficiencyGroup, EfficiencyReport, Measured, Share, Suggestion } from '../../app/index.ts';
import { isoOrNull } from '../parts/json.ts';

type Run = Measured['run'];
type Usage = NonNullable<Run['usage']>;

/** What runs used of what they asked for. Null: not known. */
export type EfficiencyJson = {
  readonly runs: number;
  /** Experiments of which no run has ended. */
  readonly not_ended: readonly string[];
  readonly groups: readonly EfficiencyGroupJson[];
};

export function efficiencyJson({ runs, notRun, groups }: EfficiencyReport): EfficiencyJson {
  return { runs, not_ended: notRun, groups: groups.map(groupJson) };
}

/** Runs of the same template, sweep and stage. */
export type EfficiencyGroupJson = SharesJson & {
  readonly template: string | null;
  readonly sweep: string | null;
  readonly stage: string;
  readonly n: number;
  /** Of how many runs the waste is known. */
  readonly gpu_hours_wasted_known: number;
  readonly suggestions: readonly SuggestionJson[];
  readonly runs: readonly EfficiencyRunJson[];
};

function groupJson(group: EfficiencyGroup): EfficiencyGroupJson {
  return {
    template: group.template ?? null,
    sweep: group.sweep ?? null,
    stage: group.stage,
    n: group.runs.length,
    ...sharesJson(group),
    gpu_hours_wasted_known: group.wasteKnown,
    suggestions: group.suggestions.map(suggestionJson),
    runs: group.runs.map(runJson),
  };
}

type SuggestionJson = {
  readonly about: Suggestion['about'];
  /** Words for the command line. */
  readonly apply: string | null;
  readonly set: { readonly [resource: string]: string } | null;
  readonly text: string;
  readonly basis: string;
  /** It is a danger, not a saving. */
  readonly risk: boolean;
};

function suggestionJson({ about, apply, set, text, basis, isRisk }: Suggestion): SuggestionJson {
  return { about, apply: apply ?? null, set: set ?? null, text, basis, risk: isRisk === true };
}

/** One run. */
export type EfficiencyRunJson = SharesJson & {
  readonly exp_id: string;
  readonly stage: string;
  readonly attempt: number;
  readonly status: Run['status'];
  readonly cause: string | null;
  readonly started_at: string | null;
  readonly ended_at: string | null;
  readonly elapsed_seconds: number | null;
  readonly partition: string | null;
  readonly nodes: number | null;
  readonly gpus: number | null;
  readonly gpu_name: string | null;
  readonly cpu_seconds: number | null;
  readonly peak_memory_mib: number | null;
  readonly peak_gpu_memory_gib: number | null;
  readonly gpu_utilization_shares: readonly number[] | null;
  readonly idle_gpus: { readonly idle: number; readonly of: number } | null;
  readonly source: Usage['source'] | null;
  readonly samples: number | null;
  readonly too_short: string | null;
  readonly unknown: readonly string[];
};

function runJson(measured: Measured): EfficiencyRunJson {
  const { run, elapsedS, idleGpus, tooShort, unknown } = measured;
  return {
    exp_id: run.expId,
    stage: run.stage,
    attempt: run.n,
    status: run.status,
    cause: run.cause ?? null,
    started_at: isoOrNull(run.startedMs),
    ended_at: isoOrNull(run.endedMs),
    elapsed_seconds: elapsedS ?? null,
    partition: run.partition ?? null,
    nodes: run.nodes ?? null,
    gpus: run.gpus ?? null,
    gpu_name: run.gpuName ?? null,
    ...sharesJson(measured),
    cpu_seconds: run.usage?.cpuS ?? null,
    peak_memory_mib: run.usage?.peakHostMib ?? null,
    peak_gpu_memory_gib: run.usage?.peakGpuGib ?? null,
    gpu_utilization_shares: run.usage?.gpuUtils ?? null,
    idle_gpus: idleGpus === undefined ? null : { idle: idleGpus.idle, of: idleGpus.of },
    source: run.usage?.source ?? null,
    samples: run.usage?.samples ?? null,
    too_short: tooShort ?? null,
    unknown,
  };
}

type SharesJson = {
  readonly gpus_at_work: ShareJson | null;
  readonly gpu_memory_gib: ShareJson | null;
  readonly cpu_cores: ShareJson | null;
  readonly memory_mib: ShareJson | null;
  readonly time_seconds: ShareJson | null;
  readonly gpu_hours: number | null;
  readonly gpu_hours_wasted: number | null;
};

type ShareJson = { readonly used: number; readonly of: number; readonly share: number };

function sharesJson(
  shares: Pick<Measured, 'gpu' | 'gpuMemory' | 'cpu' | 'memory' | 'time' | 'gpuHours' | 'gpuHoursWasted'>,
): SharesJson {
  return {
    gpus_at_work: shareJson(shares.gpu),
    gpu_memory_gib: shareJson(shares.gpuMemory),
    cpu_cores: shareJson(shares.cpu),
    memory_mib: shareJson(shares.memory),
    time_seconds: shareJson(shares.time),
    gpu_hours: shares.gpuHours ?? null,
    gpu_hours_wasted: shares.gpuHoursWasted ?? null,
  };
}

function shareJson(share: Share | undefined): ShareJson | null {
  return share === undefined ? null : { used: share.used, of: share.of, share: share.share };
}
