import { expect, test } from 'vitest';
import { recorded } from '../../../../test/support/recorded-slurm.ts';
import { countFreeGpus, NODES_ARGV, parseNodes } from './nodes.ts';

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

/** Words of `node_state_string` of Slurm 20.11 to 26.05; the signs say what its scheduler does with such a node. */
test.each([
  ['idle', 'idle', '', true],
  ['planned', 'planned', '', true],
  ['completing', 'completing', '', true],
  ['mixed-', 'mixed', '-', true],
  ['idle~', 'idle', '~', true],
  ['idle#', 'idle', '#', true],
  ['mixed#', 'mixed', '#', true],
  ['allocated+', 'allocated', '+', true],
  // It is to be booted or switched off when its jobs have ended: until then it takes more.
  ['mixed@', 'mixed', '@', true],
  ['allocated@', 'allocated', '@', true],
  ['mixed!', 'mixed', '!', true],
  ['idle@', 'idle', '@', false],
  ['idle!', 'idle', '!', false],
  ['reboot', 'reboot', '', false],
  ['reboot^', 'reboot', '^', false],
  ['allocated^', 'allocated', '^', false],
  ['idle%', 'idle', '%', false],
  ['draining@', 'draining', '@', false],
  ['drained~', 'drained', '~', false],
  ['down~', 'down', '~', false],
  ['down*', 'down', '*', false],
  ['idle*', 'idle', '*', false],
  ['mixed*', 'mixed', '*', false],
  ['idle$', 'idle', '$', false],
  ['mixed$', 'mixed', '$', false],
  ['maint', 'maint', '', false],
  ['failing', 'failing', '', false],
  ['draining', 'draining', '', false],
  ['inval', 'inval', '', false],
  ['unknown*', 'unknown', '*', false],
  ['brandnew&', 'brandnew', '&', true],
])('a node whose state is %s', (printed, state, suffix, usable) => {
  const [node] = parseNodes(row('n1', 'p*', 'gpu:2', 'gpu:1(IDX:0)', printed, '1/1/0/2', '1000', '10', 'a,b', 'none'));
  expect(node).toMatchObject({ state, suffix, usable, partitions: ['p'], features: ['a', 'b'] });
});

test.each([
  ['gpu:2', 'gpu:3(IDX:0-1)', { '': 2 }],
  ['gpu:a100:2', 'gpu:a100:4(IDX:0-3)', { a100: 2 }],
  // A node of a type counts GPUs in use without one while it is being reinstalled.
  ['gpu:a100:2', 'gpu:1(IDX:0)', { a100: 1 }],
  ['gpu:a100:2', 'gpu:(null):1(IDX:0)', { a100: 1 }],
  ['gpu:2', 'gpu:a100:1(IDX:0)', { '': 1 }],
  ['(null)', 'gpu:2(IDX:0-1)', {}],
  ['gpu:a:1,gpu:b:2', 'gpu:a:1(IDX:0),gpu:b:1(IDX:1)', { a: 1, b: 1 }],
])('of %s with %s in use there are never more in use than it has', (gres, used, gpusInUse) => {
  const [node] = parseNodes(row('n1', 'p', gres, used, 'mixed', '1/1/0/2', '1000', '10', 'a', 'none'));
  expect(node?.gpusInUse).toEqual(gpusInUse);
});

/** AWS ParallelCluster (24.11), Oracle OKE (25.11), the Ohio Supercomputer Center. */
test.each([
  ['gpu-st-ml-1', 'gpu:rtxproserver6000:1', '(null)', 'down~', { rtxproserver6000: 1 }, false],
  ['gpu-large-dy-ml-large-1', 'gpu:rtxproserver6000:8', 'gpu:0', 'idle~', { rtxproserver6000: 8 }, true],
  ['10.140.64.164', 'gpu:4(S:0-1)', 'gpu:0(IDX:N/A)', 'idle', { '': 4 }, true],
  [
    'a0001',
    'gpu:a100:4(S:0-3),nsight:no_consume:1,pfsdir:scratch:no_consume:1,gpfs:ess:no_consume:1',
    'gpu:a100:2(IDX:0,2),pfsdir:scratch:0,gpfs:ess:0,nsight:0',
    'mixed',
    { a100: 2 },
    true,
  ],
])('GPUs that are free on %s with %s, %s in use and %s', (name, gres, used, state, free, usable) => {
  const [node] = parseNodes(row(name, 'p', gres, used, state, '0/64/0/64', '512000', '0', '(null)', 'none'));
  expect(node && countFreeGpus(node)).toEqual(free);
  expect(node).toMatchObject({ name, usable });
});

test('the memory of a node with RealMemory=1 is unknown (20.02 to 22.05)', () => {
  const [node] = parseNodes(row('n1', 'p', '(null)', 'gpu:0', 'idle', '0/4/0/4', '1', '0', '(null)', 'none'));
  expect(node?.memoryMib).toBe(0);
});

test('a line that is not a row is skipped', () => {
  expect(parseNodes('slurm_load_partitions: something\n\n')).toEqual([]);
  expect(NODES_ARGV.join(' ')).toContain('NodeList:\u001f,Partition:\u001f');
});
