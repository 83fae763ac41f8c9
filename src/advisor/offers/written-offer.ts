import { withoutUndefined } from '../../core/value.ts';
import type { ProjectGpu } from '../gpus/project-gpus.ts';
import type { Offer } from '../offer.ts';
import { getOfferedKind } from './kind-offered.ts';
import type { WrittenPartition } from './written.ts';

/** A partition of which only what is written is known: nothing of what is free, and no more of its nodes than written. */
export function makeWrittenOffer(written: WrittenPartition, own: readonly ProjectGpu[]): Offer {
  const { name, gpuType, gpusPerNode, totalNodes, accounts, maxTimeS, preemptible, priority } = written;
  // A partition with GPUs has one at least.
  const perNode = gpusPerNode ?? (gpuType === undefined ? 0 : 1);
  const hidesGpus = gpuType !== undefined && gpusPerNode === undefined;
  const atLeast = hidesGpus ? 'gpus' : totalNodes === undefined ? 'nodes' : undefined;
  const kind = gpuType === undefined ? undefined : getOfferedKind(gpuType, [], written, own);
  return withoutUndefined({
    partition: name,
    ...(kind?.gpu === undefined ? {} : { gpu: kind.gpu }),
    gpuType,
    nodes: totalNodes ?? 1,
    atLeast,
    gpusPerNode: perNode,
    gpusTotal: perNode * (totalNodes ?? 1),
    cpusPerNode: written.cpusPerNode ?? Infinity,
    memoryMibPerNode: written.nodeMemoryGib === undefined ? Infinity : written.nodeMemoryGib * 1024,
    maxTimeS,
    ...(accounts === undefined
      ? {}
      : { accounts: accounts.map((account, at) => ({ account, default: at === 0, basis: 'settings' as const })) }),
    preemptible,
    priority,
    exclusive: false,
    features: [],
    notes: [`as written; not known: ${unknownOf(written).join(', ')}`, ...written.notes, ...(kind?.notes ?? [])],
  });
}

function unknownOf({ totalNodes, gpuType, gpusPerNode }: WrittenPartition): string[] {
  return [
    'what is free',
    ...(totalNodes === undefined ? ['how many nodes it has'] : []),
    ...(gpuType !== undefined && gpusPerNode === undefined ? ['how many GPUs a node has'] : []),
  ];
}
