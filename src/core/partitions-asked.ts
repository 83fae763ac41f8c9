import type { Resources } from './settings.ts';

/** The names of the partitions that a job asks for; undefined: the default one. */
export function partitionNames(partition: Resources['partition']): readonly string[] | undefined {
  return partition === undefined ? undefined : [partition].flat().flatMap((names) => names.split(','));
}

/** The partitions that a job asks for, as far as they are known. */
export function partitionsAsked<T extends { readonly name: string; readonly default: boolean }>(
  partition: Resources['partition'],
  all: readonly T[],
): readonly T[] {
  const names = partitionNames(partition);
  return all.filter((each) => (names === undefined ? each.default : names.includes(each.name)));
}
