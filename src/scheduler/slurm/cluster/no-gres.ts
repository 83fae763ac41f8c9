import type { ClusterFacts as LiveFacts } from '../../../core/cluster/cluster-facts.ts';
import type { Resources } from '../../../core/settings/settings.ts';
import type { SlurmInventory } from './facts.ts';
import type { GpusByPartition, WrittenGpus } from '../../kind.ts';
import { countGpus } from '../parse/gres.ts';
import { findPartitions } from './shape.ts';
import type { SlurmNode, NodeUse } from '../parse/nodes.ts';

/**
 * Partitions whose nodes have GPUs as the project says, and none as Slurm does: some sites allocate whole nodes and
 * list no GRES (TACC). Nobody can ask Slurm for those GPUs.
 *
 * @param hasGpus whether Slurm lists any on a node
 */
function unlisted<N extends { readonly partitions: readonly string[] }>(
  nodes: readonly N[],
  written: GpusByPartition,
  hasGpus: (node: N) => boolean,
): GpusByPartition {
  const known = new Set(nodes.flatMap(({ partitions }) => partitions));
  const listed = new Set(nodes.filter(hasGpus).flatMap(({ partitions }) => partitions));
  return new Map([...written].filter(([name, { perNode }]) => perNode > 0 && known.has(name) && !listed.has(name)));
}

function gpusOn(node: { readonly partitions: readonly string[] }, gpus: GpusByPartition): WrittenGpus | undefined {
  return node.partitions.flatMap((name) => gpus.get(name) ?? [])[0];
}

function listsGpus({ gres }: SlurmNode): boolean {
  return Object.keys(countGpus(gres)).length > 0;
}

/** Nodes with the GPUs that Slurm does not list; what else they have stays. */
export function withUnlistedGpus<N extends SlurmNode>(nodes: readonly N[], written: GpusByPartition): readonly N[] {
  const gpus = unlisted(nodes, written, listsGpus);
  if (gpus.size === 0) return nodes;
  return nodes.map((node) => {
    const own = gpusOn(node, gpus);
    if (own === undefined) return node;
    const { type, perNode: count } = own;
    return { ...node, gres: [...node.gres, { name: 'gpu', count, ...(type === undefined ? {} : { type }) }] };
  });
}

/** The same with what is in use: of a node with any job all, because nothing says which. */
export function withUnlistedGpuUse(nodes: readonly NodeUse[], written: GpusByPartition): readonly NodeUse[] {
  return withUnlistedGpus(nodes, written).map((node, i) =>
    node === nodes[i] || isIdle(node.cpusIdle, node.cpus) ? node : { ...node, gpusInUse: countGpus(node.gres) },
  );
}

/** The same of live facts. */
export function withUnlistedLive(facts: LiveFacts, written: GpusByPartition): LiveFacts {
  const gpus = unlisted(facts.nodes, written, (node) => node.gpus.length > 0);
  if (gpus.size === 0) return facts;
  const nodes = facts.nodes.map((node) => {
    const own = gpusOn(node, gpus);
    if (own === undefined) return node;
    const free = isIdle(node.cpusFree ?? 0, node.cpus) ? own.perNode : 0;
    return { ...node, gpus: [{ type: own.type ?? '', total: own.perNode, free }] };
  });
  return { ...facts, nodes };
}

function isIdle(cpusIdle: number, cpus: number): boolean {
  return cpusIdle >= cpus;
}

/** Whether GPUs cannot be asked for where a job goes: in none of its partitions Slurm lists any. */
export function cannotAskForGpus(
  resources: Resources,
  { partitions, nodes }: SlurmInventory,
  written: GpusByPartition,
): boolean {
  const gpus = unlisted(nodes, written, listsGpus);
  const asked = findPartitions(resources, partitions);
  return asked.length > 0 && asked.every(({ name }) => gpus.has(name));
}

/** Options of sbatch that ask for GPUs. */
const GPU_OPTIONS = ['gpus', 'gpus-per-node', 'gpus-per-task', 'gpus-per-socket'] as const;

/** Resources of which nothing that is written for Slurm asks for GPUs; a program still has `num_gpus`. */
export function removeGpuOptions(resources: Resources): Resources {
  const { gres, ...others } = resources.sbatch ?? {};
  const rest = Object.entries(others).filter(([name]) => !GPU_OPTIONS.some((option) => option === name));
  const kept = String(gres ?? '')
    .split(',')
    .filter((entry) => entry !== '' && entry !== 'false' && !/^gpu(?::|$)/.test(entry));
  return { ...resources, sbatch: { ...Object.fromEntries(rest), gres: kept.length === 0 ? false : kept.join(',') } };
}
