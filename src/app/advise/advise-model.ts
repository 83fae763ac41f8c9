import { formatCount } from '../../core/text/phrases.ts';
import { memoize } from '../../core/text/memoize.ts';
import {
  batchParams,
  calibrate,
  estimateMemory,
  hasBatchNorm,
  judgeMemory,
  getProductPrecision,
  readSetup,
  computeTrainingWork,
  type GpuPrecision,
  type MeasuredPeak,
  type MemoryEstimate,
  type Need,
  type PastRun,
  type Placement,
  type TraceCache,
  type TrainingSetup,
} from '../../advisor/index.ts';
import type { ValueMap } from '../../core/value.ts';
import type { ModelKnowledge } from './advise-core.ts';
import type { AdviceTarget } from './advise-target.ts';

/**
 * What is known of the memory of a program: by its parameters, fitted to runs of the same model whose peak was measured;
 * if the parameters name no model, by the peaks of its own runs alone.
 */
export function resolveModelOf(
  { params, stage }: AdviceTarget,
  pastRuns: readonly PastRun[],
  traces: TraceCache,
): ModelKnowledge {
  const { num_gpus = 1, num_nodes = 1 } = stage.resources;
  const found = readSetup(withBatch(params), { ranks: Math.max(1, num_gpus * num_nodes) });
  if ('unknown' in found) return unknownModel(found.unknown, params, pastRuns);
  const { setup, assumptions } = found;
  const measured = getMeasuredPeaks(setup, pastRuns, traces);
  // A search asks for the same in each place that has the GPUs, and measured runs are read for each answer.
  const estimate = memoize(
    ({ microBatch, sharding }: TrainingSetup) => JSON.stringify([microBatch, sharding]),
    (changed) => calibrate(estimateMemory(changed, { traces }), changed, measured),
  );
  const whole = estimate(setup);
  const precision = getPrecision(setup);
  const norm = hasBatchNorm(setup.model.name);
  return {
    known: {
      ...(precision === undefined || !isSaid(precision, params) ? {} : { precision }),
      sharding: setup.sharding.kind,
      ...(norm === undefined ? {} : { batchNorm: norm }),
    },
    workOf: (globalBatch) => computeTrainingWork(params, setup, Math.max(1, num_gpus * num_nodes), globalBatch),
    needOf: (placement) => needOf(placement, estimate(placedSetup(setup, placement))),
    partsOf: (placement) => estimate(placedSetup(setup, placement)).parts,
    basis: [memoryBasis(whole.basis, [...new Set([...assumptions, ...whole.assumptions])])],
  };
}

function memoryBasis(basis: string, assumptions: readonly string[]): string {
  return `memory: ${basis}${assumptions.length === 0 ? '' : `; assumed: ${assumptions.join('; ')}`}`;
}

/** A program that gets only the global batch divides it itself: any micro-batch will do to begin with. */
function withBatch(params: ValueMap): ValueMap {
  const { micro, global: whole } = batchParams(params);
  return micro === undefined && whole !== undefined ? { ...params, micro_batch_size: whole.value } : params;
}

function placedSetup(setup: TrainingSetup, { split, sharding, gpus }: Placement): TrainingSetup {
  return {
    ...setup,
    ...(split === undefined ? {} : { microBatch: split.micro }),
    sharding: { kind: sharding, ranks: Math.max(1, gpus) },
  };
}

function needOf({ offer: { gpu, gpuType } }: Placement, { totalGib, basis }: MemoryEstimate): Need {
  if (gpu === undefined) {
    const name = gpuType === undefined || gpuType === '' ? 'its GPUs are' : `${gpuType} is`;
    return { gib: totalGib, verdict: 'unknown', basis: `${name} not in the catalogue` };
  }
  return { gib: totalGib, usableGib: gpu.usableGib, verdict: judgeMemory(totalGib, gpu.usableGib), basis };
}

/** What a GPU must have units for; fp32 runs everywhere, and TF32 runs as fp32 without them. */
export function getPrecision({ precision }: TrainingSetup): GpuPrecision | undefined {
  const computed = getProductPrecision(precision);
  return computed === 'fp32' || computed === 'tf32' ? undefined : computed;
}

/** `amp: true` leaves it to the program: a GPU without bf16 may still do. */
function isSaid(precision: GpuPrecision, params: ValueMap): boolean {
  const words = JSON.stringify(params).toLowerCase();
  return words.includes(precision) || (precision === 'bf16' && words.includes('bfloat16'));
}

/** Peaks of runs of the same model, beside what the formula says for them. */
export function getMeasuredPeaks(
  setup: TrainingSetup,
  pastRuns: readonly PastRun[],
  traces: TraceCache,
): MeasuredPeak[] {
  return pastRuns.flatMap(({ params, usage, gpus = 1, status }): MeasuredPeak[] => {
    if (usage?.peakGpuGib === undefined || status !== 'completed') return [];
    const found = readSetup(withBatch(params), { ranks: Math.max(1, gpus) });
    if ('unknown' in found || found.setup.model.name !== setup.model.name) return [];
    return [{ setup: found.setup, estimate: estimateMemory(found.setup, { traces }), measuredGib: usage.peakGpuGib }];
  });
}

/** What the user's own runs of the same parameters took is still known. */
function unknownModel(why: readonly string[], params: ValueMap, pastRuns: readonly PastRun[]): ModelKnowledge {
  const batch = batchParams(params);
  const peaks = pastRuns.flatMap(({ usage, params: theirs, status }) => {
    const same = batchParams(theirs).micro?.value === batch.micro?.value;
    return same && status === 'completed' && usage?.peakGpuGib !== undefined ? [usage.peakGpuGib] : [];
  });
  const basis = `memory: not known: ${why.join('; ')}`;
  if (peaks.length === 0) {
    return {
      needOf: () => ({ verdict: 'unknown', basis: why.join('; ') }),
      workOf: () => undefined,
      partsOf: () => undefined,
      basis: [`${basis}; sheaf estimate shows what it needs to know`],
    };
  }
  const gib = Math.max(...peaks);
  const words = `the largest peak of ${formatCount(peaks.length, 'own run')} with the same micro-batch`;
  return {
    needOf: ({ offer: { gpu }, split }) => {
      const isSame = split === undefined || split.micro === batch.micro?.value;
      if (gpu === undefined || !isSame) return { verdict: 'unknown', basis: `${words}; this is another case` };
      return { gib, usableGib: gpu.usableGib, verdict: judgeMemory(gib, gpu.usableGib), basis: words };
    },
    workOf: () => undefined,
    partsOf: () => undefined,
    basis: [`memory: ${words}`],
  };
}
