import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type {
  AccountFacts,
  ClusterFacts,
  NodeFacts,
  PartitionFacts,
  PartitionQueue,
  QosFacts,
} from '../../core/cluster/cluster-facts.ts';
import type { Offer } from '../offer.ts';
import { listOffers } from './offers-of.ts';
import { parseWrittenPartitions } from './written.ts';

const partition = (parts: Partial<PartitionFacts> = {}): PartitionFacts => ({
  name: 'gpu',
  default: true,
  state: 'up',
  priorityTier: 1,
  exclusive: false,
  ...parts,
});
const node = (parts: Partial<NodeFacts> = {}): NodeFacts => ({
  name: 'n1',
  partitions: ['gpu'],
  state: 'mixed',
  takesJobs: true,
  cpus: 64,
  cpusFree: 32,
  memoryMib: 512_000,
  memoryFreeMib: 256_000,
  gpus: [{ type: 'l40s', total: 4, free: 3 }],
  features: [],
  ...parts,
});
const account = (parts: Partial<AccountFacts> = {}): AccountFacts => ({
  name: 'lab',
  default: true,
  qos: ['normal'],
  defaultQos: 'normal',
  ...parts,
});
const qos = (name: string, parts: Partial<QosFacts> = {}): QosFacts => ({ name, overridesPartition: false, ...parts });
const queue = (parts: Partial<PartitionQueue> = {}): PartitionQueue => ({
  partition: 'gpu',
  pendingJobs: 0,
  runningJobs: 0,
  ownPending: 0,
  ownRunning: 0,
  ownGpus: 0,
  ...parts,
});
const facts = (parts: Partial<ClusterFacts> = {}): ClusterFacts => ({
  id: 'slurm:test',
  atMs: 0,
  partitions: [partition()],
  nodes: [node()],
  accounts: [account()],
  qos: [qos('normal')],
  limitsHold: true,
  accountsHold: true,
  unknown: [],
  ...parts,
});
const only = (parts: Partial<ClusterFacts> = {}): Offer => {
  const [offer, ...more] = listOffers(facts(parts));
  expect(more).toEqual([]);
  if (offer === undefined) throw new Error('no offer');
  return offer;
};
const accountsOf = ({ accounts }: Offer): string[] | undefined =>
  accounts?.map(({ account: name, qos: named }) => `${name}/${named ?? '-'}`);

