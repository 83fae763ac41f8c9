import type { Estimated, MemoryParts, MemoryVerdict, TrainingSetup } from '../../app/index.ts';

type Known = Exclude<Estimated, { readonly unknown: readonly string[] }>;

/** The memory of a training on one GPU, in GiB (2^30 bytes), or why it is not known. */
export type EstimateJson = KnownEstimateJson | UnknownEstimateJson;

export function estimateJson(found: Estimated): EstimateJson {
  if (!('unknown' in found)) return knownJson(found);
  const { name, unknown, probe } = found;
  return { name, total_gib: null, unknown: [...unknown], probe: [...probe] };
}

export type UnknownEstimateJson = {
  readonly name: string;
  readonly total_gib: null;
  readonly unknown: readonly string[];
  /** Commands that measure it. */
  readonly probe: readonly string[];
};

export type KnownEstimateJson = {
  readonly name: string;
  readonly total_gib: number;
  readonly parts_gib: { readonly [part in keyof MemoryParts]: number };
  readonly basis: string;
  readonly assumptions: readonly string[];
  /** Measured runs that the estimate was fitted to. */
  readonly calibrated: { readonly factor: number; readonly runs: number } | null;
  readonly setup: {
    readonly model: string;
    readonly params: number;
    readonly micro_batch: number;
    readonly seq_len: number | null;
    readonly resolution: number | null;
    readonly precision: TrainingSetup['precision'];
    readonly optimizer: TrainingSetup['optimizer'];
    readonly gradient_checkpointing: boolean;
    readonly lora: { readonly r: number; readonly targets: readonly string[] } | null;
    readonly quantised: 'int8' | 'nf4' | null;
    readonly attention: TrainingSetup['attention'];
    readonly sharding: { readonly kind: TrainingSetup['sharding']['kind']; readonly ranks: number };
  };
  readonly gpus: readonly {
    readonly gpu: string;
    readonly usable_gib: number;
    readonly verdict: MemoryVerdict;
    /** What the setup needs and the GPU does not have. */
    readonly lacks: string | null;
    readonly largest_micro_batch: number | null;
  }[];
};

function knownJson({ name, setup, estimate, assumptions, gpus }: Known): KnownEstimateJson {
  return {
    name,
    total_gib: estimate.totalGib,
    parts_gib: { ...estimate.parts },
    basis: estimate.basis,
    assumptions: [...assumptions],
    calibrated: estimate.calibrated === undefined ? null : { ...estimate.calibrated },
    setup: {
      model: setup.model.name,
      params: setup.model.params,
      micro_batch: setup.microBatch,
      seq_len: setup.seqLen ?? null,
      resolution: setup.resolution ?? null,
      precision: setup.precision,
      optimizer: setup.optimizer,
      gradient_checkpointing: setup.gradientCheckpointing,
      lora: setup.lora === undefined ? null : { r: setup.lora.r, targets: [...setup.lora.targets] },
      quantised: setup.quantised ?? null,
      attention: setup.attention,
      sharding: { ...setup.sharding },
    },
    gpus: gpus.map(({ gpu, verdict, largestMicroBatch, lacks }) => ({
      gpu: gpu.id,
      usable_gib: gpu.usableGib,
      verdict,
      lacks: lacks ?? null,
      largest_micro_batch: largestMicroBatch ?? null,
    })),
  };
}
