import { GIB, type Footprint } from './footprint.ts';
import { getGenericFootprint } from './generic.ts';
import type { MemoryEstimate, MemoryParts, TrainingSetup } from './trace/setup.ts';
import { getTransformerFootprint, type TraceCache } from './transformer.ts';
import type { MemoryTrace } from './trace/step.ts';
import { getVisionFootprint } from './vision.ts';

/** What the CUDA context takes: of PyTorch 2.11 with CUDA 13 on an H100. A100 with PyTorch 2.1: 0.47, older ones up to 1.8. */
const CONTEXT_GIB = 0.604;

/** The code of the kernels that training loads, by the difference of what driver and allocator reported there. */
const KERNELS_GIB = 0.18;

/** NCCL's buffers: 1 to 2 GiB, growing with the ranks (stas00/ml-engineering measured 1.45 with two ranks of A100). */
const COMMUNICATION_GIB = 1.2;

export interface EstimateOptions {
  /** GiB that CUDA itself takes on the machine that will train. */
  readonly contextGib?: number;
  /** Memory traces of transformers that are known, to which new ones are added. */
  readonly traces?: TraceCache;
}

/** The memory of one GPU that a training step takes at its peak, as the driver would report it. */
export function estimateMemory(setup: TrainingSetup, options: EstimateOptions = {}): MemoryEstimate {
  const { contextGib = CONTEXT_GIB, traces = new Map<string, MemoryTrace>() } = options;
  const { bytes, basis, assumptions } = getFootprint(setup, traces);
  const gib = (part: number): number => part / GIB;
  const communication = setup.sharding.kind === 'none' || setup.sharding.ranks <= 1 ? 0 : COMMUNICATION_GIB;
  const parts: MemoryParts = {
    weights: gib(bytes.weights),
    gradients: gib(bytes.gradients),
    optimizer: gib(bytes.optimizer),
    activations: gib(bytes.activations),
    logits: gib(bytes.logits),
    workspace: gib(bytes.workspace),
    overhead: gib(bytes.overhead) + contextGib + KERNELS_GIB + communication,
  };
  return { totalGib: Object.values(parts).reduce((sum, part) => sum + part, 0), parts, basis, assumptions };
}

function getFootprint(setup: TrainingSetup, traces: TraceCache): Footprint {
  const { model } = setup;
  switch (model.kind) {
    case 'transformer':
      return getTransformerFootprint(setup, model, traces);
    case 'vision':
      return getVisionFootprint(setup, model);
    case 'generic':
      return getGenericFootprint(setup, model);
  }
}
