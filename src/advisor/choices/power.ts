import type { GpuKind } from '../gpu-kind.ts';
import type { Candidate } from './job.ts';

/** Of a GPU that is in no catalogue: that of a small one, so that it is not preferred for what is not known of it. */
const UNKNOWN_TFLOPS = 50;

/**
 * Share of the speed of its GPUs that a job keeps when it uses several: nodes with NVLink, without it, and several
 * nodes. Rough on purpose: for the order of choices where no run time is known, never shown.
 */
const KEPT = { nvlink: 0.95, pcie: 0.85, nodes: 0.8 } as const;

/** Computing power by class, TFLOP/s of dense 16-bit products: only for putting candidates in order. */
export function powerOf({ offer, gpus, nodes }: Pick<Candidate, 'offer' | 'gpus' | 'nodes'>): number {
  if (gpus === 0) return 1;
  const kept = gpus === 1 ? 1 : nodes > 1 ? KEPT.nodes : (offer.gpu?.nvlink ?? 0) > 0 ? KEPT.nvlink : KEPT.pcie;
  return classOf(offer.gpu) * gpus * kept;
}

function classOf(gpu: GpuKind | undefined): number {
  if (gpu === undefined) return UNKNOWN_TFLOPS;
  const { tflops, measuredBf16 } = gpu;
  return measuredBf16 ?? tflops.bf16 ?? tflops.fp16 ?? tflops.fp32 ?? UNKNOWN_TFLOPS;
}

/** GiB of all GPUs together: what a job takes away from others. Undefined: not known, or it uses none. */
export function gpuMemoryOf({ offer: { gpu }, gpus }: Pick<Candidate, 'offer' | 'gpus'>): number | undefined {
  return gpu === undefined || gpus === 0 ? undefined : gpu.usableGib * gpus;
}
