import { listPartitionNames } from '../cluster/partitions-asked.ts';
import type { Resources } from '../settings/settings.ts';

/** The value of a resource that is chosen for each attempt. It is frozen as `auto`. */
export const AUTO = 'auto';

/** Limits that were found for an attempt whose experiment says `auto`. */
export interface FoundLimits {
  readonly time_limit?: FoundLimit;
  readonly mem?: FoundLimit;
}

export interface FoundLimit {
  /** As Slurm writes it: `03:30:00`, `16G`. */
  readonly value: string;
  /** `from the p95 of 14 runs (2h 51m; the longest 3h 02m)` */
  readonly basis: string;
}

/** A limit that is found for each attempt, from past runs of the same. */
export function isAuto(limit: string | number | undefined): boolean {
  return limit === AUTO;
}

/** A limit as it is written; undefined when there is none, or when it is found for each attempt. */
export function getStatedLimit(limit: string | number | undefined): string | number | undefined {
  return isAuto(limit) ? undefined : limit;
}

/** What `mem` says where a job is to state no memory: some sites refuse one that does. */
export const NO_MEMORY = 'none';

/** Requested memory, as it is written; undefined when none is, or when it is found for each attempt. */
export function getRequestedMemory({ mem }: Pick<Resources, 'mem'>): string | number | undefined {
  return mem === NO_MEMORY ? undefined : getStatedLimit(mem);
}

/** The partition is chosen by advice, for each attempt. */
export function isAutoPartition({ partition }: Pick<Resources, 'partition'>): boolean {
  return listPartitionNames(partition)?.includes(AUTO) === true;
}

/** Without a partition that is `auto`: for schedulers that have none. */
export function withoutAutoPartition(resources: Resources): Resources {
  if (!isAutoPartition(resources)) return resources;
  const { partition: _auto, ...rest } = resources;
  return rest;
}
