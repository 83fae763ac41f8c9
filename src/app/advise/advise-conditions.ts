import { type ValueMap, withoutUndefined } from '../../core/value.ts';
import {
  batchParams,
  hasBatchNorm,
  judgeReproducibility,
  readSetup,
  type Candidate,
  type Comparability,
  type PastRun,
  type RunConditions,
} from '../../advisor/index.ts';
import type { AdviceTarget } from './advise-target.ts';
import type { GpuNames } from '../cluster/cluster-facts.ts';

/** A run that ended, as what is advised is held against it. */
export type Former = PastRun;

/** How a candidate compares with the run of a reference. */
export function judgeComparability(
  target: AdviceTarget,
  candidate: Candidate,
  reference: Former,
  kindOf: GpuNames,
): Comparability {
  return judgeReproducibility(getRunConditions(reference, kindOf), conditionsOfCandidate(target, candidate));
}

/** Whether a candidate is where and how a run was: partition, GPUs and, as far as both are known, their kind. */
export function isSamePlacement(
  { offer, gpus, nodes }: Candidate,
  { partition, gpus: before, nodes: on, gpuName }: Former,
  kindOf: GpuNames,
): boolean {
  if (partition !== offer.partition || before !== gpus || (on !== undefined && on !== nodes)) return false;
  if (gpus === 0 || gpuName === undefined || gpuName === offer.gpuType) return true;
  const kind = kindOf(gpuName);
  // A name that means GPUs of several sizes is taken for the least of them.
  return kind === undefined || offer.gpu === undefined || offer.gpu.unsure !== undefined || kind.id === offer.gpu.id;
}

/** What is known of a run that decides which results it is comparable with. */
export function getRunConditions(
  { expId, params, gpus, nodes, gpuName, resources }: Former,
  kindOf: GpuNames,
): RunConditions {
  const name = gpuName ?? resources.gpu_type;
  const kind = name === undefined ? undefined : kindOf(name);
  return {
    label: expId,
    ...(gpus === 0 ? { gpu: 'none' as const } : kind === undefined ? {} : { gpu: kind }),
    ...(name === undefined ? {} : { gpuName: name }),
    ...(nodes === undefined ? {} : { nodes }),
    ...paramConditions(params, gpus),
  };
}

function conditionsOfCandidate(
  { name, params }: AdviceTarget,
  { offer, gpus, nodes, split, sharding }: Candidate,
): RunConditions {
  return {
    ...paramConditions(params, gpus),
    label: name,
    ...(gpus === 0 ? { gpu: 'none' as const } : offer.gpu === undefined ? {} : { gpu: offer.gpu }),
    ...(offer.gpuType === undefined ? {} : { gpuName: offer.gpuType }),
    nodes,
    sharding: shardingWord(sharding),
    ...(split === undefined
      ? {}
      : { microBatch: split.micro, globalBatch: split.micro * split.accumulation * Math.max(1, gpus) }),
  };
}

/** What its parameters say of how it computes. @param gpus undefined: not known */
function paramConditions(params: ValueMap, gpus: number | undefined): Partial<RunConditions> {
  const ranks = gpus === undefined ? undefined : Math.max(1, gpus);
  const { micro, accumulation, global: whole } = batchParams(params);
  const found = readSetup(params, { ranks: ranks ?? 1 });
  const setup = 'unknown' in found ? undefined : found.setup;
  const product =
    micro === undefined || ranks === undefined ? undefined : micro.value * (accumulation?.value ?? 1) * ranks;
  const global = whole?.value ?? product;
  const norm = setup === undefined ? undefined : hasBatchNorm(setup.model.name);
  return withoutUndefined({
    ranks,
    globalBatch: global,
    ...(micro === undefined ? {} : { microBatch: micro.value }),
    batchNorm: norm,
    ...(setup === undefined
      ? {}
      : { precision: precisionWord(setup.precision), sharding: shardingWord(setup.sharding.kind) }),
    ...(params['deterministic'] === true ? { deterministic: true } : {}),
  });
}

function precisionWord(precision: string): NonNullable<RunConditions['precision']> {
  const plain = precision.replace('amp_', '');
  return plain as NonNullable<RunConditions['precision']>;
}

function shardingWord(sharding: Candidate['sharding']): NonNullable<RunConditions['sharding']> {
  return sharding === 'zero3' ? 'fsdp' : sharding;
}
