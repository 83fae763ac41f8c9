/** The machines of the cluster: what a GPU site has, on one computer. */

export interface NodeKind {
  readonly name: string;
  readonly cpus: number;
  readonly memoryMb: number;
  readonly gpu?: { readonly type: string; readonly count: number };
}

/** More than this computer has (`config_overrides`), so that many tasks run at once. */
export const nodes: readonly NodeKind[] = [
  { name: 'l40s1', cpus: 64, memoryMb: 512_000, gpu: { type: 'l40s', count: 4 } },
  { name: 'l40s2', cpus: 64, memoryMb: 512_000, gpu: { type: 'l40s', count: 4 } },
  { name: 'h200-1', cpus: 64, memoryMb: 1_024_000, gpu: { type: 'h200', count: 2 } },
  { name: 'a100-1', cpus: 64, memoryMb: 512_000, gpu: { type: 'a100', count: 4 } },
  { name: 'cpu1', cpus: 64, memoryMb: 256_000 },
];

/** Jobs of the partitions above preempt those of `preempt`, which are requeued. */
export const partitions: readonly string[] = [
  'PartitionName=l40s_public Nodes=l40s1,l40s2 Default=YES PriorityTier=10 PreemptMode=OFF',
  'PartitionName=h200_tandon Nodes=h200-1 PriorityTier=10 PreemptMode=OFF',
  'PartitionName=a100_public Nodes=a100-1 PriorityTier=10 PreemptMode=OFF',
  'PartitionName=cpu Nodes=cpu1 PriorityTier=10 PreemptMode=OFF',
  'PartitionName=preempt Nodes=l40s1,l40s2,a100-1 PriorityTier=1 PreemptMode=REQUEUE GraceTime=0',
];