describe('what is free', () => {
  it('is on nodes that take jobs and have a CPU and memory left', () => {
    const nodes = [
      node({ name: 'mixed' }),
      node({ name: 'no-cpu', cpusFree: 0 }),
      node({ name: 'no-memory', memoryFreeMib: 100 }),
      node({ name: 'drained', takesJobs: false, why: 'drained: disk' }),
      node({ name: 'full', gpus: [{ type: 'l40s', total: 4, free: 0 }] }),
    ];
    expect(only({ nodes })).toMatchObject({
      gpusTotal: 20,
      gpusFree: 3,
      nodes: 5,
      free: [{ gpus: 3, cpus: 32, memoryMib: 256_000 }],
      notes: ['1 of 5 nodes drained: disk'],
    });
    expect(only({ nodes }).away).toBeUndefined();
    expect(only({ nodes: [node({ takesJobs: false, why: 'drained: disk' })] }).away).toBe('1 of 1 node drained: disk');
  });

  it('is not known where a node does not tell', () => {
    const { cpusFree: _unknown, ...silent } = node();
    expect(only({ nodes: [silent] })).not.toHaveProperty('gpusFree');
  });

  it('in a partition that gives whole nodes is on idle ones alone', () => {
    const nodes = [node(), node({ name: 'n2', cpusFree: 64, gpus: [{ type: 'l40s', total: 4, free: 4 }] })];
    expect(only({ nodes, partitions: [partition({ exclusive: true })] })).toMatchObject({ gpusFree: 4 });
  });

  it('is told apart by type, and nodes without GPUs by themselves', () => {
    const nodes = [
      node({
        gpus: [
          { type: 'h100', total: 2, free: 1 },
          { type: 'h100_1g.10gb', total: 7, free: 5 },
        ],
      }),
      node({ name: 'c1', gpus: [] }),
    ];
    const found = listOffers(facts({ nodes }));
    expect(found.map((offer) => [offer.gpuType, offer.gpu?.id, offer.gpusFree, offer.nodes])).toEqual([
      ['h100', 'h100_sxm', 1, 1],
      ['h100_1g.10gb', 'h100_sxm:1g.10gb', 5, 1],
      [undefined, undefined, 0, 1],
    ]);
  });

  it('in a reservation for some partitions or QOS alone is offered there, and with these', () => {
    const nodes = [node({ partitions: ['gpu', 'long'], reservation: 'course' })];
    const partitions = [partition(), partition({ name: 'long', default: false })];
    const reservations = [
      { name: 'course', own: true, active: true, nodes: ['n1'], partitions: ['gpu'], qos: ['course'] },
    ];
    const accounts = [account({ qos: ['course', 'normal'] })];
    const [inside, outside] = listOffers(facts({ nodes, partitions, reservations, accounts }));
    expect(inside).toMatchObject({ partition: 'gpu', reservation: 'course', gpusFree: 3 });
    expect(inside?.accounts?.map(({ qos: name }) => name)).toEqual(['course']);
    expect(outside).toMatchObject({ partition: 'long', gpusFree: 0, away: '1 of 1 node reserved for gpu (course)' });
    expect(outside).not.toHaveProperty('reservation');
  });

  it('on nodes whose memory Slurm does not know sets no limit of memory', () => {
    const nodes = [node({ memoryMib: 0, memoryFreeMib: 0 })];
    const [offer] = listOffers(facts({ nodes }));
    expect(offer).toMatchObject({ memoryMibPerNode: Infinity, gpusFree: 3 });
    expect(offer?.free).toMatchObject([{ memoryMib: Infinity }]);
  });

  it('in a reservation of one’s own is an offer of its own', () => {
    const nodes = [
      node(),
      node({ name: 'n2', reservation: 'mine' }),
      node({ name: 'n3', reservation: 'yours', takesJobs: false, why: 'reserved for others' }),
    ];
    const reservations = [
      { name: 'mine', own: true, active: true, nodes: ['n2'] },
      { name: 'yours', own: false, active: true, nodes: ['n3'] },
    ];
    const found = listOffers(facts({ nodes, reservations }));
    expect(found.map(({ reservation, gpusFree, gpusTotal }) => [reservation, gpusFree, gpusTotal])).toEqual([
      [undefined, 3, 8],
      ['mine', 3, 4],
    ]);
  });

  it('never exceeds what there is', () => {
    const anyNode = fc.record({
      takesJobs: fc.boolean(),
      cpusFree: fc.nat(64),
      memoryFreeMib: fc.nat(512_000),
      free: fc.nat(4),
      planned: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(anyNode, { maxLength: 8 }), fc.boolean(), (all, exclusive) => {
        const nodes = all.map(({ free, ...each }, i) =>
          node({ ...each, name: `n${i}`, gpus: [{ type: 'l40s', total: 4, free }] }),
        );
        return listOffers(facts({ nodes, partitions: [partition({ exclusive })] })).every(
          ({ gpusFree = 0, gpusTotal, free = [] }) =>
            gpusFree <= gpusTotal && gpusFree === free.reduce((sum, { gpus }) => sum + gpus, 0),
        );
      }),
    );
  });
});

