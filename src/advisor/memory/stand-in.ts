import type { ModelShape, TransformerFamily, TransformerShape, VisionShape } from './trace/setup.ts';
import { NAMED_TRANSFORMERS } from './transformer-names.ts';
import { countParams, makeTransformerShape } from './transformer-shape.ts';
import { VISION_MODELS } from './vision-models.ts';

export interface StandIn {
  readonly model: ModelShape;
  /** In words: what stands for the model that is not known. */
  readonly standIn: string;
}

/**
 * A known model of the family that is nearest in size, stretched to the parameters given. Undefined: nothing is known of
 * such a family.
 */
export function findStandIn(name: string, params: number, family: string): StandIn | undefined {
  return family === 'vision' ? visionStandIn(name, params) : transformerStandIn(name, params, family);
}

/** Parameters may differ so much by the head of the model alone. */
const SAME_SIZE = 0.02;

/** A known model with other parameters than its name says: of transformers the feed-forward part has the difference. */
export function scaleModel(model: ModelShape, params: number): ModelShape {
  if (model.kind !== 'transformer') return { ...model, params };
  const { layers, decoderLayers = 0, hidden, ffn, family, experts } = model;
  if (Math.abs(params / model.params - 1) <= SAME_SIZE || experts !== undefined) return model;
  const perUnit = (layers + decoderLayers) * (family === 'llama' ? 3 : 2) * hidden;
  const wanted = Math.round(ffn + (params - model.params) / perUnit);
  return wanted > 0 ? { ...model, ffn: wanted, params } : model;
}

/** Layers cannot have more of the difference: width and vocabulary are those of another size then. */
const ALIKE = 3;

function transformerStandIn(name: string, params: number, family: string): StandIn | undefined {
  const wanted: TransformerFamily = /^(bert|gpt2|t5)$/.test(family) ? (family as TransformerFamily) : 'llama';
  const shapes = Object.entries(NAMED_TRANSFORMERS)
    .filter(([, named]) => named.family === wanted && named.experts === undefined)
    .map(([known, named]) => makeTransformerShape(known, named));
  const isOfThatOrder = (shape: TransformerShape): boolean =>
    Math.abs(Math.log(shape.params / params)) < Math.log(ALIKE);
  const near = nearestRelative(name, shapes.filter(isOfThatOrder), params) ?? nearestIn(shapes, params);
  if (near === undefined) return undefined;
  const { layers, decoderLayers, ...rest } = near;
  const perLayer =
    (near.params - countParams({ ...rest, layers: 0, ...(decoderLayers === undefined ? {} : { decoderLayers: 0 }) })) /
    layers;
  const count = Math.max(1, Math.round(layers + (params - near.params) / perLayer));
  const stretched: Omit<TransformerShape, 'params'> = {
    ...rest,
    name,
    layers: count,
    ...(decoderLayers === undefined ? {} : { decoderLayers: count }),
  };
  return {
    model: { ...stretched, params },
    standIn: `${name} is not known: sheaf uses ${near.name}, scaled to ${count} layers for its number of parameters`,
  };
}

/** What a network keeps grows slower than its parameters: about with their root, within a family. */
function visionStandIn(name: string, params: number): StandIn | undefined {
  const all = Object.values(VISION_MODELS);
  const near = nearestRelative(name, all, params) ?? nearestIn(all, params);
  if (near === undefined) return undefined;
  const growth = Math.sqrt(params / near.params);
  const grown = (reserved: VisionShape['reserved']['fp32']): VisionShape['reserved']['fp32'] => ({
    perImage: reserved.perImage * growth,
    fixed: reserved.fixed * (params / near.params),
  });
  const { fp32, amp, half } = near.reserved;
  return {
    model: { ...near, name, params, reserved: { fp32: grown(fp32), amp: grown(amp), half: grown(half) } },
    standIn: `${name} is not known: sheaf uses ${near.name}, scaled by the square root of its number of parameters`,
  };
}

/** Of models whose names begin with the same word: `gpt`, `resnet`. */
function nearestRelative<T extends { readonly name: string; readonly params: number }>(
  name: string,
  models: readonly T[],
  params: number,
): T | undefined {
  const word = /^[a-z]+/.exec(name.toLowerCase())?.[0];
  return word === undefined
    ? undefined
    : nearestIn(
        models.filter((model) => model.name.startsWith(word)),
        params,
      );
}

function nearestIn<T extends { readonly params: number }>(models: readonly T[], params: number): T | undefined {
  const distance = (model: T): number => Math.abs(Math.log(model.params / params));
  return models.toSorted((a, b) => distance(a) - distance(b))[0];
}
