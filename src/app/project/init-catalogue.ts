import { formatTimeLimit } from '../../core/units.ts';
import type { Scalar } from '../../core/value.ts';
import type { PartitionDescription } from '../../scheduler/index.ts';
import { findGpuKind } from '../../advisor/index.ts';

const SAMPLE = `# What is known of the cluster beside what it says itself, for advice; docs/how-to/resources/catalogue.md has all keys:
# cluster:
#   partitions:
#     gpu: { gpu_type: a100, gpus_per_node: 4, total_nodes: 20, arch: ampere, memory_gb: 80 }
`;

/** Some sites allocate whole nodes, and Slurm lists no GPUs there. */
const NO_GPUS = `# Slurm lists no GPUs here. If nodes have some, add to their partition: gpu_type: GH200, gpus_per_node: 1
`;

/**
 * The `cluster:` of a new `sheaf.yaml`: a profile, and the partitions as they were found, for people to edit. Where the
 * cluster answers its own counts go before these; of what it does not tell, such as the size of a GPU, these hold.
 */
export function writeCatalogue(partitions: readonly PartitionDescription[], profile: string | undefined): string {
  if (partitions.length === 0)
    return profile === undefined ? `\n${SAMPLE}` : `\n# A profile of the cluster.\ncluster: ${profile}\n`;
  const lines = partitions.map((partition) => `    ${word(partition.name)}: ${flow(entryOf(partition))}\n`);
  return `
# The cluster as it was found. What it says now of nodes and of what is free goes before this; what it does not tell, such as
# memory_gb of a GPU that there is in two sizes, is taken from here. Edit it, or take it to another project.
${partitions.some(({ gpuTypes }) => gpuTypes.length > 0) ? '' : NO_GPUS}cluster:
${profile === undefined ? '' : `  profile: ${profile}\n`}  partitions:
${lines.join('')}`;
}

type Entry = readonly (readonly [key: string, value: Scalar | undefined])[];

/** What can be said of a partition in one line; nothing of GPUs where it has several types. */
function entryOf(partition: PartitionDescription): Entry {
  const { nodes, cpus, gpuTypes, memoryMib, maxTimeS, preemptMode } = partition;
  const [gpu, ...others] = gpuTypes;
  const one = others.length === 0 ? gpu : undefined;
  const kind = one && findGpuKind(one.type);
  const whole = kind?.unsure === undefined && kind?.mig === undefined ? kind : undefined;
  return [
    ['gpu_type', one?.type || undefined],
    ['gpus_per_node', one?.perNode],
    ['total_nodes', nodes],
    ['arch', kind?.arch],
    ['fp8_support', whole?.supports.includes('fp8')],
    ['cpus_per_node', nodes > 0 && cpus % nodes === 0 ? cpus / nodes : undefined],
    ['node_memory_gb', memoryMib === undefined ? undefined : Math.floor(memoryMib.least / 1024) || undefined],
    ['max_time', maxTimeS === undefined ? undefined : formatTimeLimit(maxTimeS)],
    ['preemptible', preemptMode === undefined || preemptMode === 'off' ? undefined : true],
  ];
}

function flow(entry: Entry): string {
  const pairs = entry.flatMap(([key, value]) => (value === undefined ? [] : [`${key}: ${scalar(value)}`]));
  return `{ ${pairs.join(', ')} }`;
}

function scalar(value: Scalar): string {
  return typeof value === 'string' ? word(value) : String(value);
}

/** As YAML has it: a name like 0123 is a text. */
export function word(name: string): string {
  return /^[A-Za-z_][\w.-]*$/.test(name) && !/^(?:true|false|null|yes|no|on|off)$/i.test(name)
    ? name
    : JSON.stringify(name);
}