describe('who gets in', () => {
  const accounts = [account(), account({ name: 'other', default: false, qos: ['normal', 'long'] })];
  const all = [qos('normal'), qos('long')];
  const access = (parts: Partial<PartitionFacts>, more: Partial<ClusterFacts> = {}): Offer =>
    only({ partitions: [partition(parts)], accounts, qos: all, ...more });

  it('are all accounts with all their QOS, the default first', () => {
    const offer = access({});
    expect(accountsOf(offer)).toEqual(['lab/normal', 'other/normal', 'other/long']);
    expect(offer.accounts?.map((way) => way.default)).toEqual([true, false, false]);
  });

  it.each<[string, Partial<PartitionFacts>, string[], string?]>([
    ['accounts that it lets in', { allowAccounts: ['other'] }, ['other/normal', 'other/long']],
    ['nobody', { allowAccounts: ['physics'] }, [], 'for the account physics alone'],
    ['none of those it excludes', { denyAccounts: ['other'] }, ['lab/normal']],
    ['QOS that it lets in', { allowQos: ['long'] }, ['other/long']],
    ['no QOS that it excludes', { denyQos: ['normal'] }, ['other/long']],
  ])('are %s', (_, parts, ways, why) => {
    const offer = access(parts);
    expect(accountsOf(offer)).toEqual(ways);
    if (why !== undefined) expect(offer.notes).toContain(why);
  });

  it('are accounts below those that it names, too', () => {
    const below = [account({ above: ['dept', 'root'] }), account({ name: 'other', default: false, above: ['root'] })];
    const ways = (parts: Partial<PartitionFacts>) => accountsOf(access(parts, { accounts: below }));
    expect(ways({ allowAccounts: ['dept'] })).toEqual(['lab/normal']);
    expect(ways({ allowAccounts: ['root'] })).toEqual(['lab/normal', 'other/normal']);
    expect(ways({ denyAccounts: ['dept'] })).toEqual(['other/normal']);
  });

  it('are members of its groups', () => {
    expect(access({ allowGroups: ['staff'] }, { groups: ['students'] })).toMatchObject({
      accounts: [],
      notes: ['for members of staff'],
    });
    expect(accountsOf(access({ allowGroups: ['staff'] }, { groups: ['staff'] }))).toHaveLength(3);
  });

  it('are accounts for it alone, there and nowhere else', () => {
    const forIt = [account({ partition: 'gpu' }), account({ name: 'elsewhere', partition: 'cpu', default: false })];
    expect(accountsOf(access({}, { accounts: forIt }))).toEqual(['lab/normal']);
  });

  it('is unknown when nothing mentions accounts', () => {
    const { accounts: _none, ...rest } = facts();
    expect(listOffers(rest)[0]).not.toHaveProperty('accounts');
  });

  it('are all where no account is needed, unless the partition or a program of the site asks for more', () => {
    const { accounts: _none, ...rest } = facts({ accountsHold: false });
    const isForAll = (parts: Partial<PartitionFacts>, more: Partial<ClusterFacts> = {}): boolean | undefined =>
      listOffers({ ...rest, partitions: [partition(parts)], ...more })[0]?.isForAll;
    expect(isForAll({})).toBe(true);
    expect(isForAll({ allowAccounts: ['lab'] })).toBeUndefined();
    expect(isForAll({}, { jobSubmit: ['lua'] })).toBeUndefined();
  });

  it('is nobody while it is closed, and says why', () => {
    expect(access({ state: 'down' }).closed).toBe('down: jobs wait until it is up');
    expect(access({ wants: 'root' }).closed).toBe('only root submits here');
    expect(access({ wants: 'reservation' })).toMatchObject({ closed: 'jobs must name a reservation', gpusFree: 0 });
    expect(access({}).gpusFree).toBeGreaterThan(0);
    expect(access({ state: 'down' })).toMatchObject({ gpusFree: 0, free: [] });
  });

  it('follows what a program of the site said, where it was asked', () => {
    const jobSubmit = ['lua'];
    const unasked = access({}, { jobSubmit });
    expect(unasked.notes).toEqual(['the site judges jobs by a program of its own: sheaf partitions --probe asks it']);
    const probes = [
      { partition: 'gpu', account: 'lab', gpu: true, allowed: true, atMs: 0 },
      { partition: 'gpu', account: 'lab', gpu: false, allowed: false, said: 'needs a GPU', atMs: 0 },
      { partition: 'gpu', account: 'other', gpu: true, allowed: false, said: 'not yours', atMs: 0 },
    ];
    const asked = access({}, { jobSubmit, probes });
    expect(asked.accounts).toMatchObject([{ account: 'lab', basis: 'probed' }]);
    expect(asked.notes).toEqual(['wants a GPU']);
  });
});

