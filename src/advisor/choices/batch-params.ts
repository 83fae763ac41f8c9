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

/** Names in use, the most telling first: of Hugging Face, Lightning, DeepSpeed and plain scripts. */
const NAMES: { readonly [part in keyof BatchParams]-?: readonly string[] } = {
  micro: [
    'micro_batch_size',
    'micro_batch',
    'per_device_train_batch_size',
    'train_micro_batch_size_per_gpu',
    'per_gpu_batch_size',
    'batch_size_per_gpu',
    'device_batch_size',
    'batch_size',
    'bs',
  ],
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

/** The parameters that a split of the batch changes, as texts; undefined: one that is needed is not there. */
export function splitParams(
  { micro, accumulation, global: whole }: BatchParams,
  split: BatchSplit,
  globalBatch: number,
): { readonly [name: string]: string } | undefined {
  const changes: { [name: string]: string } = {};
  const change = (param: BatchParam | undefined, value: number): boolean => {
    if (param === undefined) return false;
    if (param.value !== value) changes[param.name] = String(value);
    return true;
  };
  change(whole, globalBatch);
  const isMicroSaid = change(micro, split.micro) || whole !== undefined;
  const isAccumulationSaid = change(accumulation, split.accumulation) || split.accumulation === 1;
  return isMicroSaid && isAccumulationSaid ? changes : undefined;
}
