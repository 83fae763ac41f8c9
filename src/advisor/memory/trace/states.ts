import type { Optimizer, ShardingKind, TrainingPrecision, TrainingSetup } from './setup.ts';

/** Weights and activations in 16 bits throughout; autocast keeps weights in 32. */
export function isPureHalf(precision: TrainingPrecision): boolean {
  return precision === 'bf16' || precision === 'fp16';
}

export function isAutocast(precision: TrainingPrecision): boolean {
  return precision === 'amp_bf16' || precision === 'amp_fp16' || precision === 'fp8';
}

/** Bytes of one weight. */
export function getWeightBytes(precision: TrainingPrecision): number {
  return isPureHalf(precision) ? 2 : 4;
}

/**
 * Values that an optimizer keeps for each trainable weight, in the precision of the weights (PyTorch allocates states like
 * the weights); the rest in bytes. Sources: stas00/ml-engineering ("anatomy of model's memory"), Hugging Face
 * transformers (performance on one GPU), bitsandbytes (8 bits and their scales).
 */
const STATES: { readonly [O in Optimizer]: { readonly values: number; readonly bytes: number } } = {
  sgd: { values: 0, bytes: 0 },
  momentum: { values: 1, bytes: 0 },
  lion: { values: 1, bytes: 0 },
  adagrad: { values: 1, bytes: 0 },
  rmsprop: { values: 1, bytes: 0 },
  adam: { values: 2, bytes: 0 },
  adamw: { values: 2, bytes: 0 },
  lamb: { values: 2, bytes: 0 },
  amsgrad: { values: 3, bytes: 0 },
  adam8bit: { values: 0, bytes: 2.03 },
  paged_adam8bit: { values: 0, bytes: 0.1 },
  adafactor: { values: 0.02, bytes: 0 },
  muon: { values: 1, bytes: 0 },
};

/** Bytes that the optimizer keeps for one trainable weight. */
export function stateBytes(optimizer: Optimizer, precision: TrainingPrecision): number {
  const { values, bytes } = STATES[optimizer];
  return values * getWeightBytes(precision) + bytes;
}

/** The tensors that it keeps for one trainable weight, as bytes of each of its numbers. */
export function stateTensors(optimizer: Optimizer, precision: TrainingPrecision): readonly number[] {
  const { values, bytes } = STATES[optimizer];
  const whole = Array.from({ length: Math.floor(values) }, () => getWeightBytes(precision));
  const rest = (values % 1) * getWeightBytes(precision) + bytes;
  return rest > 0 ? [...whole, rest] : whole;
}

/** PyTorch updates all weights at once (`foreach`), with one passing copy of them all. */
const TAKES_A_COPY: readonly Optimizer[] = ['adam', 'adamw', 'amsgrad', 'lamb', 'rmsprop', 'adagrad'];

/** Passing copies of all weights that an optimizer's step makes. */
export function countStepCopies(optimizer: Optimizer): number {
  return TAKES_A_COPY.includes(optimizer) ? 1 : 0;
}

/** Over how many GPUs weights, gradients and states are split. */
export function computeShares({ kind, ranks }: TrainingSetup['sharding']): {
  weights: number;
  gradients: number;
  states: number;
} {
  const split = (kinds: readonly ShardingKind[]): number => (kinds.includes(kind) ? Math.max(1, ranks) : 1);
  return {
    weights: split(['zero3', 'fsdp']),
    gradients: split(['zero2', 'zero3', 'fsdp']),
    states: split(['zero1', 'zero2', 'zero3', 'fsdp']),
  };
}
