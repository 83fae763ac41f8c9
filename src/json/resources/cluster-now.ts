import type { ClusterNow } from '../../app/index.ts';
import { isoOrNull } from '../parts/json.ts';
import { statusLineJson, type StatusLineJson } from '../parts/status-line.ts';
import { forecastJson, type ForecastJson } from './advise.ts';
import { finiteOrNull, partitionJson, type PartitionJson } from './partitions.ts';
import { trackRowJson, type TrackRowJson } from './track-record.ts';

/** A cluster as it is now for its user. Null: not known, without a limit, or without meaning. */
export type ClusterNowJson = {
  readonly cluster: string;
  readonly asked: string;
  /** Why it could not be asked: then partitions are as `sheaf.yaml` says. */
  readonly problem: string | null;
  /** Those that are `away` take no jobs now, and their CPUs do not count. */
  readonly nodes: {
    readonly total: number;
    readonly away: number;
    readonly cpus: number;
    readonly cpus_free: number | null;
  } | null;
  readonly free: readonly FreeGpusJson[];
  /** Of the catalogue, if nothing is known of the cluster. */
  readonly known_gpus: readonly { readonly name: string; readonly arch: string; readonly usable_gib: number }[];
  readonly partitions: readonly PlaceNowJson[];
  readonly like: JobLikeMineJson;
  readonly limits: readonly OwnLimitJson[] | null;
  readonly running: { readonly jobs: number; readonly gpus: number } | null;
  readonly waiting: {
    readonly total: number;
    /** With the key of each experiment. */
    readonly newest: readonly (StatusLineJson & { readonly key: string })[];
  };
  /** By the hour of the day in the time zone of the server; null: nothing is known of past waits. */
  readonly waits_by_hour: WaitsByHourJson | null;
  readonly track_record: readonly TrackRowJson[];
  readonly unknown: readonly string[];
};

/** How long jobs waited, in all partitions, by the hour of the day in which they could have started. */
type WaitsByHourJson = {
  /** Of jobs with GPUs, or of those without. */
  readonly device: 'gpu' | 'cpu';
  readonly since: string | null;
  /** Fewer waits in an hour give no median. */
  readonly least: number;
  readonly hours: readonly {
    readonly hour: number;
    readonly started: number;
    readonly waiting: number;
    readonly median_seconds: number | null;
  }[];
};

/** GPUs of one type; `mine`: how many of them this user could have now, in the partition that gives most. */
type FreeGpusJson = {
  readonly gpu_type: string | null;
  readonly gpu: string | null;
  readonly usable_gib: number | null;
  readonly total: number;
  readonly away: number;
  readonly free: number | null;
  readonly mine: {
    readonly partition: string;
    readonly gpus: number;
    readonly limited: boolean;
    readonly unsure: string | null;
  } | null;
  readonly why: string | null;
};

/** A type of GPU in a partition; `wait` is for a job as in `like`. */
export type PlaceNowJson = PartitionJson & {
  readonly longest_job_seconds: number | null;
  readonly pending_before: { readonly here: number; readonly elsewhere: number } | null;
  readonly kept_out: string | null;
  readonly away: string | null;
  readonly wait: ForecastJson | null;
  readonly why_not: string | null;
};

type JobLikeMineJson = {
  readonly exp_id: string | null;
  readonly device: ClusterNow['like']['job']['device'];
  readonly nodes: number;
  readonly gpus_per_node: number;
  readonly time_limit_seconds: number | null;
};

type OwnLimit = NonNullable<ClusterNow['limits']>[number];

type OwnLimitJson = {
  readonly by: OwnLimit['by'];
  readonly name: string;
  readonly partition: string | null;
  readonly of: OwnLimit['of'];
  readonly account: string | null;
  readonly gpu_type: string | null;
  readonly limit: number;
  readonly in_use: number | null;
};

export function clusterNowJson(now: ClusterNow): ClusterNowJson {
  return {
    cluster: now.facts.id,
    asked: isoOrNull(now.facts.atMs) ?? '',
    problem: now.problem ?? null,
    nodes: nodesJson(now.nodes),
    free: now.free.map(freeGpusJson),
    known_gpus: now.knownGpus.map(({ name, arch, usableGib }) => ({ name, arch, usable_gib: usableGib })),
    partitions: now.places.map((place) => placeJson(place, now.facts)),
    like: likeJson(now.like),
    limits: now.limits?.map(limitJson) ?? null,
    running: now.running ?? null,
    waiting: {
      total: now.waiting.total,
      newest: now.waiting.newest.map(({ key, line }) => ({ key, ...statusLineJson(line) })),
    },
    waits_by_hour: now.byHour ? waitsByHourJson(now.byHour) : null,
    track_record: now.track.map(trackRowJson),
    unknown: now.unknown,
  };
}

function waitsByHourJson(byHour: NonNullable<ClusterNow['byHour']>): WaitsByHourJson {
  return {
    device: byHour.device,
    since: isoOrNull(byHour.sinceMs),
    least: byHour.least,
    hours: byHour.hours.map(({ medianS, ...hour }) => ({ ...hour, median_seconds: medianS ?? null })),
  };
}

function nodesJson(nodes: ClusterNow['nodes']): ClusterNowJson['nodes'] {
  if (nodes === undefined) return null;
  const { total, away, cpus, cpusFree } = nodes;
  return { total, away, cpus, cpus_free: cpusFree ?? null };
}

function freeGpusJson({ gpuType, gpu, total, away, free, mine, why }: ClusterNow['free'][number]): FreeGpusJson {
  return {
    gpu_type: gpuType || null,
    gpu: gpu?.name ?? null,
    usable_gib: gpu?.usableGib ?? null,
    total,
    away,
    free: free ?? null,
    mine:
      mine === undefined
        ? null
        : { partition: mine.partition, gpus: mine.gpus, limited: mine.isLimited, unsure: mine.unsure ?? null },
    why: why ?? null,
  };
}

function placeJson(
  { offer, longestS, wait, whyNot }: ClusterNow['places'][number],
  facts: ClusterNow['facts'],
): PlaceNowJson {
  return {
    ...partitionJson(offer, facts),
    longest_job_seconds: finiteOrNull(longestS),
    pending_before: offer.pendingBefore ?? null,
    kept_out: offer.keptOut ?? null,
    away: offer.away ?? null,
    wait: wait === undefined ? null : forecastJson(wait),
    why_not: whyNot ?? null,
  };
}

function likeJson({ job, expId }: ClusterNow['like']): JobLikeMineJson {
  return {
    exp_id: expId ?? null,
    device: job.device,
    nodes: job.nodes ?? 1,
    gpus_per_node: job.device === 'gpu' ? (job.gpusPerNode ?? 1) : 0,
    time_limit_seconds: job.timeLimitS ?? null,
  };
}

function limitJson({ by, name, partition, of, account, gpuType, limit, inUse }: OwnLimit): OwnLimitJson {
  return {
    by,
    name,
    partition: partition ?? null,
    of,
    account: account ?? null,
    gpu_type: gpuType ?? null,
    limit,
    in_use: inUse ?? null,
  };
}
