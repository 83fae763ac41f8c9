import { expect, test } from 'vitest';
import type { ClusterOffers } from '../../../app/index.ts';
import { partitionsText } from './partitions-view.ts';

const screen = { tty: false, color: false, width: 200, unicode: true } as Parameters<typeof partitionsText>[1];

test('text of other users cannot control the terminal', () => {
  const offer = { partition: 'p', nodes: 1, gpusPerNode: 0, gpusTotal: 0, cpusPerNode: 1, memoryMibPerNode: 1 };
  const notes = ['1 of 1 node drained: \u001b[31mred\u202e'];
  const facts = { id: 'slurm:x', atMs: 0, partitions: [], nodes: [], unknown: [] };
  const offers = [{ ...offer, exclusive: false, features: [], notes }];
  const told = partitionsText({ facts, offers, notes: [] }, { ...screen, tty: true });
  expect(told).toContain('p: 1 of 1 node drained: red\n');
});

test('partitions whose nodes are hidden are reported, not left out', () => {
  const partition = { name: 'p', default: true, state: 'up', priorityTier: 1, exclusive: false };
  const told = (partitions: ClusterOffers['facts']['partitions']): string => {
    const facts = { id: 'slurm:x', atMs: 0, partitions, nodes: [], unknown: [] };
    return partitionsText({ facts, offers: [], notes: [] }, screen);
  };
  expect(told([])).toBe('No partitions.\n');
  expect(told([partition])).toMatch(/^The cluster does not describe the nodes of 1 partition: describe /);
});

test('a partition without a limit has that of its own QOS, and GPUs without a type are shown by name', () => {
  const partition = { name: 'p', default: true, state: 'up', priorityTier: 1, exclusive: false, qos: 'short' };
  const qos = [{ name: 'short', overridesPartition: false, maxWallS: 7_200 }];
  const facts = { id: 'slurm:x', atMs: 0, partitions: [partition], nodes: [], qos, unknown: [] };
  const gpu = { id: 'l40s', name: 'L40S', arch: 'ada', usableGib: 44.39 };
  const offer = { partition: 'p', nodes: 1, gpuType: '', gpu, gpusPerNode: 4, gpusTotal: 4, cpusPerNode: 1 };
  const more = { memoryMibPerNode: 1, exclusive: false, features: [], notes: [] };
  const accounts = [{ account: 'a', default: false, basis: 'stated', maxWallS: 604_800 }];
  const offers = [{ ...offer, ...more, accounts }] as unknown as ClusterOffers['offers'];
  const told = partitionsText({ facts, offers, notes: [] }, screen);
  expect(told.split('\n')[1]?.split('\t')).toEqual(['p', 'L40S', '44.39', '?/4', '1', '', '2h 00m', 'a']);
});
