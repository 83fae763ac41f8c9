import { listPartitionNames as namesOf, findAskedPartitions } from '../../../core/cluster/partitions-asked.ts';
import type { Resources } from '../../../core/settings/settings.ts';
import { parseGres } from '../parse/gres.ts';
import type { SlurmPartition } from '../parse/partitions.ts';

/** What a job asks for of each node. */
export interface JobShape {
  readonly cpus: number;
  readonly gpus: number;
  readonly gpuType?: string;
  /** Whole nodes. */
  readonly exclusive: boolean;
  /** Options of sbatch spread the job over nodes as Slurm sees fit: CPUs and GPUs are those at most. */
  readonly isCertain: boolean;
}

/** An option of sbatch as it will hold: what is under `sbatch:` comes last in the script, and counts. */
export function getOption(resources: Resources, name: string): string | undefined {
  const value = resources.sbatch?.[name];
  return value === undefined || value === null || value === false ? undefined : String(value);
}

/** Whether memory is not set under any name. */
export function saysNoMemory(resources: Resources): boolean {
  const names = ['mem', 'mem-per-cpu', 'mem-per-gpu'];
  return resources.mem === undefined && names.every((name) => getOption(resources, name) === undefined);
}

export function getTimeLimit(resources: Resources): string | number | undefined {
  return getOption(resources, 'time') ?? resources.time_limit;
}

export function getAccount(resources: Resources): string | undefined {
  return getOption(resources, 'account') ?? resources.account;
}

export function getQos(resources: Resources): string | undefined {
  return getOption(resources, 'qos') ?? resources.qos;
}

/** The names of the partitions asked for; undefined: the default one. */
export function listPartitionNames(resources: Resources): readonly string[] | undefined {
  return namesOf(partitionOf(resources));
}

function partitionOf(resources: Resources): Resources['partition'] {
  return getOption(resources, 'partition') ?? resources.partition;
}

/** The partitions asked for, as far as they are known. */
export function findPartitions(resources: Resources, all: readonly SlurmPartition[]): readonly SlurmPartition[] {
  return findAskedPartitions(partitionOf(resources), all);
}

/** @param defCpusPerGpu what Slurm gives to a job that asks for GPUs and says nothing of CPUs */
export function computeJobShape(resources: Resources, defCpusPerGpu?: number): JobShape {
  const number = (name: string): number | undefined => whole(getOption(resources, name));
  const nodes = number('nodes') ?? resources.num_nodes;
  const ntasks = number('ntasks');
  const tasks = number('ntasks-per-node') ?? resources.ntasks_per_node ?? share(ntasks, nodes);
  const { gpus, gpuType, isSpread } = gpusOf(resources, nodes, tasks);
  const cpusPerGpu = number('cpus-per-gpu') ?? (resources.cpus_per_task === undefined ? defCpusPerGpu : undefined);
  const cpusPerTask = number('cpus-per-task') ?? resources.cpus_per_task ?? 1;
  return {
    cpus: Math.max(cpusPerTask * tasks, gpus * (cpusPerGpu ?? 0)),
    gpus,
    ...(gpuType === undefined ? {} : { gpuType }),
    exclusive: getOption(resources, 'exclusive') !== undefined,
    isCertain: !isSpread && (ntasks === undefined || nodes !== undefined),
  };
}

function gpusOf(
  resources: Resources,
  nodes: number | undefined,
  tasks: number,
): { gpus: number; gpuType?: string; isSpread: boolean } {
  const named = (name: string): ReturnType<typeof gpuWords> => gpuWords(getOption(resources, name));
  const gres = gpusInGres(getOption(resources, 'gres')) ?? named('gpus-per-node');
  const perTask = named('gpus-per-task');
  const total = named('gpus');
  const { num_gpus: gpus = 0, gpu_type: gpuType = gres?.gpuType ?? perTask?.gpuType ?? total?.gpuType } = resources;
  const counts = [gpus, gres?.count ?? 0, (perTask?.count ?? 0) * tasks, share(total?.count ?? 0, nodes)];
  return {
    gpus: Math.max(...counts),
    ...(gpuType === undefined ? {} : { gpuType }),
    isSpread: total !== undefined && nodes === undefined,
  };
}

/** The GPUs in a list like `gpu:a100:2,nic:1`. */
function gpusInGres(text: string | undefined): ReturnType<typeof gpuWords> {
  const first = parseGres(text ?? '').find(({ name }) => name === 'gpu');
  return first && { count: first.count, ...(first.type === undefined ? {} : { gpuType: first.type }) };
}

/** `a100:2`, `2`. */
function gpuWords(text: string | undefined): { count: number; gpuType?: string } | undefined {
  if (text === undefined) return undefined;
  const match = /^(?:([^:,]+):)?(\d+)$/.exec(text);
  if (match === null) return undefined;
  return { count: Number(match[2]), ...(match[1] === undefined ? {} : { gpuType: match[1] }) };
}

function share(total: number | undefined, nodes: number | undefined): number {
  return Math.ceil((total ?? 1) / (nodes ?? 1));
}

function whole(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}
