import type { Offer } from '../offer.ts';
import { batchSplits } from './batch.ts';
import type { Shape } from '../offers/counts.ts';
import type { Job, Need, NeedOf, Placement, Sharding } from '../job/job.ts';

/** A placement with what it needs on each GPU. */
export type Fitted = Placement & { readonly need: Need };

/**
 * The best way to place a job on GPUs of one shape: the least sharding in which it fits, with the largest micro-batch.
 * If it fits in none, the one that is short by least.
 *
 * @returns undefined when the global batch cannot be reached
 */
export function fit(job: Job, offer: Offer, shape: Shape, needOf: NeedOf): Fitted | undefined {
  const all = [...placements(job, offer, shape)];
  let nearest: Fitted | undefined;
  for (const placement of all) {
    const fitted = { ...placement, need: needOf(placement) };
    if (fitted.need.verdict === 'fits' || fitted.need.verdict === 'unknown') return fitted;
    if (nearest === undefined || getShortage(fitted.need) < getShortage(nearest.need)) nearest = fitted;
  }
  return nearest;
}

function* placements(job: Job, offer: Offer, { nodes, gpusPerNode }: Shape): Generator<Placement> {
  const gpus = nodes * gpusPerNode;
  const base = { offer, nodes, gpusPerNode, gpus };
  for (const sharding of shardingsFor(job, gpus)) {
    if (job.batch === undefined) {
      yield { ...base, sharding };
      continue;
    }
    for (const split of batchSplits(job.batch, Math.max(1, gpus))) yield { ...base, sharding, split };
  }
}

function shardingsFor({ shardings }: Job, gpus: number): readonly Sharding[] {
  return gpus <= 1 ? ['none'] : shardings.filter((sharding) => sharding !== 'none');
}

/** How full a GPU would be: what it needs over what it has. Tight ones come before those that do not fit. */
export function getShortage({ gib, usableGib, verdict }: Need): number {
  const ratio = gib === undefined || usableGib === undefined ? 1 : gib / usableGib;
  return verdict === 'does_not_fit' ? Math.max(1, ratio) : ratio;
}
