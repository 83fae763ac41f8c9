import type { Resources } from '../../../core/settings/settings.ts';
import type { ClusterConfig } from './config.ts';
import type { SlurmInventory } from './facts.ts';
import { accountOf, qosOfJob } from './limits.ts';
import { partitionsOf } from './shape.ts';

/** How long a job may run by accounting, and what says so. */
export interface WallLimit {
  readonly seconds: number;
  /** `QOS limited`, `account lab_a`. */
  readonly of: string;
}

/** The limit of the first QOS that has one, otherwise of the account; undefined if limits are not enforced or unknown. */
export function wallLimit(
  resources: Resources,
  { partitions, standing }: SlurmInventory,
  { enforces }: ClusterConfig,
): WallLimit | undefined {
  if (standing === undefined || enforces?.includes('limits') !== true) return undefined;
  const ofPartitions = partitionsOf(resources, partitions).flatMap(({ qos }) => qos ?? []);
  for (const name of qosOfJob(resources, standing, ofPartitions)) {
    const seconds = standing.qos?.find((qos) => qos.name === name)?.maxWallS;
    if (seconds !== undefined) return { seconds, of: `QOS ${name}` };
  }
  const account = accountOf(resources, standing);
  return account?.maxWallS === undefined ? undefined : { seconds: account.maxWallS, of: `account ${account.account}` };
}
