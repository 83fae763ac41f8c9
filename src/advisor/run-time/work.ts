import { flatten, type ValueMap } from '../../core/value.ts';
import { batchParams } from '../job/batch-params.ts';

/** How much a run does, from its own parameters: epochs, steps times batch, samples or tokens. */
export interface Work {
  readonly unit: 'epochs' | 'steps' | 'samples' | 'tokens';
  readonly amount: number;
}

/** What a parameter says of the work, by its name after the last dot. */
const STEPS = /^(?:max_|num_|n_|train_|total_|training_)?(?:train_)?(?:steps|iters|iterations|updates)$/;
const EPOCHS = /^(?:max_|num_|n_|train_|total_)?(?:train_)?epochs?$/;
const SAMPLES = /^(?:max_|num_|n_|train_|total_)(?:train_)?(?:samples|examples|images)$/;
const TOKENS = /^(?:num_|n_|train_|total_)(?:train_)?tokens$/;

/** Parameters that say how much is done: runs that differ in them alone differ in length. */
export function isWork(name: string): boolean {
  return [STEPS, EPOCHS, SAMPLES, TOKENS].some((names) => names.test(getLastPart(name)));
}

/** A parameter's name without the maps that it is in, in lower case. */
export function getLastPart(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1).toLowerCase();
}

/**
 * The work of a run. Steps take precedence over epochs if both are given, as in Hugging Face's Trainer; a step is worth its
 * batch, and epochs are worth the samples, where those are parameters.
 *
 * @param gpus of all nodes: what a batch of one GPU is multiplied by
 * @param globalBatch samples of a step, if it is not what the parameters say
 */
export function computeWork(params: ValueMap, gpus: number, globalBatch?: number): Work | undefined {
  const { steps, epochs, samples, tokens } = named(params);
  if (steps !== undefined) return { unit: 'steps', amount: steps * (globalBatch ?? batchOf(params, gpus) ?? 1) };
  if (epochs !== undefined) return { unit: 'epochs', amount: epochs * (samples ?? 1) };
  if (tokens !== undefined) return { unit: 'tokens', amount: tokens };
  return samples === undefined ? undefined : { unit: 'samples', amount: samples };
}

function named(params: ValueMap): { readonly [work in 'steps' | 'epochs' | 'samples' | 'tokens']: number | undefined } {
  const all = [...flatten(params)].map(([name, value]): [string, unknown] => [getLastPart(name), value]);
  const first = (names: RegExp): number | undefined =>
    all.flatMap(([name, value]) => (names.test(name) && isAmount(value) ? [value] : []))[0];
  return { steps: first(STEPS), epochs: first(EPOCHS), samples: first(SAMPLES), tokens: first(TOKENS) };
}

function batchOf(params: ValueMap, gpus: number): number | undefined {
  const { micro, accumulation, global: whole } = batchParams(params);
  if (whole !== undefined) return whole.value;
  return micro && micro.value * (accumulation?.value ?? 1) * Math.max(1, gpus);
}

/** -1 stands for "no limit" with many programs. */
function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0;
}
