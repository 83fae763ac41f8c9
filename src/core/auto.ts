import type { Resources } from './settings.ts';

/** What a resource says that is to be chosen anew for each attempt. It is frozen as it is. */
export const AUTO = 'auto';

/** The partition is chosen by advice, for each attempt. */
export function isAutoPartition({ partition }: Pick<Resources, 'partition'>): boolean {
  return partition !== undefined && [partition].flat().includes(AUTO);
}

/** Without a partition that is `auto`: for schedulers that have none. */
export function withoutAutoPartition(resources: Resources): Resources {
  if (!isAutoPartition(resources)) return resources;
  const { partition: _auto, ...rest } = resources;
  return rest;
}
