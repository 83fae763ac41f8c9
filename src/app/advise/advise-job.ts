import { getRequestedMemory } from '../../core/experiment/auto.ts';
import { inputError } from '../../core/errors.ts';
import { formatCount } from '../../core/text/phrases.ts';
import {
  batchParams,
  findGpuKind,
  type BatchParams,
  type BatchRule,
  type GpuPrecision,
  type Job,
  type Sharding,
} from '../../advisor/index.ts';
import { parseMemory, parseTimeLimit } from '../../core/units.ts';
import { withoutUndefined, type Scalar } from '../../core/value.ts';
import { nowMs } from '../../system/index.ts';
import type { Resources } from '../../core/settings/settings.ts';
import type { AdviceTarget } from './advise-target.ts';

/** What is asked of advice, beside what it is for. */
export interface AdviseOptions {
  /** Samples of one step of the optimizer, kept exactly. */
  readonly globalBatch?: number;
  readonly maxMicroBatch?: number;
  /** The only number of GPUs that is weighed, over all nodes; default: each that is usual. */
  readonly gpus?: number;
  /** The only partitions that are weighed; default: all. */
  readonly partitions?: readonly string[];
  /** Slurm is not asked when it would start a job (`sbatch --test-only`); what else is known of waits is used. */
  readonly withoutPlans?: boolean;
}

/** What memory estimates know of the program. */
export interface KnownModel {
  readonly precision?: GpuPrecision;
  /** As its parameters say. */
  readonly sharding?: Sharding;
  readonly batchNorm?: boolean;
}

/** A job as the search takes it, with what was read from its parameters and what could not be. */
export interface ReadJob {
  readonly job: Job;
  readonly batch: BatchParams;
  readonly notes: readonly string[];
}

/**
 * What is to run, in the words of the search.
 *
 * @param model undefined: it is not known what it computes
 * @param hasGpus there is a GPU anywhere: without one a program that does not ask for one runs without
 * @throws SheafError `advise.gpus`
 */
export function readJob(
  target: AdviceTarget,
  options: AdviseOptions,
  model: KnownModel | undefined,
  hasGpus: boolean,
): ReadJob {
  const { resources } = target.stage;
  const batch = batchParams(target.params);
  const device = isForGpus(target, options, hasGpus ? model : undefined) ? 'gpu' : 'cpu';
  const gpusAsked = (resources.num_gpus ?? 1) * (resources.num_nodes ?? 1);
  const rule = device === 'gpu' ? batchRule(target, options, batch, gpusAsked, model?.batchNorm) : undefined;
  const fixed = device === 'gpu' ? whyGpusAreFixed(target, options, batch, rule) : undefined;
  checkGpus(target, options, fixed, gpusAsked, rule);
  const { features, isPlain } = featuresIn(resources.constraint);
  const unweighed = unweighedIn(resources, isPlain);
  const job: Job = withoutUndefined({
    device,
    nodes: resources.num_nodes,
    gpusPerNode: device === 'gpu' ? resources.num_gpus : undefined,
    gpus: device === 'gpu' ? options.gpus : undefined,
    mayChangeGpus: fixed === undefined,
    whyGpusAreFixed: fixed,
    batch: rule,
    shardings: shardingsFor(target, model),
    precision: model?.precision,
    gpuType: resources.gpu_type,
    gpuKindId: resources.gpu_type === undefined ? undefined : findGpuKind(resources.gpu_type)?.id,
    account: resources.account,
    qos: resources.qos,
    reservation: resources.reservation,
    features,
    cpusPerTask: resources.cpus_per_task,
    tasksPerNode: resources.ntasks_per_node,
    memoryMib: memoryOf(getRequestedMemory(resources)),
    memoryPer: memoryPer(resources.sbatch),
    isUnweighed: unweighed.length > 0 ? (true as const) : undefined,
    timeLimitS: stated(resources.time_limit, parseTimeLimit),
    tasks: target.tasks,
    maxParallel: target.maxParallel,
    nowMs: nowMs(),
  });
  const why = device === 'cpu' ? whyWithoutGpu(target, model, hasGpus) : undefined;
  const note =
    unweighed.length === 0
      ? undefined
      : `${unweighed.join(', ')}: left to the scheduler, advice does not weigh it, so that what is free for it is not known`;
  return { job, batch, notes: [why, note].filter((text) => text !== undefined) };
}

function isForGpus(
  { stage: { resources } }: AdviceTarget,
  { globalBatch, gpus }: AdviseOptions,
  model: KnownModel | undefined,
): boolean {
  if (resources.num_gpus !== undefined) return resources.num_gpus > 0;
  return [resources.gpu_type, globalBatch, gpus, model].some((said) => said !== undefined);
}

/** Nobody should wonder why a training goes without: the experiment need not say it. */
function whyWithoutGpu(
  { kind, name, stage: { resources } }: AdviceTarget,
  model: KnownModel | undefined,
  hasGpus: boolean,
): string | undefined {
  if (resources.num_gpus !== undefined) return undefined;
  if (!hasGpus) return model === undefined ? undefined : 'there are no GPUs here: it is taken to run without';
  const ask = { frozen: `sheaf clone ${name} NEW --set num_gpus=1`, job: 'num_gpus: 1', template: '--num-gpus 1' }[
    kind
  ];
  return `it asks for no GPU, and its parameters name no model that is known, so it is taken to run without; if it uses one: ${ask}`;
}

