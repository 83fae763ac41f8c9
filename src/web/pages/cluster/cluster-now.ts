import type { Api } from '../../../server/index.ts';

/** What the page shows. */
export type ClusterNow = Api['cluster']['answer'];

export type Place = ClusterNow['partitions'][number];

/** `a100`; of nodes without GPUs nothing. */
export function nameGpu({ gpu_type: type, gpu, gpus_per_node: perNode }: Place): string {
  if (gpu !== null) return type === null || type === gpu.name ? gpu.name : `${gpu.name} (${type})`;
  return type ?? (perNode === 0 ? '' : 'GPU of unknown type');
}

/** Distinguishes the types of GPUs in a partition, and reservations. */
export function keyOfPlace({ partition, gpu_type: type, reservation }: Place): string {
  return JSON.stringify([partition, type, reservation]);
}
