import { flatten, type ValueMap } from '../../core/value.ts';
import type { GpuPrecision } from '../gpu-kind.ts';
import { getProductPrecision } from '../memory/product-precision.ts';
import type { TrainingSetup } from '../memory/trace/setup.ts';
import { countTrainingFlops, type FlopWork } from './flops.ts';
import { getLastPart, computeWork, type Work } from './work.ts';

/** Images of the training parts of data sets, as their papers have it (ImageNet: ILSVRC 2012). */
const IMAGES: readonly (readonly [name: RegExp, images: number])[] = [
  [/^(imagenet|imagenet[-_]?1k|ilsvrc2012)$/, 1_281_167],
  [/^cifar[-_]?100?$/, 50_000],
  [/^(fashion[-_]?)?mnist$/, 60_000],
];

/** A backward pass computes gradients of activations and of weights: twice the forward pass. */
const PASSES = 3;

/**
 * What a training has to compute, by its parameters and its model. Undefined when they do not say how much it processes,
 * or how long its samples are.
 *
 * @param gpus of all nodes
 * @param globalBatch samples of a step, if it is not what the parameters say
 */
export function computeTrainingWork(
  params: ValueMap,
  setup: TrainingSetup,
  gpus: number,
  globalBatch?: number,
): FlopWork | undefined {
  const work = computeWork(params, gpus, globalBatch);
  if (work === undefined) return undefined;
  const { model, seqLen, resolution } = setup;
  const precision = precisionOf(setup);
  if (model.kind === 'transformer') {
    const samples = work.unit === 'tokens' ? undefined : samplesOf(work, params);
    const tokens = work.unit === 'tokens' ? work.amount : (samples ?? Number.NaN) * (seqLen ?? Number.NaN);
    if (!Number.isFinite(tokens)) return undefined;
    const size = { params: model.params, tokens, layers: model.layers, hidden: model.hidden };
    // Beside adapters the weights are frozen; those of the adapters are too few to count.
    const trainable = setup.lora === undefined ? model.params : 0;
    const more = { sequence: seqLen ?? 0, checkpointing: setup.gradientCheckpointing };
    return { ...countTrainingFlops({ ...size, ...more, trainable }), precision };
  }
  const images = samplesOf(work, params);
  if (model.kind !== 'vision' || images === undefined) return undefined;
  const perImage = PASSES * model.flopsPerImage * ((resolution ?? model.resolution) / model.resolution) ** 2;
  const words = `3 × ${exponential(perImage / PASSES)} for each of ${exponential(images)} images`;
  return { flops: perImage * images, words, precision };
}

function exponential(value: number): string {
  return Number(value.toPrecision(2)).toExponential().replace('e+', 'e');
}

function samplesOf({ unit, amount }: Work, params: ValueMap): number | undefined {
  if (unit !== 'epochs') return amount;
  const named = [...flatten(params)].map(([name, value]) => [getLastPart(name), value] as const);
  if (named.some(([name]) => /samples|examples|images/.test(name))) return amount;
  const data = named.find(([name]) => /^(dataset|data|dataset_name)$/.test(name))?.[1];
  const images = IMAGES.find(([name]) => typeof data === 'string' && name.test(data.toLowerCase()))?.[1];
  return images === undefined ? undefined : amount * images;
}

/** Convolutions of code that asks for fp32 are in TF32 by default (PyTorch's `cudnn.allow_tf32`), other products are not. */
function precisionOf({ precision, model }: TrainingSetup): GpuPrecision {
  return precision === 'fp32' && model.kind === 'vision' ? 'tf32' : getProductPrecision(precision);
}
