import { expect, test } from 'vitest';
import type { ClusterOffers } from '../app/index.ts';
import { partitionsText } from './partitions-view.ts';

const screen = { tty: false, color: false, width: 200, unicode: true } as Parameters<typeof partitionsText>[1];

test('partitions whose nodes are hidden are not told as none', () => {
  const partition = { name: 'p', default: true, state: 'up', priorityTier: 1, exclusive: false };
  const told = (partitions: ClusterOffers['facts']['partitions']): string => {
    const facts = { id: 'slurm:x', atMs: 0, partitions, nodes: [], unknown: [] };
    return partitionsText({ facts, offers: [], notes: [] }, screen);
  };
  expect(told([])).toBe('There are no partitions.\n');
  expect(told([partition])).toMatch(/^Nothing is told of the nodes of 1 partition: describe /);
});
