import type { GpuPrecision } from '../gpu-kind.ts';

/**
 * What an architecture has units for: NVIDIA's from its compute capability (fp16 of the P100 alone is an exception among
 * Pascal cards, and bf16 before Ampere is emulated), AMD's and Intel's from their data sheets.
 */
const BY_ARCH: ReadonlyMap<string, readonly GpuPrecision[]> = new Map<string, readonly GpuPrecision[]>([
  ['fermi', ['fp32']],
  ['kepler', ['fp32']],
  ['maxwell', ['fp32']],
  ['pascal', ['fp32']],
  ['volta', ['fp32', 'fp16']],
  ['turing', ['fp32', 'fp16']],
  ['ampere', ['fp32', 'tf32', 'fp16', 'bf16']],
  ['ada', ['fp32', 'tf32', 'fp16', 'bf16', 'fp8']],
  ['hopper', ['fp32', 'tf32', 'fp16', 'bf16', 'fp8']],
  ['blackwell', ['fp32', 'tf32', 'fp16', 'bf16', 'fp8', 'fp4']],
  ['blackwell_ultra', ['fp32', 'tf32', 'fp16', 'bf16', 'fp8', 'fp4']],
  ['gcn5', ['fp32', 'fp16']],
  ['gcn5.1', ['fp32', 'fp16']],
  ['cdna4', ['fp32', 'fp16', 'bf16', 'fp8', 'fp4']],
  ['xe_hpc', ['fp32', 'tf32', 'fp16', 'bf16']],
  ['gaudi', ['fp32', 'bf16']],
]);

/** What an architecture has units for, in any case of letters; of an unknown one fp32 alone. */
export function getSupportedPrecisions(arch: string): readonly GpuPrecision[] {
  return BY_ARCH.get(arch.toLowerCase()) ?? ['fp32'];
}
