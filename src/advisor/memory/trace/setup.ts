/** How a training run computes: what weights, gradients and activations are kept in. */
export type TrainingPrecision =
  /** 32 bits throughout; `tf32` differs in the units that multiply, not in memory. */
  | 'fp32'
  | 'tf32'
  /** Autocast: weights, gradients and optimizer states in 32 bits, most activations in 16. */
  | 'amp_fp16'
  | 'amp_bf16'
  /** Weights, gradients, optimizer states and activations in 16 bits. */
  | 'bf16'
  | 'fp16'
  /** As `amp_bf16` with products in 8 bits: what is kept for the backward pass counts as 16 bits. */
  | 'fp8';

export const PRECISIONS: readonly TrainingPrecision[] = ['fp32', 'tf32', 'amp_fp16', 'amp_bf16', 'bf16', 'fp16', 'fp8'];

export const OPTIMIZERS = [
  'sgd',
  'momentum',
  'lion',
  'adagrad',
  'rmsprop',
  'adam',
  'adamw',
  'lamb',
  'amsgrad',
  'adam8bit',
  'paged_adam8bit',
  'adafactor',
  'muon',
] as const;
export type Optimizer = (typeof OPTIMIZERS)[number];

/** `eager` keeps the matrix of attention weights; the others do not. */
export type Attention = 'sdpa' | 'flash' | 'eager';

export const SHARDINGS = ['none', 'ddp', 'zero1', 'zero2', 'zero3', 'fsdp'] as const;
export type ShardingKind = (typeof SHARDINGS)[number];

/** A decoder or encoder made of equal layers; an encoder-decoder gives the layers of both. */
export interface TransformerShape {
  readonly kind: 'transformer';
  /** As it was asked for, or `transformer`. */
  readonly name: string;
  /** How its modules are written, which decides what is kept for the backward pass. */
  readonly family: TransformerFamily;
  readonly layers: number;
  /** Of an encoder-decoder: `layers` are the encoder's. */
  readonly decoderLayers?: number;
  readonly hidden: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  /** Width of the feed-forward part. */
  readonly ffn: number;
  readonly vocab: number;
  /** The embedding is the output layer, too. */
  readonly tied: boolean;
  /** Without the adapters of LoRA. */
  readonly params: number;
  /** Rows of a learned table of positions; 0: none. */
  readonly positions: number;
  /** GELU as GPT-2's module spells it out, step by step; otherwise it is one kernel. */
  readonly spelledGelu?: boolean;
  /** Queries and keys are normalised by themselves. */
  readonly headNorms?: boolean;
  /** Experts of a feed-forward part, and how many of them a token passes. */
  readonly experts?: { readonly total: number; readonly active: number };
}

export type TransformerFamily = 'bert' | 'gpt2' | 'llama' | 't5';

/** Bytes that the allocator holds at the peak of a step. */
export interface Reserved {
  readonly perImage: number;
  /** Whatever the batch: gradients that exist at the peak, copies of the weights in 16 bits, unused ends of segments. */
  readonly fixed: number;
}

/** A network over images, of which the bytes per image are known. */
export interface VisionShape {
  readonly kind: 'vision';
  readonly name: string;
  readonly params: number;
  /** Pixels of a side at which the figures below hold. */
  readonly resolution: number;
  /** Pixels of a side of a patch, where what is kept grows with the tokens of the image. */
  readonly patch?: number;
  /** What a step reserves beside weights and optimizer states, by what activations are kept in. */
  readonly reserved: { readonly fp32: Reserved; readonly amp: Reserved; readonly half: Reserved };
  /** Multiply-adds of a forward pass of one image, times two. */
  readonly flopsPerImage: number;
}

/** A model of which little more than its size is known. */
export interface GenericShape {
  readonly kind: 'generic';
  readonly name: string;
  readonly params: number;
  /** GiB that one sample keeps, in 32 bits; undefined: not known. */
  readonly activationGibPerSample?: number;
}

export type ModelShape = TransformerShape | VisionShape | GenericShape;

/** One training step on one GPU, as far as memory depends on it. */
export interface TrainingSetup {
  readonly model: ModelShape;
  /** Samples that go through the model at once, on each GPU. */
  readonly microBatch: number;
  /** Tokens of the longest sample; of transformers. */
  readonly seqLen?: number;
  /** Pixels of a side; of models over images. */
  readonly resolution?: number;
  readonly precision: TrainingPrecision;
  readonly optimizer: Optimizer;
  readonly gradientCheckpointing: boolean;
  readonly lora?: { readonly r: number; readonly targets: readonly string[] };
  /** The frozen weights, below adapters. */
  readonly quantised?: 'int8' | 'nf4';
  readonly attention: Attention;
  readonly sharding: { readonly kind: ShardingKind; readonly ranks: number };
}

/** GiB = 2^30 bytes, on one GPU. */
export interface MemoryParts {
  readonly weights: number;
  readonly gradients: number;
  readonly optimizer: number;
  readonly activations: number;
  /** Scores over the vocabulary, with the copies that the loss makes. */
  readonly logits: number;
  /** Temporary room: of convolutions, of the optimizer's step, of gathered weights. */
  readonly workspace: number;
  /** The CUDA context, library handles, communication, and what the allocator holds without using it. */
  readonly overhead: number;
}

export interface MemoryEstimate {
  /** GiB that the driver would report at the peak, the CUDA context included. The parts add up to it. */
  readonly totalGib: number;
  readonly parts: MemoryParts;
  /** In words: from what the figures come. */
  readonly basis: string;
  /** What was taken to be so because nothing said otherwise. */
  readonly assumptions: readonly string[];
  /** Measured runs that the estimate was fitted to. */
  readonly calibrated?: { readonly factor: number; readonly runs: number };
}
