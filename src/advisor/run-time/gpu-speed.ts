import type { GpuKind, GpuPrecision } from '../gpu-kind.ts';

/** How many times faster one GPU is, and where that is from. */
export interface SpeedUp {
  readonly factor: number;
  readonly basis: string;
}

/** What is compared where no matrix product was measured on both: the first that both have. */
const PRECISIONS: readonly GpuPrecision[] = ['bf16', 'fp16', 'tf32', 'fp32'];

/**
 * How many times faster `to` is than `from`, from data sheets and measured matrix products: the lower of compute and
 * bandwidth, for it is not known which of them holds a program up (compute: measured bf16 matrix products, MAMF of
 * stas00/ml-engineering, otherwise dense TFLOP/s). Undefined when neither is known of both.
 */
export function estimateSpeedUp(from: GpuKind, to: GpuKind): SpeedUp | undefined {
  if (from.id === to.id) return { factor: 1, basis: 'the same GPU' };
  const bandwidth = ratio(from.bandwidth, to.bandwidth);
  const compute = computeRatio(from, to);
  const known = [
    ...(compute === undefined ? [] : [compute]),
    ...(bandwidth === undefined ? [] : [{ factor: bandwidth, basis: 'memory bandwidth' }]),
  ];
  if (known.length === 0) return undefined;
  return known.reduce((low, each) => (each.factor < low.factor ? each : low));
}

function computeRatio(from: GpuKind, to: GpuKind): SpeedUp | undefined {
  const measured = ratio(from.measuredBf16, to.measuredBf16);
  if (measured !== undefined) return { factor: measured, basis: 'measured bf16 matrix products' };
  for (const precision of PRECISIONS) {
    const factor = ratio(from.tflops[precision], to.tflops[precision]);
    if (factor !== undefined) return { factor, basis: `${precision} TFLOP/s of the data sheets` };
  }
  return undefined;
}

function ratio(from: number | undefined, to: number | undefined): number | undefined {
  return from === undefined || to === undefined || from <= 0 || to <= 0 ? undefined : to / from;
}

/** Of GPUs that work together, how much of their sum is left. Proposals without a measurement; own runs go before them. */
const NVLINK_NODE = 0.95;
const PCIE_NODE = 0.85;
const FAST_NODES = 0.9;
const SLOW_NODES = 0.6;

/**
 * How much of their sum GPUs get done together: 0.95 in a node with NVLink, 0.85 without; over nodes 0.9 where GPUs
 * have NVLink, whose nodes have InfiniBand or the like in general, otherwise 0.6 (Ethernet).
 */
export function estimateEfficiency(gpus: number, nodes: number, gpu: GpuKind | undefined): number {
  if (gpus <= 1) return 1;
  const linked = (gpu?.nvlink ?? 0) > 0;
  if (nodes > 1) return linked ? FAST_NODES : SLOW_NODES;
  return linked ? NVLINK_NODE : PCIE_NODE;
}
