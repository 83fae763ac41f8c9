import { expect, test } from 'vitest';
import type { ClusterOffers } from '../app/index.ts';
import { partitionsText } from './partitions-view.ts';

const screen = { tty: false, color: false, width: 200, unicode: true } as Parameters<typeof partitionsText>[1];

test('what others wrote cannot drive the terminal', () => {
  const offer = { partition: 'p', nodes: 1, gpusPerNode: 0, gpusTotal: 0, cpusPerNode: 1, memoryMibPerNode: 1 };
  const notes = ['1 of 1 node drained: \u001b[31mred\u202e'];
  const facts = { id: 'slurm:x', atMs: 0, partitions: [], nodes: [], unknown: [] };
  const offers = [{ ...offer, exclusive: false, features: [], notes }];
  const told = partitionsText({ facts, offers, notes: [] }, { ...screen, tty: true });
  expect(told).toContain('p: 1 of 1 node drained: red\n');
});

test('partitions whose nodes are hidden are not told as none', () => {
  const partition = { name: 'p', default: true, state: 'up', priorityTier: 1, exclusive: false };
  const told = (partitions: ClusterOffers['facts']['partitions']): string => {
    const facts = { id: 'slurm:x', atMs: 0, partitions, nodes: [], unknown: [] };
    return partitionsText({ facts, offers: [], notes: [] }, screen);
  };
  expect(told([])).toBe('There are no partitions.\n');
  expect(told([partition])).toMatch(/^Nothing is told of the nodes of 1 partition: describe /);
});
