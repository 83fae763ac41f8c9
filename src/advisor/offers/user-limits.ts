import type { ClusterFacts } from '../../core/cluster/cluster-facts.ts';
import type { Offer } from '../offer.ts';

/**
 * The longest job that a user can have in a partition, in seconds: by the partition, its own QOS and the most generous of
 * the user's accounts. Infinity: there is no limit. A QOS that may exceed those of partitions does not count, since a job
 * must ask for it by name.
 */
export function findLongestJobS(offer: Offer, { partitions, qos }: Pick<ClusterFacts, 'partitions' | 'qos'>): number {
  const { partition, maxTimeS = Infinity, accounts = [] } = offer;
  const own = partitions.find(({ name }) => name === partition)?.qos;
  const ownS = qos?.find(({ name }) => name === own)?.maxWallS ?? Infinity;
  const most = accounts.length === 0 ? Infinity : Math.max(...accounts.map(({ maxWallS = Infinity }) => maxWallS));
  return Math.min(maxTimeS, ownS, most);
}

/** How many more GPUs the limits leave a user now, by the best way in. Infinity: there is no limit, or it is not known. */
export function countGpusLeft({ accounts = [] }: Offer): number {
  const left = accounts.map(({ maxGpusPerUser, gpusInUse }) =>
    maxGpusPerUser === undefined || gpusInUse === undefined ? Infinity : Math.max(0, maxGpusPerUser - gpusInUse),
  );
  return left.length === 0 ? Infinity : Math.max(...left);
}
