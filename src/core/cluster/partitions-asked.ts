import type { ClusterFacts } from './cluster-facts.ts';
import type { Resources } from '../settings/settings.ts';

/** The names of the partitions that a job asks for; undefined: the default one. */
export function listPartitionNames(partition: Resources['partition']): readonly string[] | undefined {
  return partition === undefined ? undefined : [partition].flat().flatMap((names) => names.split(','));
}

/** The partitions that a job asks for, as far as they are known. */
export function findAskedPartitions<T extends { readonly name: string; readonly default: boolean }>(
  partition: Resources['partition'],
  all: readonly T[],
): readonly T[] {
  const names = listPartitionNames(partition);
  return all.filter((each) => (names === undefined ? each.default : names.includes(each.name)));
}

/** The types of GPU that a job may get, by the scheduler's names: the one that it names, otherwise those of its partitions. */
export function listAskedGpuTypes(
  { gpu_type: type, partition }: Resources,
  { partitions, nodes }: Pick<ClusterFacts, 'partitions' | 'nodes'>,
): readonly string[] {
  if (type !== undefined) return [type];
  const names = new Set(findAskedPartitions(partition, partitions).map(({ name }) => name));
  const own = nodes.filter((node) => node.partitions.some((name) => names.has(name)));
  return [...new Set(own.flatMap(({ gpus }) => gpus.map((each) => each.type)))].filter((name) => name !== '');
}
