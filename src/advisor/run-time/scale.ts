import type { GpuKind } from '../gpu-kind.ts';
import type { PastRun } from '../past-run.ts';
import { efficiency, speedUp, type SpeedUp } from './gpu-speed.ts';
import { alike, lengthS } from './like-runs.ts';
import { workOf } from './work.ts';
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
export function scaled(run: PastRun, { job, gpu, kindOf, all }: Scaling): Scaled | undefined {
  const [from, gpus] = [kindOfRun(run, kindOf), run.gpus ?? job.gpus];
  const workFactor = workRatio(run, job, gpus);
  if (workFactor === undefined || (gpus === 0) !== (job.gpus === 0)) return undefined;
  const speed = gpus === 0 || from === undefined || gpu === undefined ? undefined : speedOf(from, gpu, all, kindOf);
  // Both without a kind and with the same name, or none at all, are the same for all that is known.
  const sameGpu = gpus === 0 || (from?.id ?? run.gpuName) === (gpu?.id ?? job.gpuName);
  if (!sameGpu && speed === undefined) return undefined;
  const nodes = run.nodes ?? 1;
  const before = Math.max(1, gpus) * efficiency(gpus, nodes, from);
  const after = Math.max(1, job.gpus) * efficiency(job.gpus, job.nodes, gpu);
  return {
    run,
    seconds: (lengthS(run) * workFactor * before) / after / (sameGpu ? 1 : (speed?.factor ?? 1)),
    sameGpu,
    sameCount: gpus === job.gpus && nodes === job.nodes,
    workFactor,
    ...(sameGpu || speed === undefined ? {} : { gpuBasis: speed.basis }),
  };
}

function kindOfRun({ gpuName }: PastRun, kindOf: KindOf): GpuKind | undefined {
  return gpuName === undefined ? undefined : kindOf(gpuName);
}

function workRatio(run: PastRun, job: RunJob, gpus: number): number | undefined {
  const [ours, theirs] = [workOf(job.params, job.gpus, job.globalBatch), workOf(run.params, gpus)];
  if (ours === undefined && theirs === undefined) return 1;
  return ours === undefined || theirs === undefined || ours.unit !== theirs.unit
    ? undefined
    : ours.amount / theirs.amount;
}

/** From runs of this project on both, where there are any; else from what is known of the GPUs. */
function speedOf(from: GpuKind, to: GpuKind, all: readonly PastRun[], kindOf: KindOf): SpeedUp | undefined {
  if (from.id === to.id) return speedUp(from, to);
  const pairs = measuredPairs(from, to, all, kindOf);
  if (pairs.length === 0) return speedUp(from, to);
  const words = pairs.length === 1 ? 'one pair of runs' : `${pairs.length} pairs of runs`;
  return { factor: middle(pairs), basis: `${words} of this project on both` };
}

/** Of runs alike in everything, work included: how many times longer they took on the first. */
function measuredPairs(from: GpuKind, to: GpuKind, all: readonly PastRun[], kindOf: KindOf): number[] {
  const on = (kind: GpuKind): PastRun[] =>
    all.filter((run) => run.status === 'completed' && kindOfRun(run, kindOf)?.id === kind.id);
  const news = on(to);
  return on(from).flatMap((old) => {
    const twins = news.filter((twin) => isTwin(old, twin)).map((twin) => lengthS(old) / lengthS(twin));
    return twins.length === 0 ? [] : [middle(twins)];
  });
}

function isTwin(a: PastRun, b: PastRun): boolean {
  if (a.template !== b.template || a.stage !== b.stage || a.gpus !== b.gpus || lengthS(b) === 0) return false;
  const [ours, theirs] = [workOf(a.params, a.gpus ?? 1), workOf(b.params, b.gpus ?? 1)];
  return ours?.amount === theirs?.amount && ours?.unit === theirs?.unit && alike(a.params, b.params) !== 'template';
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[(values.length - 1) >> 1] ?? 1;
}
