import type { GpuKind } from '../gpu-kind.ts';
import { gpuKind } from '../gpus/gpu-kinds.ts';
import { kindWritten, type OwnGpu } from '../gpus/own.ts';
import type { WrittenPartition } from './written.ts';

/**
 * What the GPUs of a partition are: by their name in the scheduler, completed by features of the nodes and by what is
 * written of the partition; where their name says nothing, by what is written alone.
 */
export function kindOffered(
  gpuType: string,
  features: readonly string[],
  written: WrittenPartition | undefined,
  own: readonly OwnGpu[],
): { readonly gpu?: GpuKind; readonly notes: readonly string[] } {
  const { memoryGb, gpuType: writtenType, arch } = written ?? {};
  const hints = { features, own, ...(memoryGb === undefined ? {} : { memoryGib: memoryGb }) };
  const gpu =
    gpuKind(gpuType, hints) ??
    (writtenType === undefined ? undefined : gpuKind(writtenType, hints)) ??
    (arch === undefined || memoryGb === undefined
      ? undefined
      : kindWritten(gpuType || (writtenType ?? 'gpu'), arch, memoryGb, written?.fp8Support === true));
  if (gpu === undefined) {
    const name = gpuType === '' ? 'its GPUs have no type' : `what a ${gpuType} is, is not known here`;
    return { notes: [`${name}: describe it in sheaf.yaml below cluster: gpus:`] };
  }
  const saysFp8 = written?.fp8Support;
  const hasFp8 = gpu.supports.includes('fp8');
  const contradicts = saysFp8 !== undefined && saysFp8 !== hasFp8;
  return {
    gpu,
    notes: [
      ...(gpu.unsure === undefined ? [] : [`${gpu.unsure} memory_gb in sheaf.yaml tells which`]),
      ...(contradicts
        ? [`sheaf.yaml says fp8_support: ${saysFp8}, but ${gpu.name} ${hasFp8 ? 'has' : 'has no'} fp8`]
        : []),
    ],
  };
}
