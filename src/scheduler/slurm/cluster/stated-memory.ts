import type { Resources } from '../../../core/settings/settings.ts';
import type { ClusterConfig } from './config.ts';
import { countGpus, sumGpus } from '../parse/gres.ts';
import type { SlurmNode } from '../parse/nodes.ts';
import type { SlurmPartition } from '../parse/partitions.ts';
import { computeJobShape, type JobShape } from './shape.ts';

/** What is added to resources, and what there is to say of it. */
export interface Stated {
  readonly stated: Partial<Resources>;
  readonly note?: string;
}

/** Memory of a node, or of each CPU or GPU where Slurm alone knows how many there will be on one. */
interface Memory {
  readonly per: 'node' | 'cpu' | 'gpu';
  /** 0: all of a node. */
  readonly mib: number;
  readonly note?: string;
}

/** Less would not hold a Python with its libraries. */
const LEAST_MIB = 1024;

/**
 * The least of what the partitions would give, so that it fits each of them. Nothing if the cluster allocates no
 * memory, or does not know what its nodes have.
 */
export function chooseStatedMemory(
  resources: Resources,
  partitions: readonly SlurmPartition[],
  nodes: readonly SlurmNode[],
  config: ClusterConfig,
): Stated | undefined {
  if (config.countsMemory === false) return undefined;
  const amounts = partitions.flatMap((partition) => memoryIn(resources, partition, nodes, config) ?? []);
  const spread = amounts.filter(({ per }) => per !== 'node');
  const [least] = (spread.length > 0 ? spread : amounts).toSorted((a, b) => sizeOf(a) - sizeOf(b));
  if (least === undefined) return undefined;
  const { per, mib, note } = least;
  if (per !== 'node') return { stated: { sbatch: { ...resources.sbatch, [`mem-per-${per}`]: `${mib}M` } } };
  return { stated: { mem: mib === 0 ? '0' : `${mib}M` }, ...(note === undefined ? {} : { note }) };
}

function sizeOf({ mib }: Memory): number {
  return mib === 0 ? Infinity : mib;
}

/** In the order in which Slurm looks for a default. */
function memoryIn(
  resources: Resources,
  partition: SlurmPartition,
  nodes: readonly SlurmNode[],
  config: ClusterConfig,
): Memory | undefined {
  const own = nodes.filter((node) => node.partitions.includes(partition.name));
  const shape = wholeNodes(computeJobShape(resources, partition.defCpusPerGpu ?? config.defCpusPerGpu), partition, own);
  const most = Math.min(partition.maxMemPerNodeMib ?? Infinity, (partition.maxMemPerCpuMib ?? Infinity) * shape.cpus);
  const all = (mib: number): Memory => ({ per: 'node', mib: Math.min(mib, most) });
  const times = (per: 'cpu' | 'gpu', mib: number, count: number): Memory =>
    shape.isCertain ? all(mib * count) : { per, mib };

  const perGpu = partition.defMemPerGpuMib ?? config.defMemPerGpu;
  if (shape.gpus > 0 && perGpu !== undefined) return times('gpu', perGpu, shape.gpus);
  if (partition.defMemPerCpuMib !== undefined) return times('cpu', partition.defMemPerCpuMib, shape.cpus);
  if (partition.defMemPerNodeMib !== undefined) return all(partition.defMemPerNodeMib);
  if (config.defMemPerCpu) return times('cpu', config.defMemPerCpu, shape.cpus);
  if (config.defMemPerNode) return all(config.defMemPerNode);
  return fairShare(shape, partition, own, most);
}

/** A job that gets whole nodes has all their CPUs. */
function wholeNodes(shape: JobShape, { exclusive }: SlurmPartition, nodes: readonly SlurmNode[]): JobShape {
  if (!(shape.exclusive || exclusive) || nodes.length === 0) return shape;
  return { ...shape, exclusive: true, cpus: Math.max(shape.cpus, Math.min(...nodes.map(({ cpus }) => cpus))) };
}

/** Slurm would give all of a node, and nothing else would run on it: here it is what the CPUs or GPUs are of it. */
function fairShare(
  shape: JobShape,
  { name }: SlurmPartition,
  nodes: readonly SlurmNode[],
  most: number,
): Memory | undefined {
  const fitting = nodes.filter((node) => node.memoryMib > 0 && gpusFor(shape, node) >= shape.gpus);
  const [smallest] = fitting.toSorted((a, b) => a.memoryMib - b.memoryMib);
  if (smallest === undefined) return undefined;
  const { memoryMib, cpus } = smallest;
  const part = Math.max(shape.cpus / Math.max(1, cpus), shape.gpus / Math.max(1, gpusFor(shape, smallest)));
  if ((shape.exclusive || part >= 1) && most >= memoryMib)
    return { per: 'node', mib: 0, note: shareNote('all memory of a node', name) };
  const mib = Math.min(Math.max(LEAST_MIB, Math.floor(memoryMib * Math.min(1, part))), memoryMib, most);
  return { per: 'node', mib, note: shareNote(`${mib}M, its share of a node`, name) };
}

function shareNote(what: string, partition: string): string {
  return `no mem in the template: sheaf requests ${what} (partition ${partition} has no default, and Slurm would take all of a node)`;
}

function gpusFor({ gpuType }: JobShape, { gres }: SlurmNode): number {
  const counts = countGpus(gres);
  return gpuType === undefined ? sumGpus(counts) : (counts[gpuType] ?? 0);
}