describe('limits', () => {
  it('of a QOS for each account count what the account has', () => {
    const shared = qos('normal', { maxGpusPerAccount: 6, accountGpus: { lab: 5, other: 1 } });
    expect(only({ qos: [shared] }).accounts).toMatchObject([{ maxGpusPerJob: 6, maxGpusPerUser: 6, gpusInUse: 5 }]);
    const idle = qos('normal', { byType: { l40s: { maxGpusPerAccount: 2, accountGpus: {} } } });
    expect(only({ qos: [idle] }).accounts).toMatchObject([{ maxGpusPerUser: 2, gpusInUse: 0 }]);
  });

  const limited = qos('normal', { maxGpusPerUser: 4, ownGpus: 3, maxWallS: 3600, minGpusPerJob: 1 });

  it('of the QOS of a job hold, with what is in use', () => {
    const offer = only({ qos: [limited] });
    expect(offer.accounts).toMatchObject([{ maxGpusPerUser: 4, gpusInUse: 3, maxWallS: 3600 }]);
    expect(offer.minGpus).toBe(1);
    expect(offer.notes).toContain('wants 1 GPU at least');
  });

  it('that leave fewer GPUs than are free are reported', () => {
    expect(only({ qos: [qos('normal', { maxGpusPerUser: 4, ownGpus: 3 })] }).notes).toEqual([
      'your limit leaves 1 GPU now: 3 of 4 in use',
    ]);
    expect(only({ qos: [qos('normal', { maxGpusPerUser: 8, ownGpus: 3 })] }).notes).toEqual([]);
  });

  it('of the partition’s QOS go before those of the job’s, unless that one overrides it', () => {
    const part = qos('part', { maxGpusPerUser: 2, ownGpus: 1 });
    const partitions = [partition({ qos: 'part' })];
    expect(only({ partitions, qos: [limited, part] }).accounts).toMatchObject([
      { maxGpusPerUser: 2, gpusInUse: 1, maxWallS: 3600 },
    ]);
    const strong = { ...limited, overridesPartition: true };
    expect(only({ partitions, qos: [strong, part] }).accounts).toMatchObject([{ maxGpusPerUser: 4 }]);
  });

  it('of jobs that run at once are those of the QOS, otherwise of the account', () => {
    const accounts = [account({ maxJobs: 9 })];
    expect(only({ accounts }).accounts).toMatchObject([{ maxJobs: 9 }]);
    expect(only({ accounts, qos: [qos('normal', { maxJobsPerUser: 2 })] }).accounts).toMatchObject([{ maxJobs: 2 }]);
  });

  it('of a group bound a job, too, and the tighter of two leaves what is left', () => {
    const grouped = qos('normal', { maxGpusPerUser: 8, ownGpus: 0, grpGpus: 6, grpGpusInUse: 5 });
    expect(only({ qos: [grouped] }).accounts).toMatchObject([{ maxGpusPerJob: 6, maxGpusPerUser: 6, gpusInUse: 5 }]);
  });

  it('of GPUs of a type hold for that type', () => {
    const typed = qos('normal', { byType: { l40s: { maxGpusPerUser: 3, ownGpus: 1 } }, ownGpus: 5 });
    expect(only({ qos: [typed] }).accounts).toMatchObject([{ maxGpusPerUser: 3, gpusInUse: 1 }]);
    const both = { ...typed, maxGpusPerUser: 6, maxGpusPerJob: 4 };
    expect(only({ qos: [both] }).accounts).toMatchObject([{ maxGpusPerUser: 6, gpusInUse: 5, maxGpusPerJob: 3 }]);
    const on = (type: string): Offer => only({ qos: [typed], nodes: [node({ gpus: [{ type, total: 4, free: 4 }] })] });
    expect(on('a100').accounts?.[0]).not.toHaveProperty('maxGpusPerUser');
    // Accounting has types in lower case, nodes have them as they are written.
    expect(on('L40S').accounts).toMatchObject([{ maxGpusPerUser: 3 }]);
  });

  it('of which it is not known what is in use say so', () => {
    const offer = only({ qos: [qos('normal', { maxGpusPerUser: 2 })] });
    expect(offer.accounts?.[0]).not.toHaveProperty('gpusInUse');
    expect(offer.notes).toEqual(['your limit is 2 GPUs: how many of them are in use is not known']);
  });

  it('of time are given to jobs without one even if a partition has neither a default nor a limit', () => {
    const given = (parts: Partial<PartitionFacts>): unknown =>
      only({ partitions: [partition(parts)], fallbackTimeS: 86_400 }).defaultTimeS;
    expect(given({})).toBe(86_400);
    expect(given({ maxTimeS: 7_200 })).toBeUndefined();
    expect(given({ maxTimeS: 7_200, defaultTimeS: 3_600 })).toBe(3_600);
  });

  it('that the cluster does not enforce do not count', () => {
    const offer = only({ qos: [limited], limitsHold: false });
    expect(offer).not.toHaveProperty('minGpus');
    expect(offer.accounts?.[0]).not.toHaveProperty('maxGpusPerUser');
  });
});

