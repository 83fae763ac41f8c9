import { flatten, type ValueMap } from '../../core/value.ts';
import type { GpuPrecision } from '../gpu-kind.ts';
import type { TrainingSetup, VisionShape } from '../memory/setup.ts';
import { trainingFlops, type FlopWork } from './flops.ts';
import { lastPart, workOf, type Work } from './work.ts';

/** Images of the training parts of data sets, as their papers have it (ImageNet: ILSVRC 2012). */
const IMAGES: readonly (readonly [name: RegExp, images: number])[] = [
  [/^(imagenet|imagenet[-_]?1k|ilsvrc2012)$/, 1_281_167],
  [/^cifar[-_]?100?$/, 50_000],
  [/^(fashion[-_]?)?mnist$/, 60_000],
];

/** 10^9 multiply-adds of a forward pass of one image of 224 × 224, as torchvision's table of weights has them ("GFLOPS"). */
const GIGA_MULTIPLY_ADDS: { readonly [model: string]: number } = {
  resnet18: 1.81,
  resnet34: 3.66,
  resnet50: 4.09,
  resnet101: 7.8,
  resnet152: 11.51,
  wide_resnet50_2: 11.4,
  densenet121: 2.83,
  vgg16: 15.47,
  mobilenet_v2: 0.3,
  efficientnet_b0: 0.39,
  convnext_tiny: 4.46,
  convnext_base: 15.36,
  vit_b_16: 17.56,
  vit_l_16: 61.55,
  swin_t: 4.49,
  swin_b: 15.43,
};

/** A multiply-add is two operations. */
function flopsPerImage({ name, flopsPerImage: known }: VisionShape): number | undefined {
  const listed = GIGA_MULTIPLY_ADDS[name.toLowerCase().replaceAll('-', '_')];
  return known ?? (listed === undefined ? undefined : 2e9 * listed);
}

/** A backward pass computes gradients of activations and of weights: twice the forward pass. */
const PASSES = 3;

/**
 * What a training has to compute, by its parameters and its model. Undefined where they do not say how much it goes through,
 * or how long its samples are.
 *
 * @param gpus of all nodes
 */
export function trainingWork(params: ValueMap, setup: TrainingSetup, gpus: number): FlopWork | undefined {
  const work = workOf(params, gpus);
  if (work === undefined) return undefined;
  const { model, seqLen, resolution } = setup;
  const precision = precisionOf(setup);
  if (model.kind === 'transformer') {
    const samples = work.unit === 'tokens' ? undefined : samplesOf(work, params);
    const tokens = work.unit === 'tokens' ? work.amount : (samples ?? Number.NaN) * (seqLen ?? Number.NaN);
    if (!Number.isFinite(tokens)) return undefined;
    const size = { params: model.params, tokens, layers: model.layers, hidden: model.hidden };
    const more = { sequence: seqLen ?? 0, checkpointing: setup.gradientCheckpointing };
    return { ...trainingFlops({ ...size, ...more }), precision };
  }
  const images = samplesOf(work, params);
  const forward = model.kind === 'vision' ? flopsPerImage(model) : undefined;
  if (model.kind !== 'vision' || forward === undefined || images === undefined) return undefined;
  const perImage = PASSES * forward * ((resolution ?? model.resolution) / model.resolution) ** 2;
  const words = `3 × ${exponential(perImage / PASSES)} for each of ${exponential(images)} images`;
  return { flops: perImage * images, words, precision };
}

function exponential(value: number): string {
  return Number(value.toPrecision(2)).toExponential().replace('e+', 'e');
}

function samplesOf({ unit, amount }: Work, params: ValueMap): number | undefined {
  if (unit !== 'epochs') return amount;
  const named = [...flatten(params)].map(([name, value]) => [lastPart(name), value] as const);
  if (named.some(([name]) => /samples|examples|images/.test(name))) return amount;
  const data = named.find(([name]) => /^(dataset|data|dataset_name)$/.test(name))?.[1];
  const images = IMAGES.find(([name]) => typeof data === 'string' && name.test(data.toLowerCase()))?.[1];
  return images === undefined ? undefined : amount * images;
}

/** Convolutions of code that asks for fp32 are in TF32 by default (PyTorch's `cudnn.allow_tf32`), other products are not. */
function precisionOf({ precision, model }: TrainingSetup): GpuPrecision {
  switch (precision) {
    case 'bf16':
    case 'amp_bf16':
      return 'bf16';
    case 'fp16':
    case 'amp_fp16':
      return 'fp16';
    case 'fp8':
      return 'fp8';
    case 'tf32':
      return 'tf32';
    case 'fp32':
      return model.kind === 'vision' ? 'tf32' : 'fp32';
  }
}
