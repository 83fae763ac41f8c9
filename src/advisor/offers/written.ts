import { partition, readEntry } from '../../core/validation/cluster-settings.ts';
import { withoutUndefined, type Value, type ValueMap } from '../../core/value.ts';

/** A partition as `sheaf.yaml`, a profile or a program describes it. What is absent is not known. */
export interface WrittenPartition {
  readonly name: string;
  /** As the scheduler calls it. */
  readonly gpuType?: string;
  readonly gpusPerNode?: number;
  readonly totalNodes?: number;
  readonly arch?: string;
  /** GB of one GPU, as on the box. */
  readonly memoryGb?: number;
  readonly fp8Support?: boolean;
  readonly priority?: string;
  readonly cpusPerNode?: number;
  /** GiB of a node's own memory. */
  readonly nodeMemoryGib?: number;
  readonly maxTimeS?: number;
  readonly preemptible?: boolean;
  /** Accounts that may use it. */
  readonly accounts?: readonly string[];
  readonly notes: readonly string[];
}

/**
 * Partitions as they are written.
 *
 * @returns what is wrong with them, too: one sentence each, with the key it is about
 */
export function parseWrittenPartitions(written: { readonly [name: string]: ValueMap }): {
  readonly partitions: readonly WrittenPartition[];
  readonly problems: readonly string[];
} {
  const problems: string[] = [];
  const partitions = Object.entries(written).map(([name, facts]) => writtenPartition(name, facts, problems));
  return { partitions, problems };
}

function writtenPartition(name: string, facts: Value | undefined, problems: string[]): WrittenPartition {
  if (/\p{Cc}/u.test(name))
    problems.push(`cluster.partitions has a name with a control character: ${JSON.stringify(name)}`);
  const found = readEntry(partition, facts, `cluster.partitions.${name}`, problems) ?? {};
  const { note } = found;
  return {
    name,
    notes: note === undefined ? [] : [note],
    ...withoutUndefined({
      gpuType: found.gpu_type,
      gpusPerNode: found.gpus_per_node,
      totalNodes: found.total_nodes,
      arch: found.arch,
      memoryGb: found.memory_gb,
      fp8Support: found.fp8_support,
      priority: found.priority,
      cpusPerNode: found.cpus_per_node,
      nodeMemoryGib: found.node_memory_gb,
      maxTimeS: found.max_time,
      preemptible: found.preemptible,
      accounts: found.accounts,
    }),
  };
}
