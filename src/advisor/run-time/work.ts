import { flatten, type ValueMap } from '../../core/value.ts';

/** How much a run does, from its own parameters: epochs, steps times batch, samples or tokens. */
export interface Work {
  readonly unit: 'epochs' | 'steps' | 'samples' | 'tokens';
  readonly amount: number;
}

/** What a parameter says of the work, by its name without what stands before the last dot. */
const STEPS = /^(?:max_|num_|n_|train_|total_|training_)?(?:train_)?(?:steps|iters|iterations|updates)$/;
const EPOCHS = /^(?:max_|num_|n_|train_|total_)?(?:train_)?epochs?$/;
const SAMPLES = /^(?:max_|num_|n_|train_|total_)(?:train_)?(?:samples|examples|images)$/;
const TOKENS = /^(?:num_|n_|train_|total_)(?:train_)?tokens$/;
const GLOBAL_BATCH = /^(?:global_|total_|effective_)(?:train_)?batch(?:_size)?$/;
const BATCH = /^(?:train_)?(?:batch_size|batch|bs)$/;
const DEVICE_BATCH = /^(?:per_device_train_|per_device_|per_gpu_|micro_|device_)(?:train_)?batch(?:_size)?$/;
const ACCUMULATION = /^(?:gradient_|grad_)?accum(?:ulation|ulate)?(?:_steps|_batches|_grad_batches)?$/;

/** Parameters that say how much is done: runs that differ in them alone differ in length. */
export function isWork(name: string): boolean {
  return [STEPS, EPOCHS, SAMPLES, TOKENS].some((names) => names.test(lastPart(name)));
}

/** A parameter's name without the maps that it is in, in lower case. */
export function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1).toLowerCase();
}

/**
 * The work of a run. Steps count more than epochs where both are given, as in Hugging Face's Trainer; a step is worth its
 * batch, and epochs are worth the samples, where those are parameters.
 *
 * @param gpus of all nodes: what a batch of one device is multiplied by
 */
export function workOf(params: ValueMap, gpus: number): Work | undefined {
  const named = [...flatten(params)].map(([name, value]): [string, unknown] => [lastPart(name), value]);
  const value = (names: RegExp): number | undefined =>
    named.flatMap(([name, given]) => (names.test(name) && isAmount(given) ? [given] : []))[0];
  const [steps, epochs, samples, tokens] = [STEPS, EPOCHS, SAMPLES, TOKENS].map(value);
  if (steps !== undefined) return { unit: 'steps', amount: steps * batchOf(value, gpus) };
  if (epochs !== undefined) return { unit: 'epochs', amount: epochs * (samples ?? 1) };
  if (tokens !== undefined) return { unit: 'tokens', amount: tokens };
  return samples === undefined ? undefined : { unit: 'samples', amount: samples };
}

function batchOf(value: (names: RegExp) => number | undefined, gpus: number): number {
  const whole = value(GLOBAL_BATCH);
  if (whole !== undefined) return whole;
  const accumulation = value(ACCUMULATION) ?? 1;
  const device = value(DEVICE_BATCH);
  if (device !== undefined) return device * accumulation * Math.max(1, gpus);
  return (value(BATCH) ?? 1) * accumulation;
}

/** -1 stands for "no limit" with many programs. */
function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0;
}
