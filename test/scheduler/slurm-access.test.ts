import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { describeSlurm, disposableCluster, type Cluster } from '../support/slurm.ts';
import { siteOn, type Row, type Site } from '../support/slurm-offers.ts';
import { until } from '../support/until.ts';

/** Who may use a partition, by what `sheaf partitions` says, and by what Slurm then does. */
describeSlurm('who gets into a partition', () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await disposableCluster();
  });

  /** What an administrator changes reaches the controller within a second or so. */
  const told = async (site: Site, partition: string, isSo: (row: Row) => boolean): Promise<Row> =>
    await until(async () => {
      const row = await site.row(partition);
      return isSo(row) && row;
    });

  test('accounts that the partition does not let in are not among them', async () => {
    const site = siteOn(cluster);
    onTestFinished(() => void site.admin('scontrol update PartitionName=h200_tandon AllowAccounts=ALL'));
    site.admin('scontrol update PartitionName=h200_tandon AllowAccounts=lab_b');
    expect((await site.row('h200_tandon')).accounts).toEqual(['lab_b']);
    // A job of one GPU is free to go there but for its account.
    expect(await refusal(site, '-p h200_tandon -A lab_a --gres=gpu:h200:1')).toMatch(/account|PartitionConfig/i);
    await site.running('-p h200_tandon -A lab_b --gres=gpu:h200:1');
  });

  test('accounts on another cluster of the same database do not count here', async () => {
    const site = siteOn(cluster);
    site.admin('sacctmgr -i add cluster elsewhere');
    onTestFinished(() => void site.admin('sacctmgr -i delete cluster elsewhere'));
    site.admin('sacctmgr -i add account foreign cluster=elsewhere');
    site.admin('sacctmgr -i add user sheaf1 account=foreign cluster=elsewhere');
    expect((await site.row('a100_public')).accounts).toEqual(['lab_a', 'lab_b']);
    expect(await refusal(site, '-p a100_public -A foreign --gres=gpu:a100:1')).toMatch(/Invalid account/);
  });

  test('a partition that lets in none of the user’s accounts shows no account, and names those that it is for', async () => {
    const site = siteOn(cluster);
    onTestFinished(() => void site.admin('scontrol update PartitionName=a100_public AllowAccounts=ALL'));
    site.admin('sacctmgr -i add account physics Parent=root');
    await until(() => site.admin('scontrol -o show assoc_mgr flags=assoc').includes('Account=physics '));
    site.admin('scontrol update PartitionName=a100_public AllowAccounts=physics');
    expect(await site.row('a100_public')).toMatchObject({
      accounts: [],
      notes: expect.arrayContaining(['for the account physics alone']) as string[],
    });
    expect(await refusal(site, '-p a100_public --gres=gpu:a100:1')).toMatch(/account|PartitionConfig/i);
  });

  test('an account that is let in lets in those below it', async () => {
    const site = siteOn(cluster);
    onTestFinished(() => void site.admin('scontrol update PartitionName=a100_public AllowAccounts=ALL'));
    site.admin('scontrol update PartitionName=a100_public AllowAccounts=root');
    expect((await site.row('a100_public')).accounts).toEqual(['lab_a', 'lab_b']);
    await site.running('-p a100_public -A lab_b --gres=gpu:a100:1');
  });

  test('a limit of GPUs for one user is shown with what is in use, and Slurm enforces it', async () => {
    const site = siteOn(cluster);
    onTestFinished(() => void site.admin('sacctmgr -i modify qos limited set MaxTRESPerUser=gres/gpu=-1 Priority=0'));
    site.admin('sacctmgr -i modify qos limited set MaxTRESPerUser=gres/gpu=3 Priority=7');
    const limited = ({ access }: Row) => access.find(({ account, qos }) => account === 'lab_a' && qos === 'limited');
    const before = await told(site, 'l40s_public', (row) => limited(row)?.max_gpus_per_user === 3);
    expect(limited(before)).toMatchObject({ gpus_in_use: 0 });
    // The controller tells no limit of users without jobs, but it got the priority with it.
    await until(() => site.admin('scontrol -o show assoc_mgr qos=limited flags=qos').includes('Priority=7'));
    await site.running('-p l40s_public --qos=limited --gres=gpu:l40s:3');
    const row = await site.row('l40s_public');
    expect(limited(row)).toMatchObject({ max_gpus_per_user: 3, gpus_in_use: 3 });
    expect(row.gpus_free).toBe(5);
    expect(await site.waiting('-p l40s_public --qos=limited --gres=gpu:l40s:1')).toMatch(/^QOSMaxGRESPerUser/);
    await site.running('-p l40s_public --qos=normal --gres=gpu:l40s:1');
  });

  test('a partition that wants a GPU says so', async () => {
    const site = siteOn(cluster);
    onTestFinished(() => void site.admin('scontrol update PartitionName=a100_public QOS='));
    site.admin('sacctmgr -i add qos wantsgpu set MinTRESPerJob=gres/gpu=1 Flags=DenyOnLimit');
    await until(() => site.admin('scontrol -o show assoc_mgr flags=qos').includes('QOS=wantsgpu'));
    site.admin('scontrol update PartitionName=a100_public QOS=wantsgpu');
    const row = await told(site, 'a100_public', ({ min_gpus: least }) => least !== null);
    expect(row).toMatchObject({ min_gpus: 1, notes: expect.arrayContaining(['wants 1 GPU at least']) as string[] });
    expect(await refusal(site, '-p a100_public')).toMatch(/QOSMinGRES|accounting\/QOS policy/);
    await site.running('-p a100_public --gres=gpu:a100:1');
  });

  test('a partition that is down takes jobs and starts none', async () => {
    const site = siteOn(cluster);
    onTestFinished(() => void site.admin('scontrol update PartitionName=a100_public State=UP'));
    site.admin('scontrol update PartitionName=a100_public State=DOWN');
    expect(await site.row('a100_public')).toMatchObject({ closed: 'down: jobs wait until it is up' });
    expect(await site.waiting('-p a100_public --gres=gpu:a100:1')).toBe('PartitionDown');
  });

  test('jobs that are tried are not submitted, and what was answered holds', async () => {
    const site = siteOn(cluster);
    expect((await site.folder.sheaf(['partitions', '--probe'])).exitCode).toBe(0);
    expect(site.admin('squeue -h')).toBe('');
    const basis = (await site.row('a100_public')).access.map((way) => (way as { basis?: string }).basis);
    expect(new Set(basis)).toEqual(new Set(['probed']));
  });
});

/** Why Slurm does not take a job, or does not start it. */
async function refusal(site: Site, words: string): Promise<string> {
  try {
    return await site.waiting(words);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
