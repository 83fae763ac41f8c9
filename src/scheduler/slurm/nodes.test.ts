import { expect, test } from 'vitest';
import { recorded } from '../../../test/support/recorded-slurm.ts';
import { NODES_ARGV, parseNodes } from './nodes.ts';

const NODES = new Map(parseNodes(recorded('nodes.txt')).map((each) => [each.name, each]));

test('each node once, with all its partitions', () => {
  expect([...NODES.keys()]).toEqual(['a100-1', 'cpu1', 'h200-1', 'l40s1', 'l40s2']);
  expect(NODES.get('l40s1')).toEqual({
    name: 'l40s1',
    partitions: ['l40s_public', 'preempt', 'excl'],
    cpus: 64,
    memoryMib: 512_000,
    gres: [{ name: 'gpu', type: 'l40s', count: 4 }],
    features: [],
    state: 'mixed',
    suffix: '',
    usable: true,
    gpusInUse: { l40s: 2 },
    gpusShared: {},
    cpusIdle: 63,
    memoryInUseMib: 2000,
  });
});

test('a node that an administrator took away says why, in any signs', () => {
  expect(NODES.get('l40s2')).toMatchObject({ state: 'drained', usable: false, reason: 'disk | broken, really' });
});

/** As {@link NODES_ARGV} would be answered. */
const row = (...fields: string[]): string => fields.map((field) => `${field}\u001f`).join('');

/** Documented, not seen but for `idle`, `mixed`, `allocated`, `completing`, `draining`, `drained`, `down*`, `inval`. */
test.each([
  ['idle', 'idle', '', true],
  ['mixed-', 'mixed', '-', true],
  ['idle~', 'idle', '~', true],
  ['idle#', 'idle', '#', true],
  ['allocated+', 'allocated', '+', true],
  ['down*', 'down', '*', false],
  ['idle*', 'idle', '*', false],
  ['idle$', 'idle', '$', false],
  ['idle@', 'idle', '@', false],
  ['draining', 'draining', '', false],
  ['inval', 'inval', '', false],
  ['brandnew&', 'brandnew', '&', true],
])('a node whose state is %s', (printed, state, suffix, usable) => {
  const [node] = parseNodes(row('n1', 'p*', 'gpu:2', 'gpu:1(IDX:0)', printed, '1/1/0/2', '1000', '10', 'a,b', 'none'));
  expect(node).toMatchObject({ state, suffix, usable, partitions: ['p'], features: ['a', 'b'] });
});

test('a line that is no row is passed over', () => {
  expect(parseNodes('slurm_load_partitions: something\n\n')).toEqual([]);
  expect(NODES_ARGV.join(' ')).toContain('NodeList:\u001f,Partition:\u001f');
});
