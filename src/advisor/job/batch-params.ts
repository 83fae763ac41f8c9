import { flatten, type ValueMap, withoutUndefined } from '../../core/value.ts';
import type { BatchSplit } from './job.ts';

/** A parameter that says something of the batch. */
export interface BatchParam {
  /** Dotted when nested. */
  readonly name: string;
  readonly value: number;
}

/** What the parameters of an experiment say of its batch. */
export interface BatchParams {
  /** Samples of one GPU at a time. */
  readonly micro?: BatchParam;
  readonly accumulation?: BatchParam;
  /** Samples of one step of the optimizer, over all GPUs. */
  readonly global?: BatchParam;
}

/** Names in use for the samples of one GPU at a time, the most telling first. */
export const MICRO_BATCH_NAMES = [
  'micro_batch_size',
  'micro_batch',
  'per_device_train_batch_size',
  'train_micro_batch_size_per_gpu',
  'batch_size_per_gpu',
  'per_gpu_train_batch_size',
  'per_gpu_batch_size',
  'device_batch_size',
  'batch_size',
  'train_batch_size',
  'bs',
  'bsz',
] as const;

/** Names in use, the most telling first: of Hugging Face, Lightning, DeepSpeed and plain scripts. */
const NAMES: { readonly [part in keyof BatchParams]-?: readonly string[] } = {
  micro: MICRO_BATCH_NAMES,
  accumulation: [
    'gradient_accumulation_steps',
    'accumulate_grad_batches',
    'accumulation_steps',
    'grad_accum_steps',
    'grad_accum',
    'accumulation',
  ],
  global: ['global_batch_size', 'global_batch', 'effective_batch_size', 'total_batch_size'],
};

/** What parameters say of the batch by their names; a `batch_size` alone is that of one GPU, as most programs read it. */
export function batchParams(params: ValueMap): BatchParams {
  const numbers = [...flatten(params)].flatMap(([name, value]) =>
    typeof value === 'number' && Number.isInteger(value) && value > 0 ? [{ name, value }] : [],
  );
  return withoutUndefined({
    micro: firstNamed(numbers, NAMES.micro),
    accumulation: firstNamed(numbers, NAMES.accumulation),
    global: firstNamed(numbers, NAMES.global),
  });
}

function firstNamed(numbers: readonly BatchParam[], names: readonly string[]): BatchParam | undefined {
  const [first] = names.flatMap((wanted) => numbers.find(({ name }) => plain(name) === wanted) ?? []);
  return first;
}

function plain(name: string): string {
  return (name.split('.').at(-1) ?? '').toLowerCase().replaceAll('-', '_');
}

/** What a split of the batch asks of parameters. */
export interface SplitParams {
  /** Those that change, as texts. */
  readonly changes: { readonly [name: string]: string };
  /** What the program has no parameter for, in words. */
  readonly missing: readonly string[];
}

export function splitParams(
  { micro, accumulation, global: whole }: BatchParams,
  split: BatchSplit,
  globalBatch: number,
): SplitParams {
  const wanted: readonly (readonly [BatchParam | undefined, number])[] = [
    [whole, globalBatch],
    [micro, split.micro],
    [accumulation, split.accumulation],
  ];
  const changes = wanted.flatMap(([param, value]) =>
    param === undefined || param.value === value ? [] : [[param.name, String(value)] as const],
  );
  return {
    changes: Object.fromEntries(changes),
    missing: [
      ...(micro === undefined && whole === undefined ? [`a micro-batch of ${split.micro}`] : []),
      ...(accumulation === undefined && whole === undefined && split.accumulation > 1
        ? [`accumulation over ${split.accumulation} micro-batches`]
        : []),
    ],
  };
}
