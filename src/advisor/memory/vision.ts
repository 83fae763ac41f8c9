import type { Footprint } from './footprint.ts';
import type { MemoryParts, Reserved, TrainingSetup, VisionShape } from './trace/setup.ts';
import { isAutocast, isPureHalf, computeShares, stateBytes, countStepCopies, getWeightBytes } from './trace/states.ts';

/** cuBLAS and cuDNN: their workspaces and handles, bytes. */
const LIBRARIES = 0.09 * 2 ** 30;

/** Fused attention passes gradients through copies in 32 bits, of which the traced step knows nothing. */
const FUSED_ATTENTION = 1.04;

/**
 * States that the first update makes lie in holes that the next steps would have used. By traces with Adam of networks whose
 * weights outweigh their activations: share of weights, states and the copy that the update makes.
 */
const HOLES_OF_STATES = 0.12;

/** A network over images: what its training step was traced to reserve, by image. */
export function getVisionFootprint(setup: TrainingSetup, model: VisionShape): Footprint {
  const [backward, update] = [inBackward(setup, model), inUpdate(setup, model)];
  return {
    bytes: total(backward) >= total(update) ? backward : update,
    basis: `${model.name}: a training step traced without numbers, through PyTorch's allocator`,
    assumptions: [
      ...(setup.resolution === undefined ? [`images of ${model.resolution} × ${model.resolution} pixels`] : []),
      ...(setup.gradientCheckpointing ? ['gradient checkpointing is not counted: the truth may be lower'] : []),
    ],
  };
}

/** Activations are there, gradients as far as they have come. */
function inBackward(setup: TrainingSetup, model: VisionShape): MemoryParts {
  const { perImage, fixed } = reservedIn(setup, model);
  const { gradients, ...states } = statesOf(setup, model);
  const there = Math.min(fixed, gradients);
  const grown = growth(model, setup.resolution ?? model.resolution) * (model.patch === undefined ? 1 : FUSED_ATTENTION);
  return {
    ...states,
    gradients: there + bucketsOf(setup, model),
    activations: perImage * setup.microBatch * grown,
    logits: 0,
    workspace: fixed - there,
    overhead: LIBRARIES + holesOf(setup, states),
  };
}

/** All gradients are there, and what the optimizer's step copies. */
function inUpdate(setup: TrainingSetup, model: VisionShape): MemoryParts {
  const states = statesOf(setup, model);
  return {
    ...states,
    gradients: states.gradients + bucketsOf(setup, model),
    activations: 0,
    logits: 0,
    workspace:
      (countStepCopies(setup.optimizer) * model.params * getWeightBytes(setup.precision)) /
      computeShares(setup.sharding).states,
    overhead: LIBRARIES + holesOf(setup, states),
  };
}

function statesOf(
  { precision, optimizer, sharding }: TrainingSetup,
  { params }: VisionShape,
): Pick<MemoryParts, 'weights' | 'gradients' | 'optimizer'> {
  const split = computeShares(sharding);
  return {
    weights: (params * getWeightBytes(precision)) / split.weights,
    gradients: (params * getWeightBytes(precision)) / split.gradients,
    optimizer: (params * stateBytes(optimizer, precision)) / split.states,
  };
}

function holesOf(
  { optimizer }: TrainingSetup,
  { weights, optimizer: states }: Pick<MemoryParts, 'weights' | 'optimizer'>,
): number {
  return countStepCopies(optimizer) === 0 ? 0 : HOLES_OF_STATES * (2 * weights + states);
}

/** DDP copies gradients into its buckets. */
function bucketsOf({ sharding, precision }: TrainingSetup, { params }: VisionShape): number {
  return sharding.kind === 'ddp' && sharding.ranks > 1 ? params * getWeightBytes(precision) : 0;
}

function total(parts: MemoryParts): number {
  return Object.values(parts).reduce((sum, part) => sum + part, 0);
}

function reservedIn({ precision }: TrainingSetup, { reserved }: VisionShape): Reserved {
  if (isPureHalf(precision)) return reserved.half;
  return isAutocast(precision) ? reserved.amp : reserved.fp32;
}

/** What is kept grows with the pixels, or with the tokens where an image is cut into patches, one more for the class. */
function growth({ resolution, patch }: VisionShape, wanted: number): number {
  if (patch === undefined) return (wanted / resolution) ** 2;
  const tokens = (side: number): number => Math.floor(side / patch) ** 2 + 1;
  return tokens(wanted) / tokens(resolution);
}
