import { memoize } from '../../core/text/memoize.ts';
import type { GpuKind } from '../gpu-kind.ts';
import type { PastRun } from '../past-run.ts';
import { estimateEfficiency, estimateSpeedUp, type SpeedUp } from './gpu-speed.ts';
import { listCostParams, computeLengthS } from './like-runs.ts';
import { computeWork } from './work.ts';
import type { RunJob } from './run-job.ts';

/** A past run as long as the job would take, if nothing but work and GPUs differed. */
export interface Scaled {
  readonly run: PastRun;
  readonly seconds: number;
  readonly sameGpu: boolean;
  readonly sameCount: boolean;
  /** What it was multiplied by for its work; 1: the same. */
  readonly workFactor: number;
  /** How the speed of another GPU is known. */
  readonly gpuBasis?: string;
}

export type KindOf = (gpuName: string) => GpuKind | undefined;

export interface Scaling {
  readonly job: RunJob;
  readonly gpu: GpuKind | undefined;
  readonly kindOf: KindOf;
  /** Every run that tells something, of any template: to compare GPUs by. */
  readonly all: readonly PastRun[];
}

/** Undefined: it cannot be compared, for its work or its GPU is not known. */
export type Scale = (run: PastRun) => Scaled | undefined;

/** How past runs become as long as a job. What is found of a kind of GPU, from all runs, is found once. */
export function scaleTo({ job, gpu, kindOf, all }: Scaling): Scale {
  const speedFrom = memoize(
    ({ id }: GpuKind) => id,
    (from) => (gpu === undefined ? undefined : speedOf(from, gpu, all, kindOf)),
  );
  return (run) => {
    const [from, gpus] = [kindOfRun(run, kindOf), run.gpus ?? job.gpus];
    const workFactor = workRatio(run, job, gpus);
    if (workFactor === undefined || (gpus === 0) !== (job.gpus === 0)) return undefined;
    // Both without a kind and with the same name, or none at all, are the same for all that is known.
    const sameGpu = gpus === 0 || (from?.id ?? run.gpuName) === (gpu?.id ?? job.gpuName);
    const speed = sameGpu || from === undefined ? undefined : speedFrom(from);
    if (!sameGpu && speed === undefined) return undefined;
    const nodes = run.nodes ?? 1;
    const before = Math.max(1, gpus) * estimateEfficiency(gpus, nodes, from);
    const after = Math.max(1, job.gpus) * estimateEfficiency(job.gpus, job.nodes, gpu);
    return {
      run,
      seconds: (computeLengthS(run) * workFactor * before) / after / (speed?.factor ?? 1),
      sameGpu,
      sameCount: gpus === job.gpus && nodes === job.nodes,
      workFactor,
      ...(speed === undefined ? {} : { gpuBasis: speed.basis }),
    };
  };
}

function kindOfRun({ gpuName }: PastRun, kindOf: KindOf): GpuKind | undefined {
  return gpuName === undefined ? undefined : kindOf(gpuName);
}

function workRatio(run: PastRun, job: RunJob, gpus: number): number | undefined {
  const [ours, theirs] = [computeWork(job.params, job.gpus, job.globalBatch), computeWork(run.params, gpus)];
  if (ours === undefined && theirs === undefined) return 1;
  return ours === undefined || theirs === undefined || ours.unit !== theirs.unit
    ? undefined
    : ours.amount / theirs.amount;
}

/** From runs of this project on both, if there are any; otherwise from what is known of the GPUs. */
function speedOf(from: GpuKind, to: GpuKind, all: readonly PastRun[], kindOf: KindOf): SpeedUp | undefined {
  const pairs = measuredPairs(from, to, all, kindOf);
  if (pairs.length === 0) return estimateSpeedUp(from, to);
  const words = pairs.length === 1 ? 'one pair of runs' : `${pairs.length} pairs of runs`;
  return { factor: middle(pairs), basis: `${words} of this project on both` };
}

/** Of runs alike in everything, work included: how many times longer they took on the first. */
function measuredPairs(from: GpuKind, to: GpuKind, all: readonly PastRun[], kindOf: KindOf): number[] {
  const on = (kind: GpuKind): PastRun[] =>
    all.filter(
      (run) => run.status === 'completed' && computeLengthS(run) > 0 && kindOfRun(run, kindOf)?.id === kind.id,
    );
  const news = Map.groupBy(on(to), twinKey);
  return on(from).flatMap((old) => {
    const twins = news.get(twinKey(old))?.map((twin) => computeLengthS(old) / computeLengthS(twin));
    return twins === undefined ? [] : [middle(twins)];
  });
}

/** The same for runs of the same cost: template, stage, GPUs, work, and what makes a step dearer. */
function twinKey({ template, stage, gpus, params }: PastRun): string {
  return JSON.stringify([template, stage, gpus, computeWork(params, gpus ?? 1), listCostParams(params)]);
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[(values.length - 1) >> 1] ?? 1;
}
