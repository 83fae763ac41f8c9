import { describe, expect, test } from 'vitest';
import { describeLiveNodes } from './live-nodes.ts';
import { parseNodes } from '../parse/nodes.ts';
import type { Reservation } from '../parse/reservations.ts';

const ME = { user: 'me', accounts: ['lab'], groups: [], qos: [], partitions: [] };
const row = (...fields: string[]): string => fields.map((field) => `${field}\u001f`).join('');
const node = (state: string, used = 'gpu:a100:1(IDX:0)', gres = 'gpu:a100:4', cpus = '8/56/0/64') =>
  parseNodes(row('n1', 'p', gres, used, state, cpus, '512000', '12000', '(null)', 'none'));
const reservation = (parts: Partial<Reservation>): Reservation => ({
  name: 'r',
  active: true,
  nodes: ['n1'],
  users: ['you'],
  accounts: [],
  groups: [],
  qos: [],
  partitions: [],
  maintenance: false,
  ...parts,
});
const one = (...args: [ReturnType<typeof node>, ...(readonly Reservation[])]) => {
  const [nodes, ...reservations] = args;
  return describeLiveNodes(nodes, reservations, ME, new Set(['p']))[0];
};

describe('what is free on a node', () => {
  test('is what jobs leave of GPUs, CPUs and memory', () => {
    expect(one(node('mixed'))).toMatchObject({
      takesJobs: true,
      cpusFree: 56,
      memoryFreeMib: 500_000,
      gpus: [{ type: 'a100', total: 4, free: 3 }],
    });
  });

  test('GPUs that others share are not available as a whole', () => {
    const used = 'gpu:a100:1(IDX:0),mps:a100:50(0/100,50/100,0/100,0/100)';
    expect(one(node('mixed', used, 'gpu:a100:4,mps:a100:400'))?.gpus).toEqual([{ type: 'a100', total: 4, free: 2 }]);
    const shards = 'gpu:a100:1(IDX:0),shard:5(0/8,4/8,1/8,0/8)';
    expect(one(node('mixed', shards, 'gpu:a100:4,shard:32'))?.gpus).toEqual([{ type: 'a100', total: 4, free: 1 }]);
  });

  test.each([
    ['drained', 'drained'],
    ['down*', 'does not answer'],
    ['maint', 'maint'],
    ['mixed$', 'mixed'],
  ])('on one that is %s is nothing for jobs', (state, why) => {
    expect(one(node(state))).toMatchObject({ takesJobs: false, why });
  });

  test('one that is planned for a waiting job is marked, and may still be filled', () => {
    expect(one(node('mixed-'))).toMatchObject({ takesJobs: true, planned: true });
    expect(one(node('planned'))).toMatchObject({ takesJobs: true, planned: true });
  });
});

describe('a reservation', () => {
  test('of others keeps a mixed node from taking jobs', () => {
    expect(one(node('mixed'), reservation({}))).toMatchObject({ takesJobs: false, why: 'reserved for others (r)' });
  });

  test('of one’s own lets jobs in that name it', () => {
    expect(one(node('reserved'), reservation({ users: ['me'] }))).toMatchObject({ takesJobs: true, reservation: 'r' });
  });

  test('may overlap others: one’s own lets jobs in beside them, but not into maintenance', () => {
    const [others, own] = [reservation({}), reservation({ name: 'own', users: ['me'] })];
    expect(one(node('reserved'), others, own)).toMatchObject({ takesJobs: true, reservation: 'own' });
    const repair = reservation({ name: 'repair', maintenance: true });
    expect(one(node('reserved'), own, repair)).toMatchObject({ takesJobs: false, why: 'in maintenance' });
  });

  test('of some cores leaves the others', () => {
    expect(one(node('reserved'), reservation({ cores: 40 }))).toMatchObject({ takesJobs: true, cpusFree: 16 });
  });

  test('that is to begin says until when', () => {
    const soon = reservation({ active: false, startMs: 5000 });
    expect(one(node('idle'), soon, reservation({ active: false, startMs: 9000 }))).toMatchObject({
      takesJobs: true,
      reservedFromMs: 5000,
    });
  });

  test('for maintenance is reported as that', () => {
    expect(one(node('maint'), reservation({ maintenance: true }))?.why).toBe('in maintenance');
  });

  test('that could not be asked leaves a reserved node to nobody', () => {
    expect(describeLiveNodes(node('reserved'), undefined, ME, new Set(['p']))[0]).toMatchObject({ takesJobs: false });
  });
});

test('nodes of hidden partitions alone are left out', () => {
  expect(describeLiveNodes(node('idle'), [], ME, new Set(['q']))).toEqual([]);
});
