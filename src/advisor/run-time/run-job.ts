import type { ValueMap } from '../../core/value.ts';

/** What is to run, as far as its length depends on it. */
export interface RunJob {
  readonly template?: string;
  readonly stage: string;
  readonly params: ValueMap;
  /** Of all nodes; 0: none. */
  readonly gpus: number;
  readonly nodes: number;
  /** Samples of a step, if it is not what the parameters say. */
  readonly globalBatch?: number;
  /** As the scheduler calls the GPU, for those that no catalogue has. */
  readonly gpuName?: string;
}