/** Undefined for what is chosen when it is submitted: `auto`, and for what has no limit. */
function stated(text: string | number | undefined, parse: (text: string | number) => number): number | undefined {
  if (text === undefined || text === 'auto') return undefined;
  const value = parse(text);
  return Number.isFinite(value) && value > 0 ? value : undefined;
}

/** A micro-batch that is frozen stays, unless the program gets the global batch and divides it itself. */
function batchRule(
  { kind }: AdviceTarget,
  { globalBatch, maxMicroBatch }: AdviseOptions,
  { micro, accumulation, global: whole }: BatchParams,
  gpus: number,
  batchNorm: boolean | undefined,
): BatchRule | undefined {
  const product = micro === undefined ? undefined : micro.value * (accumulation?.value ?? 1) * gpus;
  const total = globalBatch ?? whole?.value ?? product;
  if (total === undefined) return undefined;
  // What is frozen stays; what the program works out from the global batch itself does not.
  const isFrozen = kind === 'frozen' && globalBatch === undefined;
  const mayAccumulate = whole !== undefined || (!isFrozen && (accumulation !== undefined || globalBatch !== undefined));
  const isAccumulationFree = mayAccumulate && !(isFrozen && accumulation !== undefined);
  return withoutUndefined({
    global: total,
    micro: isFrozen ? micro?.value : undefined,
    accumulation: isAccumulationFree ? undefined : (accumulation?.value ?? 1),
    maxMicro: maxMicroBatch,
    normMicro: batchNorm === true ? micro?.value : undefined,
  });
}

function whyGpusAreFixed(
  { kind, name, gpusAreGiven, stage: { resources } }: AdviceTarget,
  { globalBatch, gpus }: AdviseOptions,
  { global: whole }: BatchParams,
  rule: BatchRule | undefined,
): string | undefined {
  const asked = resources.num_gpus ?? 1;
  const count = `${formatCount(asked, 'GPU')}${resources.num_nodes === undefined ? '' : ' on each node'}`;
  if (gpusAreGiven === true) return `${count} as --set says`;
  if (rule === undefined) {
    return gpus === undefined
      ? `${count} as it is: its batch is not known (--global-batch N), so that another count might change the method`
      : undefined;
  }
  if (kind === 'frozen' && whole === undefined && globalBatch === undefined) {
    return `${count} as it is: its micro-batch is frozen, so that another count would change the global batch; of a copy it need not be: sheaf advise ${name} --global-batch ${rule.global}`;
  }
  return undefined;
}

/** @throws SheafError `advise.gpus` if another number of GPUs is asked for than the one that is frozen */
function checkGpus(
  { name }: AdviceTarget,
  { gpus }: AdviseOptions,
  whyFixed: string | undefined,
  asked: number,
  rule: BatchRule | undefined,
): void {
  if (gpus === undefined || whyFixed === undefined || gpus === asked) return;
  throw inputError('advise.gpus', `${name} cannot run on ${formatCount(gpus, 'GPU')} as it is`, {
    why: whyFixed,
    ...(rule === undefined ? {} : { fix: `sheaf advise ${name} --global-batch ${rule.global} --gpus ${gpus}` }),
  });
}

/** A program is not sharded differently; a copy of it may be. */
function shardingsFor({ kind, copyBecause }: AdviceTarget, model: KnownModel | undefined): readonly Sharding[] {
  const said = model?.sharding;
  if (said !== undefined && said !== 'none') return ['none', said];
  return kind === 'frozen' && copyBecause === undefined ? ['none', 'ddp'] : ['none', 'ddp', 'zero2', 'fsdp'];
}

/** Features that all must hold are weighed; richer expressions are left to the scheduler. */
function featuresIn(constraint: string | undefined): {
  readonly features: readonly string[];
  readonly isPlain: boolean;
} {
  if (constraint === undefined) return { features: [], isPlain: true };
  const isPlain = /^[\w.+-]+(?:&[\w.+-]+)*$/.test(constraint);
  return { features: isPlain ? constraint.split('&') : [], isPlain };
}

/** Options of sbatch that decide where and when a job starts, and that advice does not read. */
const DECIDES =
  /^(?:account|begin|constraint|contiguous|cores?-|cpus-per-|dependency|exclu|extra-node-info|gpus|gres|hold|licenses|mem|mincpus|node|ntasks|oversubscribe|partition|prefer|qos|reservation|sockets-|spread-job|switches|threads?-|time|tmp|tres|use-min-nodes)/;

function unweighedIn({ constraint, exclude, sbatch = {} }: Resources, isPlain: boolean): string[] {
  const options = Object.entries(sbatch).filter(
    ([name, value]) =>
      DECIDES.test(name) && value !== null && value !== false && memoryPer({ [name]: value }) === undefined,
  );
  return [
    ...(isPlain ? [] : [`constraint ${constraint}`]),
    ...(exclude === undefined ? [] : [`exclude ${exclude}`]),
    ...options.map(([name]) => `sbatch ${name}`),
  ];
}

/** 0 is all of a node. */
function memoryOf(size: string | number | undefined): number | undefined {
  return size === undefined ? undefined : parseMemory(size) || Infinity;
}

function memoryPer(sbatch: Resources['sbatch'] = {}): Job['memoryPer'] {
  const { 'mem-per-cpu': cpu, 'mem-per-gpu': gpu } = sbatch;
  const size = (value: Scalar | undefined): number | undefined =>
    /^\d+(?:[KMGT]B?)?$/i.test(String(value)) ? parseMemory(String(value)) : undefined;
  const per = withoutUndefined({ cpu: size(cpu), gpu: size(gpu) });
  return Object.keys(per).length === 0 ? undefined : per;
}
