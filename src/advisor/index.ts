// GPUs
export { gpuKind, gpuKindOfDevice, gpuKinds, type GpuHints } from './gpus/gpu-kinds.ts';
export { ownGpus, type OwnGpu } from './gpus/own.ts';
export type { GpuKind, GpuPrecision } from './gpu-kind.ts';
// Past runs
export type { PastRun, RunUsage } from './past-run.ts';
