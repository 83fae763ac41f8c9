import { isAuto, getRequestedMemory } from '../../core/experiment/auto.ts';
import { parseTimeLimit } from '../../core/units.ts';
import { withoutUndefined } from '../../core/value.ts';
import { findGpuKind } from '../gpus/gpu-kinds.ts';
import type { PastRun } from '../past-run.ts';
import { getRequestedMib } from './host-memory.ts';
import { THRESHOLDS } from './thresholds.ts';
import { computeElapsed } from './time-limit.ts';

/** So much used of so much that was asked for, both in the same unit. */
export interface Share {
  readonly used: number;
  readonly of: number;
  /** 0 to 1; above where more was used than asked for. */
  readonly share: number;
}

/** What one run used of what it asked for. What is not known is absent, and told in `unknown`. */
export interface Measured {
  readonly run: PastRun;
  /** Seconds on the clock, of the limit. */
  readonly time?: Share;
  /** Seconds on the clock. */
  readonly elapsedS?: number;
  /** Mean cores at work, of those requested. */
  readonly cpu?: Share;
  /** MiB of one node at the peak, of those requested. */
  readonly memory?: Share;
  /** GPUs at work on average, of those requested: their mean utilization, which says that any kernel ran. */
  readonly gpu?: Share;
  /** GiB of one GPU at the peak, of those that a program really gets. */
  readonly gpuMemory?: Share;
  /** GPUs × hours. */
  readonly gpuHours?: number;
  /** Of these, hours × (1 − utilization). */
  readonly gpuHoursWasted?: number;
  /** GPUs that were never used, of those that were seen. */
  readonly idleGpus?: { readonly idle: number; readonly of: number };
  /** Why nothing follows from its use of CPU and GPU: `it ran 42 s: too short to judge how busy it was …`. */
  readonly tooShort?: string;
  /** What is not known, and why: one sentence each. */
  readonly unknown: readonly string[];
}

export function measure(run: PastRun): Measured {
  const { usage } = run;
  const elapsedS = computeElapsed(run);
  const gpuHours = gpuHoursOf(run, elapsedS);
  const util = run.gpus === 0 ? undefined : usage?.gpuUtil;
  const utils = usage?.gpuUtils;
  return {
    run,
    ...withoutUndefined({
      elapsedS,
      time: shareOf(elapsedS, limitOf(run)),
      cpu: cpuShare(run, elapsedS),
      memory: run.packed === undefined ? shareOf(usage?.peakHostMib, getRequestedMib(run)) : undefined,
      gpu:
        run.gpus === undefined || run.gpus === 0 || util === undefined ? undefined : shareOf(util * run.gpus, run.gpus),
      gpuMemory: run.gpus === 0 ? undefined : shareOf(usage?.peakGpuGib, usableGib(run)),
      gpuHours: gpuHours === 0 ? undefined : gpuHours,
      gpuHoursWasted: gpuHours === undefined || util === undefined ? undefined : gpuHours * (1 - util),
      idleGpus: utils === undefined ? undefined : { idle: utils.filter((each) => each === 0).length, of: utils.length },
      tooShort: tooShort(run, elapsedS),
    }),
    unknown: unknownOf(run),
  };
}

/** Of a job that several share, each has its part. */
function gpuHoursOf({ gpus, packed = 1 }: PastRun, elapsedS: number | undefined): number | undefined {
  return gpus === undefined || elapsedS === undefined ? undefined : (gpus * elapsedS) / packed / 3_600;
}

function shareOf(used: number | undefined, of: number | undefined): Share | undefined {
  return used === undefined || of === undefined || !(of > 0) || !Number.isFinite(of)
    ? undefined
    : { used, of, share: used / of };
}

function limitOf({ resources: { time_limit: limit } }: PastRun): number | undefined {
  return limit === undefined || isAuto(limit) ? undefined : parseTimeLimit(limit);
}

/** The monitor counts to its last sample, and on the first node alone. */
function cpuShare({ usage, cpus, nodes = 1, packed }: PastRun, elapsedS: number | undefined): Share | undefined {
  const overS = usage?.cpuOverS ?? elapsedS;
  if (usage?.cpuS === undefined || overS === undefined || overS <= 0 || packed !== undefined) return undefined;
  const seen = cpus === undefined ? undefined : (cpus / nodes) * (usage.cpuNodes ?? nodes);
  return shareOf(usage.cpuS / overS, seen);
}

/** GiB of its GPU: what a program really gets if the catalogue knows it, otherwise what the driver reports. */
function usableGib({ gpuName, usage }: PastRun): number | undefined {
  const total = usage?.gpuTotalGib;
  const kind =
    gpuName === undefined ? undefined : findGpuKind(gpuName, total === undefined ? {} : { memoryGib: total });
  return kind?.usableGib === undefined || total === undefined
    ? (total ?? kind?.usableGib)
    : Math.min(total, kind.usableGib);
}

const MINUTE_S = 60;

function tooShort({ usage }: PastRun, elapsedS: number | undefined): string | undefined {
  const [shortest, fewest] = [THRESHOLDS.shortestS.value, THRESHOLDS.fewestSamples.value];
  if (elapsedS !== undefined && elapsedS < shortest) {
    return `it ran ${Math.round(elapsedS)} s: too short to judge how busy it was (less than ${shortest / MINUTE_S} minutes)`;
  }
  const samples = usage?.samples ?? 0;
  return samples > 0 && samples < fewest && usage?.source === 'monitor'
    ? `the monitor looked ${samples} times: too few to judge how busy it was (less than ${fewest})`
    : undefined;
}

function unknownOf({ usage, gpus, nodes = 1, packed, resources }: PastRun): string[] {
  const nothing = 'neither the monitor nor accounting has it';
  const first = `measured on the first of its ${nodes} nodes`;
  return [
    ...(usage === undefined ? [`what it used is not known: ${nothing}`] : []),
    ...(usage !== undefined && usage.cpuS === undefined ? [`CPU time is not known: ${nothing}`] : []),
    ...(usage !== undefined && usage.peakHostMib === undefined ? [`memory is not known: ${nothing}`] : []),
    ...(usage !== undefined && gpus !== 0 && usage.gpuUtil === undefined
      ? ['use of its GPUs is not known: none was seen']
      : []),
    ...(gpus === undefined ? ['how many GPUs it had is not known: options of sbatch ask for them'] : []),
    ...(nodes > 1 && (usage?.cpuNodes ?? nodes) < nodes ? [`CPU: ${first}`] : []),
    ...(nodes > 1 && (usage?.gpuNodes ?? nodes) < nodes && usage?.gpuUtil !== undefined ? [`GPUs: ${first}`] : []),
    ...(packed === undefined
      ? []
      : [`it shared its job with ${packed - 1} more: CPU and memory of the job are not those of one`]),
    ...(getRequestedMemory(resources) === undefined && packed === undefined
      ? ['memory that was asked for is not known']
      : []),
    ...(usage?.notes ?? []),
  ];
}
