import type { ValueMap } from '../value.ts';

/** What is written down of a cluster that many use: partitions as in `cluster: {partitions: {…}}`. */
export interface ClusterProfile {
  readonly title: string;
  /** Where the figures are from, and how far they can be trusted. */
  readonly note: string;
  readonly partitions: { readonly [name: string]: ValueMap };
}

/** In lower case. */
export const CLUSTER_PROFILES: { readonly [name: string]: ClusterProfile } = {
  /**
   * GPUs, CPUs and memory of a node: the specification sheet of NYU's cluster Torch (NYU-RTS/rts-docs, "Torch Spec
   * Sheet"). Partitions there are shares of the same nodes, so that the number of nodes of each is unknown. That there is
   * a partition a100_public, and nothing more of it, is from users' own job scripts.
   */
  nyu: {
    title: 'NYU (Torch)',
    note: 'The profile nyu is approximate: as written in NYU’s documents; the live cluster completes it.',
    partitions: {
      a100_public: { gpu_type: 'a100' },
      l40s_public: {
        gpu_type: 'l40s',
        gpus_per_node: 4,
        memory_gb: 48,
        arch: 'ada',
        fp8_support: true,
        cpus_per_node: 128,
        node_memory_gb: 512,
      },
      h200_public: {
        gpu_type: 'h200',
        gpus_per_node: 8,
        memory_gb: 141,
        arch: 'hopper',
        fp8_support: true,
        cpus_per_node: 128,
        node_memory_gb: 2048,
      },
      h200_tandon: {
        gpu_type: 'h200',
        gpus_per_node: 8,
        memory_gb: 141,
        arch: 'hopper',
        fp8_support: true,
        cpus_per_node: 128,
        node_memory_gb: 2048,
      },
    },
  },
};

/** The profile of a name, in any case; undefined: there is none. */
export function getClusterProfile(name: string): ClusterProfile | undefined {
  const key = name.toLowerCase();
  return Object.hasOwn(CLUSTER_PROFILES, key) ? CLUSTER_PROFILES[key] : undefined;
}
