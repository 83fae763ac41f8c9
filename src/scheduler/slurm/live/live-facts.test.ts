import { describe, expect, test } from 'vitest';
import { noCache, recordedSlurm } from '../../../../test/support/recorded-slurm.ts';
import { temporaryFolder } from '../../../../test/support/project-folder.ts';
import { openCache } from '../ask/cache.ts';
import { askClusterConfig } from '../cluster/config.ts';
import { askLiveFacts } from './live-facts.ts';

const facts = (failing: readonly string[] = [], config?: (text: string) => string) =>
  askLiveFacts(recordedSlurm(failing, config), noCache, 'lab');

describe('facts of a cluster', () => {
  test('are had with five programs of Slurm, and the groups of the user', async () => {
    const slurm = recordedSlurm();
    const { partitions, nodes, accounts, qos, unknown } = await askLiveFacts(slurm, noCache, 'lab');
    expect(slurm.asked.map((text) => text.split(' ').slice(0, 3).join(' '))).toEqual([
      'scontrol < show',
      'sinfo -a -h',
      'squeue -a -h',
      'sacctmgr -nP show',
      'sacctmgr -nP show',
      'id -Gn',
    ]);
    expect(partitions.map(({ name }) => name)).toContain('l40s_public');
    expect(nodes.find(({ name }) => name === 'l40s1')).toMatchObject({
      takesJobs: true,
      gpus: [{ type: 'l40s', total: 4, free: 2 }],
    });
    expect(nodes.find(({ name }) => name === 'l40s2')).toMatchObject({
      takesJobs: false,
      why: 'drained: disk | broken, really',
    });
    expect(accounts?.find(({ default: isDefault }) => isDefault)?.name).toBe('lab_a');
    expect(qos?.find(({ name }) => name === 'long')?.maxGpusPerUser).toBe(4);
    expect(unknown).toEqual([]);
  });

  test('are whole where partitions do not tell what they count (20.11, 21.08), but the configuration does', async () => {
    const counting = 'AccountingStorageTRES = cpu,mem,node,billing,gres/gpu\nMinJobAge';
    const old = (text: string): string => text.replaceAll(/ TRES=\S+/g, '').replace('MinJobAge', counting);
    expect((await facts([], old)).unknown).toEqual([]);
  });

  test('of a QOS have what each account may have of GPUs, and has', async () => {
    const { qos } = await facts([], (text) =>
      text
        .replace(/^normal\|.*$/m, 'normal||||||||||||gres/gpu=8')
        .replace(/(QOS=normal.*?MaxTRESPA=\S*?gres\/gpu=)N\(2\)/, '$18(5)'),
    );
    expect(qos?.find(({ name }) => name === 'normal')).toMatchObject({
      maxGpusPerAccount: 8,
      accountGpus: { lab_a: 5, lab_c: 0 },
    });
  });

  test('describe the configuration of the cluster, as it reports it', async () => {
    const [slurm, cache] = [recordedSlurm(), openCache(temporaryFolder())];
    await askLiveFacts(slurm, cache, 'slurm:lab');
    expect((await askClusterConfig(slurm, cache)).cluster).toBe('lab');
  });

  test('serve a second command without a query, and are asked for again on request', async () => {
    const [slurm, cache] = [recordedSlurm(), openCache(temporaryFolder())];
    const first = await askLiveFacts(slurm, cache, 'lab');
    const asked = slurm.asked.length;
    expect(await askLiveFacts(slurm, cache, 'lab')).toEqual(first);
    expect(slurm.asked).toHaveLength(asked);
    await askLiveFacts(slurm, cache, 'lab', true);
    // Only how the cluster is set up is kept for longer.
    expect(slurm.asked).toHaveLength(2 * asked);
    expect(slurm.asked[asked]).not.toContain('show config');
  });
});

describe('what brought no answer is one sentence', () => {
  test('without reservations', async () => {
    const { unknown, reservations } = await facts(['show reservation']);
    expect(reservations).toBeUndefined();
    expect(unknown).toEqual(['Reservations could not be asked: scontrol: no answer.']);
  });

  test('with reservations of others hidden', async () => {
    const { unknown } = await facts([], (text) => text.replace('MinJobAge', 'PrivateData = reservations\nMinJobAge'));
    expect(unknown).toEqual(['The site hides reservations of others: when nodes will be kept for some is not known.']);
  });

  test('without the queue: nothing waits nowhere, it is not known', async () => {
    const { unknown, queue } = await facts(['squeue']);
    expect(queue).toBeUndefined();
    expect(unknown).toEqual(['The queue could not be asked: squeue: no answer.']);
  });

  test('without nodes', async () => {
    const { unknown, nodes, partitions } = await facts(['sinfo']);
    expect(nodes).toEqual([]);
    expect(partitions.length).toBeGreaterThan(0);
    expect(unknown).toEqual(['Nodes and what is free on them could not be asked: sinfo: no answer.']);
  });

  test('without the database the controller reports accounts', async () => {
    const { unknown, accounts, qos } = await facts(['sacctmgr']);
    expect(accounts?.map(({ name }) => name)).toEqual(['lab_c', 'lab_a', 'lab_b']);
    expect(qos).toBeUndefined();
    expect(unknown).toEqual(['Accounting answered only in part: sacctmgr: no answer.']);
  });

  test('with jobs of others hidden', async () => {
    const { unknown, queue } = await facts([], (text) => text.replace('MinJobAge', 'PrivateData = jobs\nMinJobAge'));
    expect(queue?.find(({ partition }) => partition === 'l40s_public')).toEqual({
      partition: 'l40s_public',
      ownPending: 0,
      ownRunning: 0,
      ownGpus: 0,
    });
    expect(unknown).toEqual(['The site hides jobs of others: how many wait is not known.']);
  });

  test.each([[], ['sacctmgr']])(
    'without accounting: there is no second note that it does not answer',
    async (...failing) => {
      const { unknown, accounts } = await facts(failing, (text) =>
        text.replace('accounting_storage/slurmdbd', '(null)'),
      );
      expect(accounts).toBeUndefined();
      expect(unknown).toEqual(['There is no accounting here: no accounts, QOS or limits of them.']);
    },
  );

  test('of a controller that does not answer there are none', async () => {
    await expect(facts(['show', 'sinfo', 'squeue'])).rejects.toMatchObject({ code: 'slurm.unreachable' });
  });
});
