import { resolveModel, type TrainingSetup } from '../src/advisor/index.ts';

/** Peaks that others published, GiB. Other software and GPUs than the ones that the estimate knows. */
export interface PublishedPeak {
  readonly set: string;
  readonly setup: TrainingSetup;
  readonly gib: number;
  /** `allocated`: what PyTorch allocated; `driver`: what the driver reports. */
  readonly of: 'allocated' | 'driver';
  /** What CUDA took there, if the source says. */
  readonly contextGib?: number;
}

const GB = 1e9 / 2 ** 30;
const MIB = 1 / 1024;

function setup(model: string, microBatch: number, rest: Partial<TrainingSetup>): TrainingSetup {
  const shape = resolveModel(model);
  if (shape === undefined) throw new Error(`${model} is not known`);
  return {
    model: shape,
    microBatch,
    precision: 'bf16',
    optimizer: 'adamw',
    gradientCheckpointing: false,
    attention: 'sdpa',
    sharding: { kind: 'none', ranks: 1 },
    ...rest,
  };
}

const QV = { r: 8, targets: ['q_proj', 'v_proj'] };
const ALL = { r: 64, targets: ['all-linear'] };

/** Lightning-AI/litgpt, resource tables: LoRA on one A100 of 40 GB, `max_memory_allocated` in 10^9 bytes. */
const LITGPT = (
  [
    ['phi-1.5', 1044, [4.82, 6.76, undefined, 10.68], 3.78],
    ['stablelm-base-alpha-3b', 1034, [9.69, 12.1, undefined, 16.92], 6.35],
    ['llama2-7b', 1304, [21.3, 29.07], 14.14],
    ['llama2-13b', 1304, [38.12], 23.14],
  ] as const
).flatMap(([model, seqLen, peaks, packed]): PublishedPeak[] => [
  ...[...peaks].flatMap((gb, at): PublishedPeak[] =>
    gb === undefined
      ? []
      : [{ set: 'litgpt LoRA', setup: setup(model, at + 1, { seqLen, lora: QV }), gib: gb * GB, of: 'allocated' }],
  ),
  {
    set: 'litgpt QLoRA',
    setup: setup(model, 1, { seqLen, lora: QV, quantised: 'nf4' }),
    gib: packed * GB,
    of: 'allocated',
  },
]);

/** huggingface/transformers, "performance on one GPU": bert-large on a V100 of 16 GB, as the driver reports, MiB. */
const BERT_LARGE = (
  [
    [4, { precision: 'fp32' }, 14_949],
    [1, { precision: 'fp32' }, 8681],
    [1, { precision: 'fp32', gradientCheckpointing: true }, 6775],
    [4, { precision: 'amp_fp16' }, 13_939],
    [1, { precision: 'amp_fp16', gradientCheckpointing: true }, 7275],
    [4, { precision: 'fp32', optimizer: 'adafactor' }, 12_295],
    [1, { precision: 'amp_fp16', optimizer: 'adafactor', gradientCheckpointing: true }, 4847],
    [4, { precision: 'fp32', optimizer: 'adam8bit' }, 13_085],
    [1, { precision: 'amp_fp16', optimizer: 'adam8bit', gradientCheckpointing: true }, 5363],
  ] as const
).map(([batch, rest, mib]): PublishedPeak => ({
  set: 'Hugging Face bert-large',
  setup: setup('bert-large', batch, { seqLen: 512, attention: 'eager', ...rest }),
  gib: mib * MIB,
  of: 'driver',
  // 1343 MiB with the kernels, of an empty program there.
  contextGib: 1.13,
}));

/** QwenLM/Qwen, README: LoRA with checkpointing on one A100 of 80 GB, batch 1; the source does not name the unit; GB is assumed. */
const QWEN = (
  [
    ['qwen-1.8b', [6.7, 7.4, 8.4, 11.0, 16.2, 21.8]],
    ['qwen-7b', [20.1, 20.4, 21.5, 23.8, 29.7, 36.6]],
    ['qwen-14b', [34.6, 35.1, 35.3, 37.4, 42.5, 55.2]],
  ] as const
).flatMap(([model, peaks]) =>
  peaks.map((gb, at): PublishedPeak => ({
    set: 'Qwen LoRA',
    setup: setup(model, 1, { seqLen: 256 * 2 ** at, lora: ALL, gradientCheckpointing: true, attention: 'flash' }),
    gib: gb * GB,
    of: 'driver',
  })),
);

/** pytorch/torchtune, README: Llama 3.1 8B, 2 × 2048 tokens, compiled, with a loss in chunks; GiB. */
const TORCHTUNE: readonly PublishedPeak[] = [
  {
    set: 'torchtune (compiled)',
    setup: setup('llama3-8b', 2, {
      seqLen: 2048,
      lora: { r: 8, targets: ['all-linear'] },
      gradientCheckpointing: true,
    }),
    gib: 16.2,
    of: 'allocated',
  },
  {
    set: 'torchtune (compiled)',
    setup: setup('llama3-8b', 2, { seqLen: 2048, lora: { r: 8, targets: ['all-linear'] } }),
    gib: 30.3,
    of: 'allocated',
  },
];

/** S-Lab Lucid, simulation/analyzer/single_data.csv: 224 pixels, one RTX 3090, as the driver reports, MiB. */
const LUCID = (
  [
    ['resnet50', 'fp32', [5518, 8570, 13_326]],
    ['resnet50', 'amp_fp16', [3838, 5376, 7992]],
    ['mobilenet_v3_large', 'fp32', [2694, 3266, 4428]],
    ['mobilenet_v3_large', 'amp_fp16', [2382, 2706, 3216]],
  ] as const
).flatMap(([model, precision, peaks]) =>
  peaks.map((mib, at): PublishedPeak => ({
    set: 'Lucid',
    setup: setup(model, 32 * 2 ** at, { precision, optimizer: 'sgd' }),
    gib: mib * MIB,
    of: 'driver',
  })),
);

export const PUBLISHED: readonly PublishedPeak[] = [...LITGPT, ...BERT_LARGE, ...QWEN, ...TORCHTUNE, ...LUCID];
