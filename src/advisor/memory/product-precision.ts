import type { GpuPrecision } from '../gpu-kind.ts';
import type { TrainingPrecision } from './trace/setup.ts';

/** What matrix products are computed in: of autocast in its 16 bits. */
export function getProductPrecision(precision: TrainingPrecision): GpuPrecision {
  switch (precision) {
    case 'amp_bf16':
      return 'bf16';
    case 'amp_fp16':
      return 'fp16';
    case 'bf16':
    case 'fp16':
    case 'fp8':
    case 'tf32':
    case 'fp32':
      return precision;
  }
}
