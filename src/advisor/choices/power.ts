import type { GpuKind } from '../gpu-kind.ts';
import { estimateEfficiency } from '../run-time/gpu-speed.ts';
import type { Candidate } from '../job/job.ts';

/** Of a GPU that is in no catalogue: that of a small one, so that it is not preferred for what is not known of it. */
const UNKNOWN_TFLOPS = 50;

/** Computing power by class, TFLOP/s of dense 16-bit products: only for putting candidates in order. */
export function computePower({ offer, gpus, nodes }: Pick<Candidate, 'offer' | 'gpus' | 'nodes'>): number {
  if (gpus === 0) return 1;
  return classOf(offer.gpu) * gpus * estimateEfficiency(gpus, nodes, offer.gpu);
}

function classOf(gpu: GpuKind | undefined): number {
  if (gpu === undefined) return UNKNOWN_TFLOPS;
  const { tflops, measuredBf16 } = gpu;
  return measuredBf16 ?? tflops.bf16 ?? tflops.fp16 ?? tflops.fp32 ?? UNKNOWN_TFLOPS;
}

/** GiB of all GPUs together: what a job takes away from others. Undefined: not known, or it uses none. */
export function computeGpuMemory({ offer: { gpu }, gpus }: Pick<Candidate, 'offer' | 'gpus'>): number | undefined {
  return gpu === undefined || gpus === 0 ? undefined : gpu.usableGib * gpus;
}
