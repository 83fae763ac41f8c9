import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ClusterFacts, NodeFacts } from '../../core/cluster/cluster-facts.ts';
import { listFreeGpus } from './free-gpus.ts';
import { listOffers } from './offers-of.ts';
import { listOwnLimits } from './own-limits.ts';

const nodes: fc.Arbitrary<NodeFacts[]> = fc.array(
  fc.record({
    name: fc.uuid(),
    partitions: fc.subarray(['a', 'b', 'c'], { minLength: 1 }),
    state: fc.constant('mixed'),
    takesJobs: fc.boolean(),
    cpus: fc.constant(8),
    cpusFree: fc.nat(8),
    memoryMib: fc.constant(64_000),
    memoryFreeMib: fc.constant(32_000),
    gpus: fc
      .record({ type: fc.constantFrom('a100', 'h100'), total: fc.constant(4), free: fc.nat(4) })
      .map((gpus) => [gpus]),
    features: fc.constant([]),
  }),
  { minLength: 1, maxLength: 12 },
);

function factsOf(all: readonly NodeFacts[], limit: number, ownGpus: number): ClusterFacts {
  return {
    id: 'slurm:test',
    atMs: 0,
    partitions: ['a', 'b', 'c'].map((name) => ({
      name,
      default: name === 'a',
      state: name === 'c' ? 'down' : 'up',
      priorityTier: 1,
      exclusive: false,
    })),
    nodes: all,
    accounts: [{ name: 'lab', default: true, qos: ['normal'] }],
    qos: [{ name: 'normal', overridesPartition: false, maxGpusPerUser: limit, ownGpus }],
    limitsHold: true,
    accountsHold: true,
    unknown: [],
  };
}

test('a user never gets more GPUs than are free, or than limits leave, and a node counts once', () => {
  fc.assert(
    fc.property(nodes, fc.nat(20), fc.nat(20), (all, limit, ownGpus) => {
      const facts = factsOf(all, limit, ownGpus);
      const free = listFreeGpus(facts, listOffers(facts));
      expect(free.reduce((sum, { total }) => sum + total, 0)).toBe(4 * all.length);
      for (const { total, away, free: idle = Infinity, mine, why } of free) {
        expect(idle + away).toBeLessThanOrEqual(total);
        expect(mine === undefined).toBe(why !== undefined);
        if (mine === undefined) continue;
        expect(mine.gpus).toBeGreaterThan(0);
        expect(mine.gpus).toBeLessThanOrEqual(Math.min(idle, Math.max(0, limit - ownGpus)));
        expect(mine.partition).not.toBe('c');
      }
      expect(listOwnLimits(facts, listOffers(facts))).toEqual([
        { by: 'qos', name: 'normal', of: 'gpus_of_user', limit, inUse: ownGpus },
      ]);
    }),
  );
});

test('there are no limits if the cluster does not enforce them, and they are unknown if accounting did not answer', () => {
  const { accounts: _, ...facts } = factsOf([], 4, 0);
  expect(listOwnLimits(facts, [])).toBeUndefined();
  expect(listOwnLimits({ ...facts, limitsHold: false }, [])).toEqual([]);
});
