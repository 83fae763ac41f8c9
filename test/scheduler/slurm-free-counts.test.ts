import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { describeSlurm, disposableCluster, type Cluster } from '../support/slurm.ts';
import { siteOn, type Site } from '../support/slurm-offers.ts';

/**
 * What `sheaf partitions` says is free is what a job can have: one that asks for just that much starts, and one that asks
 * for one GPU more waits.
 */
describeSlurm('GPUs that are free', () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await disposableCluster();
  });

  /** The most GPUs that one node has free. */
  const mostOn = async (site: Site, partition: string): Promise<number> =>
    Math.max(0, ...(await site.row(partition)).free_nodes.map(({ gpus }) => gpus));

  /** Slurm starts a job of just what is free, and not one of a GPU more. */
  const expectTrue = async (site: Site, partition: string, type: string, perNode: number): Promise<void> => {
    const free = await mostOn(site, partition);
    const job = (gpus: number): string => `-p ${partition} --gres=gpu:${type}:${gpus} -N 1`;
    if (free < perNode) expect(await site.waiting(job(free + 1))).not.toBe('');
    if (free > 0) await site.end(await site.running(job(free)));
  };

  test('of an empty cluster are all', async () => {
    const { rows, unknown } = await siteOn(cluster).told();
    expect(unknown).toEqual([]);
    expect(
      rows.map((row) => [row.partition, row.gpu_type, row.gpus_free, row.gpus_total, row.nodes, row.pending]),
    ).toEqual([
      ['l40s_public', 'l40s', 8, 8, 2, 0],
      ['h200_tandon', 'h200', 2, 2, 1, 0],
      ['a100_public', 'a100', 4, 4, 1, 0],
      ['cpu', null, 0, 0, 1, 0],
      ['preempt', 'a100', 4, 4, 1, 0],
      ['preempt', 'l40s', 8, 8, 2, 0],
    ]);
    expect(rows[0]).toMatchObject({ max_time: '7-00:00:00', accounts: ['lab_a', 'lab_b'] });
  });

  test('of a full node are not free', async () => {
    const site = siteOn(cluster);
    await site.running('-p l40s_public -w l40s1 --gres=gpu:l40s:4');
    expect(await site.row('l40s_public')).toMatchObject({ gpus_free: 4, gpus_total: 8, free_nodes: [{ gpus: 4 }] });
    await site.running('-p l40s_public -w l40s2 --gres=gpu:l40s:4');
    expect(await site.row('l40s_public')).toMatchObject({ gpus_free: 0, free_nodes: [] });
    await expectTrue(site, 'l40s_public', 'l40s', 4);
  });

  test('of a mixed node are those that are left', async () => {
    const site = siteOn(cluster);
    await site.running('-p a100_public --gres=gpu:a100:1');
    expect(await site.row('a100_public')).toMatchObject({ gpus_free: 3, gpus_total: 4 });
    await expectTrue(site, 'a100_public', 'a100', 4);
  });

  test('of a node without free CPUs are not free, however many GPUs are idle', async () => {
    const site = siteOn(cluster);
    await site.running('-p h200_tandon --gres=gpu:h200:1 -c 64');
    expect(await site.row('h200_tandon')).toMatchObject({ gpus_free: 0, gpus_total: 2 });
    await expectTrue(site, 'h200_tandon', 'h200', 2);
  });

  test('of a node with no memory left are not free', async () => {
    const site = siteOn(cluster);
    await site.running('-p h200_tandon --gres=gpu:h200:1 --mem=0');
    expect(await site.row('h200_tandon')).toMatchObject({ gpus_free: 0, gpus_total: 2 });
    await expectTrue(site, 'h200_tandon', 'h200', 2);
  });

  test('of a drained node are not free, with the reason', async () => {
    const site = siteOn(cluster);
    onTestFinished(() => void site.admin('scontrol update NodeName=l40s2 State=RESUME'));
    site.admin('scontrol update NodeName=l40s2 State=DRAIN Reason=disk');
    const row = await site.row('l40s_public');
    expect(row).toMatchObject({ gpus_free: 4, gpus_total: 8 });
    expect(row.notes).toContain('1 of 2 nodes drained: disk');
    await site.end(await site.running('-p l40s_public --gres=gpu:l40s:4 -N 1'));
    expect(await site.waiting('-p l40s_public --gres=gpu:l40s:4 -N 2')).not.toBe('');
  });

  test('of a mixed node that is drained are not free', async () => {
    const site = siteOn(cluster);
    await site.running('-p a100_public --gres=gpu:a100:1');
    onTestFinished(() => void site.admin('scontrol update NodeName=a100-1 State=RESUME'));
    site.admin('scontrol update NodeName=a100-1 State=DRAIN Reason=fan');
    expect(await site.row('a100_public')).toMatchObject({ gpus_free: 0 });
    await expectTrue(site, 'a100_public', 'a100', 4);
  });

  test('of a node that others have reserved are not free', async () => {
    const site = siteOn(cluster);
    onTestFinished(() => void site.admin('scontrol delete ReservationName=others'));
    site.admin('scontrol create ReservationName=others StartTime=now Duration=60 Nodes=h200-1 Users=sheaf2');
    const row = await site.row('h200_tandon');
    expect(row).toMatchObject({ gpus_free: 0, gpus_total: 2 });
    expect(row.notes[0]).toMatch(/^1 of 1 node reserved for others until .* \(others\)$/);
    await expectTrue(site, 'h200_tandon', 'h200', 2);
  });

  test('of a node in one’s own reservation are there for jobs that name it', async () => {
    const site = siteOn(cluster);
    onTestFinished(() => void site.admin('scontrol delete ReservationName=mine'));
    site.admin('scontrol create ReservationName=mine StartTime=now Duration=60 Nodes=h200-1 Users=sheaf1');
    expect(await site.row('h200_tandon')).toMatchObject({ gpus_free: 2, reservation: 'mine' });
    expect(await site.waiting('-p h200_tandon --gres=gpu:h200:1')).not.toBe('');
    const id = await site.running('-p h200_tandon --gres=gpu:h200:2 --reservation=mine');
    expect(await site.row('h200_tandon')).toMatchObject({ gpus_free: 0 });
    await site.end(id);
  });

  test('are shown with those that jobs in the queue wait for', async () => {
    const site = siteOn(cluster);
    await site.running('-p a100_public --gres=gpu:a100:4');
    for (let job = 0; job < 2; job += 1) await site.submit('-p a100_public --gres=gpu:a100:2');
    await site.submit('-p a100_public --gres=gpu:a100:1 --array=0-4');
    expect(await site.row('a100_public')).toMatchObject({ gpus_free: 0, pending: 7, pending_gpus: 9 });
    await expectTrue(site, 'a100_public', 'a100', 4);
  });
});
