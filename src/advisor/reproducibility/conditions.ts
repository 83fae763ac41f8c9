import type { GpuKind, GpuPrecision } from '../gpu-kind.ts';

/**
 * What decides whether the result of one run is comparable with that of another. What is not known is absent, never
 * guessed: a promise is made only of what is known.
 */
export interface RunConditions {
  /** Who this is, for reasons: `res_s1`, `4 × h100`. */
  readonly label: string;
  /** Absent: unknown. `none`: it runs without a GPU. */
  readonly gpu?: GpuKind | 'none';
  /** As the driver or the scheduler calls it, where the catalogue does not know it. */
  readonly gpuName?: string;
  /** Processes that each train on a part of the batch. */
  readonly ranks?: number;
  readonly nodes?: number;
  /** What it computes in; `tf32` where a program asks for it by name. */
  readonly precision?: GpuPrecision;
  /** What fp32 code does with TF32: `pinned` where the program sets both switches itself. */
  readonly tf32?: 'pinned' | 'default';
  /** Samples for one step of the optimizer, over all ranks and accumulated steps. */
  readonly globalBatch?: number;
  /** Samples of one rank at a time: what statistics of BatchNorm are over. */
  readonly microBatch?: number;
  readonly batchNorm?: boolean;
  /** How the states of the model are spread over its GPUs: `ddp`, `fsdp`, … */
  readonly sharding?: string;
  readonly compile?: boolean;
  /** Deterministic algorithms are asked for, and cuDNN's choice by timing is off. */
  readonly deterministic?: boolean;
  /** `torch`, `cuda`, `driver`, `python`, … → version. */
  readonly software?: ReadonlyMap<string, string>;
}