it('waits behind those who wait for its nodes in partitions that go no later', () => {
  const partitions = [
    partition({ priorityTier: 1 }),
    partition({ name: 'high', priorityTier: 10 }),
    partition({ name: 'elsewhere', priorityTier: 10 }),
  ];
  const nodes = [node({ partitions: ['gpu', 'high'] }), node({ name: 'n2', partitions: ['elsewhere'] })];
  const load = [
    queue({ pendingJobs: 1 }),
    queue({ partition: 'high', pendingJobs: 5, heldJobs: 3 }),
    queue({ partition: 'elsewhere', pendingJobs: 40 }),
  ];
  const before = (all: readonly PartitionQueue[]) =>
    listOffers(facts({ partitions, nodes, queue: all })).map((offer) => [offer.partition, offer.pendingBefore]);
  expect(before(load)).toEqual([
    ['gpu', { here: 1, elsewhere: 2 }],
    ['high', { here: 2, elsewhere: 0 }],
    ['elsewhere', { here: 40, elsewhere: 0 }],
  ]);
  const { pendingJobs: _hidden, ...hidden } = queue({ partition: 'high' });
  expect(before([queue(), hidden])[0]).toEqual(['gpu', undefined]);
});

describe('GPUs whose type says nothing', () => {
  const untyped = (parts: Partial<NodeFacts>, type: string = ''): NodeFacts =>
    node({ gpus: [{ type, total: 4, free: 1 }], ...parts });
  const only = (...nodes: NodeFacts[]): Offer | undefined => listOffers(facts({ nodes }))[0];

  it('are those that features of the nodes name, and it says so', () => {
    // Stanford FarmShare, Slurm 26.05.
    const offer = only(untyped({ features: ['GPU_GEN:LOV', 'GPU_SKU:L40S', 'GPU_MEM:48GB'] }));
    expect(offer?.gpu?.id).toBe('l40s');
    expect(offer?.notes).toContain('L40S, by the feature GPU_SKU:L40S of its nodes');
  });

  it('are the ones with the least memory where nodes have different ones', () => {
    const offer = only(
      untyped({ name: 'n1', features: ['h100_nvl'] }),
      untyped({ name: 'n2', features: ['l40s'] }),
      untyped({ name: 'n3' }),
    );
    expect(offer?.gpu?.id).toBe('l40s');
    expect(offer?.gpu?.unsure).toBe(
      'its nodes have H100 NVL 94GB, L40S, and some nodes do not say: sheaf assumes the smallest, L40S.',
    );
  });

  it('are unknown without telling features, with what their type is', () => {
    expect(only(untyped({}))?.notes).toContain('its GPUs have no type: describe it in sheaf.yaml below cluster: gpus:');
    expect(only(untyped({}, 'ampere'))?.notes).toContain(
      'ampere is an architecture, and does not say which card: describe it in sheaf.yaml below cluster: gpus:',
    );
    expect(only(untyped({}, 'superpod'))?.notes).toContain(
      'what a superpod is, is not known here: describe it in sheaf.yaml below cluster: gpus:',
    );
  });

  it('of one name and two sizes have the size that their nodes state', () => {
    const sized = only(untyped({ gpuMemoryGb: 32 }, 'v100'));
    expect(sized?.gpu?.id).toBe('v100_32');
    expect(sized?.gpu?.unsure).toBeUndefined();
    expect(only(untyped({ name: 'n1', gpuMemoryGb: 32 }, 'v100'), untyped({ name: 'n2' }, 'v100'))?.gpu?.id).toBe(
      'v100_16',
    );
  });
});

