import type { GpuKind } from '../gpu-kind.ts';
import { findGpuKind } from '../gpus/gpu-kinds.ts';
import { explainUnknownCard } from '../gpus/names.ts';
import { makeWrittenKind, type ProjectGpu } from '../gpus/project-gpus.ts';
import type { WrittenPartition } from './written.ts';

/** What a node says of its GPUs beside their type. */
export interface NodeHints {
  readonly features: readonly string[];
  /** GB of each GPU. */
  readonly gpuMemoryGb?: number;
}

/**
 * What the GPUs of a partition are: by their name in the scheduler, completed by what its nodes say and by what is
 * written of the partition; if their name says nothing, by features of the nodes, or by what is written alone.
 *
 * @param nodes what its nodes say, each different set once; nodes that differ give the GPU with the least memory
 */
export function getOfferedKind(
  gpuType: string,
  nodes: readonly NodeHints[],
  written: WrittenPartition | undefined,
  own: readonly ProjectGpu[],
): { readonly gpu?: GpuKind; readonly notes: readonly string[] } {
  const gpu = kindOfType(gpuType, nodes, written, own);
  if (gpu === undefined) {
    const name = explainUnknownCard(gpuType) ?? `what a ${gpuType} is, is not known here`;
    return { notes: [`${name}: describe it in sheaf.yaml below cluster: gpus:`] };
  }
  const saysFp8 = written?.fp8Support;
  const hasFp8 = gpu.supports.includes('fp8');
  const contradicts = saysFp8 !== undefined && saysFp8 !== hasFp8;
  return {
    gpu,
    notes: [
      ...(gpu.basis === undefined ? [] : [`${gpu.name}, by ${gpu.basis}`]),
      ...(gpu.unsure === undefined ? [] : [`${gpu.unsure} memory_gb in sheaf.yaml decides`]),
      ...(contradicts
        ? [`sheaf.yaml says fp8_support: ${saysFp8}, but ${gpu.name} ${hasFp8 ? 'has' : 'has no'} fp8`]
        : []),
    ],
  };
}

function kindOfType(
  gpuType: string,
  nodes: readonly NodeHints[],
  written: WrittenPartition | undefined,
  own: readonly ProjectGpu[],
): GpuKind | undefined {
  const { memoryGb, gpuType: writtenType, arch } = written ?? {};
  const named = (name: string): GpuKind | undefined => {
    const hints = nodes.length === 0 ? [{ features: [] }] : nodes;
    return leastOf(
      hints.map(({ features, gpuMemoryGb }: NodeHints) => {
        const gb = memoryGb ?? gpuMemoryGb;
        return findGpuKind(name, { features, own, ...(gb === undefined ? {} : { memoryGib: gb }) });
      }),
    );
  };
  return (
    named(gpuType) ??
    (writtenType === undefined ? undefined : named(writtenType)) ??
    (arch === undefined || memoryGb === undefined
      ? undefined
      : makeWrittenKind(gpuType || (writtenType ?? 'gpu'), arch, memoryGb, written?.fp8Support === true))
  );
}

/** A job may get any of the nodes: of different GPUs the one with the least memory. */
function leastOf(kinds: readonly (GpuKind | undefined)[]): GpuKind | undefined {
  const known = kinds.filter((kind) => kind !== undefined);
  const [least] = known.toSorted((a, b) => a.usableGib - b.usableGib);
  const names = [...new Set(known.map(({ name }) => name))];
  if (least === undefined || (names.length === 1 && known.length === kinds.length)) return least;
  const others = known.length === kinds.length ? '' : ', and some nodes do not say';
  const unsure = `its nodes have ${names.join(', ')}${others}: sheaf assumes the smallest, ${least.name}.`;
  return { ...least, unsure, notes: [unsure, ...least.notes] };
}
