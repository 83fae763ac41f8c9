import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { describeSlurm, disposableCluster, type Cluster } from '../support/slurm.ts';
import { ask } from '../support/slurm-faults.ts';
import { siteOn, type Site } from '../support/slurm-offers.ts';
import { until } from '../support/until.ts';

/** What some sites do: rules that no setting of Slurm tells. */
const RULES = `
function slurm_job_submit(job, partitions, uid)
  if job.partition == "a100_public" and job.tres_per_node == nil then
    slurm.log_user("a100_public wants a GPU")
    return slurm.ERROR
  end
  if job.partition == "h200_tandon" and job.account ~= "lab_b" then
    slurm.log_user("h200_tandon is for lab_b")
    return slurm.ERROR
  end
  return slurm.SUCCESS
end
function slurm_job_modify(job, record, partitions, uid) return slurm.SUCCESS end
return slurm.SUCCESS
`;

describeSlurm('a site that judges jobs by a program of its own', (shared) => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await disposableCluster();
    writeFileSync(join(cluster.dir, 'job_submit.lua'), RULES);
    appendFileSync(cluster.conf, 'JobSubmitPlugins=lua\n');
    const controller = cluster.daemon('slurmctld');
    await controller.stop();
    await controller.start();
    await until(() => /^(?:idle\n?)+$/.test(ask(cluster, 'sinfo -h -N -o %T')));
  });

  const refused = async (site: Site, words: string): Promise<string> =>
    await site.submit(words).then(
      () => 'taken',
      (error: unknown) => String(error),
    );

  test('is asked who gets in, and says the same of real jobs', async () => {
    const site = siteOn(cluster);
    expect(site.admin('scontrol show config')).toMatch(/^JobSubmitPlugins\s+= lua$/m);
    expect(cluster.name).not.toBe(shared.name);
    const { rows } = await site.told();
    const row = (name: string) => rows.find(({ partition }) => partition === name);
    expect(row('a100_public')?.notes).toContain('wants a GPU');
    expect(row('a100_public')?.accounts).toEqual(['lab_a', 'lab_b']);
    expect(row('h200_tandon')?.accounts).toEqual(['lab_b']);
    expect(row('l40s_public')?.accounts).toEqual(['lab_a', 'lab_b']);
    expect(site.admin('squeue -h')).toBe('');

    expect(await refused(site, '-p a100_public')).toContain('a100_public wants a GPU');
    expect(await refused(site, '-p h200_tandon -A lab_a --gres=gpu:h200:1')).toContain('h200_tandon is for lab_b');
    await site.running('-p h200_tandon -A lab_b --gres=gpu:h200:1');
  });

  test('is not asked again within the day, unless that is wanted', async () => {
    const site = siteOn(cluster);
    await site.told();
    // Each try takes an id of a job.
    const nextId = async (): Promise<number> => {
      const id = Number(await site.submit('-p cpu --hold'));
      await site.end(String(id));
      return id;
    };
    const before = await nextId();
    await site.told();
    expect(await nextId()).toBe(before + 1);
    await site.folder.sheaf(['partitions', '--probe']);
    expect(await nextId()).toBeGreaterThan(before + 2);
  });
});