it('lists features node by node', () => {
  const nodes = [node({ name: 'n1', features: ['fast', 'ib'] }), node({ name: 'n2', features: ['ib'] })];
  expect(only({ nodes })).toMatchObject({
    features: ['fast', 'ib'],
    nodesByFeatures: [
      { features: ['fast', 'ib'], nodes: 1 },
      { features: ['ib'], nodes: 1 },
    ],
    free: [{ features: ['fast', 'ib'] }, { features: ['ib'] }],
  });
});

describe('what is written of partitions', () => {
  const ISSUE = {
    a100_public: {
      gpu_type: 'A100',
      gpus_per_node: 4,
      total_nodes: 20,
      arch: 'Ampere',
      memory_gb: 80,
      fp8_support: false,
      priority: 'normal',
    },
  };

  it('counts alone if the cluster reports nothing: numbers as written, nothing of what is free', () => {
    const { partitions, problems } = parseWrittenPartitions(ISSUE);
    expect(problems).toEqual([]);
    const [offer] = listOffers(facts({ partitions: [], nodes: [] }), { written: partitions });
    expect(offer).toMatchObject({
      partition: 'a100_public',
      gpu: { id: 'a100_80_sxm', usableGib: 79.14 },
      gpusTotal: 80,
      gpusPerNode: 4,
      nodes: 20,
      priority: 'normal',
    });
    for (const key of ['gpusFree', 'free', 'accounts', 'pendingJobs']) expect(offer).not.toHaveProperty(key);
  });

  it('that does not say how many there are is the least that it implies, and says so', () => {
    const { partitions } = parseWrittenPartitions({ p: { gpu_type: 'l40s' } });
    const [offer] = listOffers(facts({ partitions: [] }), { written: partitions });
    expect(offer).toMatchObject({ atLeast: 'gpus', nodes: 1, gpusPerNode: 1 });
    expect(offer?.notes[0]).toBe(
      'as written; not known: what is free, how many nodes it has, how many GPUs a node has',
    );
  });

  it('decides which of two sizes a live GPU has; counts stay those of the cluster', () => {
    const { partitions } = parseWrittenPartitions({ gpu: { ...ISSUE.a100_public } });
    const nodes = [node({ gpus: [{ type: 'a100', total: 4, free: 3 }] })];
    const [offer] = listOffers(facts({ nodes }), { written: partitions });
    expect(offer).toMatchObject({ gpu: { id: 'a100_80_sxm' }, gpusTotal: 4, gpusFree: 3 });
    expect(listOffers(facts({ nodes }))[0]).toMatchObject({
      gpu: { id: 'a100_40' },
      notes: [expect.stringMatching(/"a100" may have 40 or 80 GB/)],
    });
  });

  it('is contradicted where it is wrong about fp8', () => {
    const { partitions } = parseWrittenPartitions({ gpu: { fp8_support: false } });
    expect(listOffers(facts(), { written: partitions })[0]?.notes).toEqual([
      'sheaf.yaml says fp8_support: false, but L40S has fp8',
    ]);
  });

  it('describes GPUs that nobody else knows', () => {
    const { partitions } = parseWrittenPartitions({
      npu: { gpu_type: 'x9', gpus_per_node: 2, arch: 'Hopper', memory_gb: 64 },
    });
    expect(listOffers(facts({ partitions: [] }), { written: partitions })[0]?.gpu).toMatchObject({
      arch: 'hopper',
      usableGib: 59.6,
    });
  });

  it('is reported if it is wrong, each with its key', () => {
    expect(parseWrittenPartitions({ p: { gpus: 4, total_nodes: 'two', max_time: 'soon' } }).problems).toEqual([
      expect.stringMatching(/^there is no key "gpus" in cluster.partitions.p; there are gpu_type, /),
      'cluster.partitions.p.total_nodes must be a whole number, but is "two"',
      'cluster.partitions.p.max_time must be a time limit such as 2-00:00:00, but is "soon"',
    ]);
  });
});
