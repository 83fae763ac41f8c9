import { GIB, type Footprint } from './footprint.ts';
import type { GenericShape, TrainingSetup } from './trace/setup.ts';
import { isAutocast, isPureHalf, computeShares, stateBytes, getWeightBytes } from './trace/states.ts';

/** A model of which the size is known, and perhaps what a sample keeps. */
export function getGenericFootprint(setup: TrainingSetup, model: GenericShape): Footprint {
  const { params, activationGibPerSample } = model;
  const { precision } = setup;
  const split = computeShares(setup.sharding);
  const half = isPureHalf(precision) || isAutocast(precision) ? 0.55 : 1;
  const activations = (activationGibPerSample ?? 0) * GIB * setup.microBatch * half;
  return {
    bytes: {
      weights: (params * getWeightBytes(precision)) / split.weights,
      gradients: (params * getWeightBytes(precision)) / split.gradients,
      optimizer: (params * stateBytes(setup.optimizer, precision)) / split.states,
      activations,
      logits: 0,
      workspace: 0,
      overhead: 0.08 * activations,
    },
    basis: `${model.name}: its parameters${activationGibPerSample === undefined ? ' alone' : ' and the activations given'}`,
    assumptions:
      activationGibPerSample === undefined ? ['activations are not known and not counted: the truth is higher'] : [],
  };
}
