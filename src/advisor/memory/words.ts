import type { Attention, Optimizer, ShardingKind, TrainingPrecision } from './trace/setup.ts';

type Words<T> = readonly (readonly [pattern: RegExp, meaning: T])[];

function meaningOf<T>(words: Words<T>, said: string): T | undefined {
  const text = said
    .trim()
    .toLowerCase()
    .replace(/^torch\./, '');
  return words.find(([pattern]) => pattern.test(text))?.[1];
}

const PRECISION_WORDS: Words<TrainingPrecision> = [
  [/^tf32$/, 'tf32'],
  [/^(amp[-_ ]?bf16|bf16[-_ ](amp|mixed|autocast)|amp|auto[-_]?mixed)$/, 'amp_bf16'],
  [/^(amp[-_ ]?(fp16|half)|(fp)?16[-_ ](amp|mixed|autocast))$/, 'amp_fp16'],
  [/^(bf16|bfloat16|bf16[-_ ](true|pure))$/, 'bf16'],
  [/^(fp16|float16|half|16|16[-_ ]true|fp16[-_ ](true|pure))$/, 'fp16'],
  [/^(fp8|float8.*|transformer[-_]engine)$/, 'fp8'],
  [/^(fp32|float32|float|32|32[-_]true|full|no|none|64|64-true)$/, 'fp32'],
];

/** A precision by the words that PyTorch, Lightning, Accelerate and people have for it; `mixed`: 16 bits mean autocast. */
export function asPrecision(said: string, mixed: boolean = false): TrainingPrecision | undefined {
  const meaning = meaningOf(PRECISION_WORDS, said);
  if (mixed && meaning === 'bf16') return 'amp_bf16';
  return mixed && meaning === 'fp16' ? 'amp_fp16' : meaning;
}

const OPTIMIZER_WORDS: Words<Optimizer> = [
  [/^paged.*adam.*8.?bit/, 'paged_adam8bit'],
  [/adam.*8.?bit|8.?bit.*adam/, 'adam8bit'],
  [/^amsgrad$/, 'amsgrad'],
  [/^adafactor/, 'adafactor'],
  [/^(fused_?)?adamw|^adamw/, 'adamw'],
  [/^n?adam|^adam/, 'adam'],
  [/^lamb/, 'lamb'],
  [/^(momentum|sgd_?(momentum|m)|nesterov)$/, 'momentum'],
  [/^sgd$/, 'sgd'],
  [/^lion/, 'lion'],
  [/^adagrad$/, 'adagrad'],
  [/^rmsprop/, 'rmsprop'],
  [/^muon/, 'muon'],
];

/** An optimizer by the words that PyTorch, Transformers and people have for it. */
export function asOptimizer(said: string): Optimizer | undefined {
  return meaningOf(OPTIMIZER_WORDS, said);
}

const ATTENTION_WORDS: Words<Attention> = [
  [/^(flash|flash_attention.*|flash-attn.*|fa2|fa3)$/, 'flash'],
  [/^sdpa$/, 'sdpa'],
  [/^eager$/, 'eager'],
];

export function asAttention(said: string): Attention | undefined {
  return meaningOf(ATTENTION_WORDS, said);
}

const SHARDING_WORDS: Words<ShardingKind> = [
  [/^(none|single.*|auto)$/, 'none'],
  [/^(ddp|dp|distributed.*)/, 'ddp'],
  [/^(deepspeed_stage_|zero[-_ ]?(stage)?)1/, 'zero1'],
  [/^(deepspeed_stage_|zero[-_ ]?(stage)?)2|^shard_grad_op$/, 'zero2'],
  [/^(deepspeed_stage_|zero[-_ ]?(stage)?)3/, 'zero3'],
  [/^(fsdp|full_shard|hybrid_shard)/, 'fsdp'],
];

export function asSharding(said: string): ShardingKind | undefined {
  return meaningOf(SHARDING_WORDS, said);
}
