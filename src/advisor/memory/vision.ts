import type { Footprint } from './footprint.ts';
import type { Reserved, TrainingSetup, VisionShape } from './setup.ts';
import { isAutocast, isPureHalf, shares, stateBytes, weightBytes } from './states.ts';

/** A network over images: what its training step was traced to reserve, by image. */
export function visionFootprint(setup: TrainingSetup, model: VisionShape): Footprint {
  const { params } = model;
  const { precision, microBatch } = setup;
  const split = shares(setup.sharding);
  const { perImage, fixed } = reservedIn(setup, model);
  const resolution = setup.resolution ?? model.resolution;
  const gradients = Math.min(fixed, params * weightBytes(precision));
  return {
    bytes: {
      weights: (params * weightBytes(precision)) / split.weights,
      gradients: gradients / split.gradients,
      optimizer: (params * stateBytes(setup.optimizer, precision)) / split.states,
      activations: perImage * microBatch * growth(model, resolution),
      logits: 0,
      workspace: fixed - gradients,
      overhead: 0,
    },
    basis: `${model.name}: a traced training step`,
    assumptions: setup.resolution === undefined ? [`images of ${resolution} × ${resolution} pixels`] : [],
  };
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
