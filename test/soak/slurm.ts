import { openCluster, startCluster, stopCluster, whyNoCluster, type Cluster } from '../../scripts/slurm/index.ts';
import { campaign, CLUSTER_SCENARIOS, everyNth, FAULTS, type Verdict } from '../crash/campaign.ts';
import { randomKills } from '../crash/random-kills.ts';
import { SBATCH_TRIALS } from '../crash/sbatch.ts';
import { slurmSite } from '../crash/slurm-site.ts';

/** One long campaign on a real cluster. */
export interface SlurmCampaign {
  readonly name: string;
  /** @param step every how many effects it strikes, and what part of the random kills it does */
  readonly run: (step: number, say: (text: string) => void) => Promise<Verdict>;
}

type Sort = 'shared' | 'forgetful' | 'without accounting';

/** Clusters that end with this process. The last two forget an ended job at once, so that only its claim is left. */
const clusters = new Map<Sort, Promise<Cluster>>();
const prefix = '/tmp/sheaf-slurm-ts';
/** Longer than such a cluster remembers a job. */
const FORGOTTEN_MS = 8_000;

function clusterOf(sort: Sort): Promise<Cluster> {
  const known = clusters.get(sort);
  if (known !== undefined) return known;
  const dir = `${prefix}${process.pid}x${clusters.size}`;
  const made =
    sort === 'shared'
      ? Promise.resolve(openCluster()).then((found) => found ?? startCluster({ dir, bound: true }))
      : startCluster({ dir, bound: true, minJobAge: 2, accounting: sort === 'forgetful' });
  clusters.set(sort, made);
  return made;
}

/** Takes down the clusters that were brought up for the campaigns. */
export async function endClusters(): Promise<void> {
  const made = await Promise.all(clusters.values());
  await Promise.all(made.filter(({ dir }) => dir.startsWith(prefix)).map(({ dir }) => stopCluster(dir)));
}

/** Why none of them can be run here; undefined when they can. */
export const whyNoSlurm: () => string | undefined = whyNoCluster;

/** Every fault at every effect of what reaches a cluster, every strange `sbatch`, random kills, and two hosts. */
export const SLURM_CAMPAIGNS: readonly SlurmCampaign[] = [
  ...CLUSTER_SCENARIOS.flatMap((scenario) =>
    FAULTS.map((kind) => ({
      name: `slurm: ${scenario.name}, ${kind}`,
      run: async (step: number) =>
        await campaign(scenario, kind, { site: slurmSite(await clusterOf('shared')), pick: everyNth(step) }),
    })),
  ),
  ...(['forgetful', 'without accounting'] as const).flatMap((sort) =>
    CLUSTER_SCENARIOS.slice(0, 2).map((scenario) => ({
      name: `slurm: ${scenario.name}, kill, on a cluster ${sort}`,
      run: async (step: number) => {
        const site = slurmSite(await clusterOf(sort), { atOnce: 8, pauseMs: FORGOTTEN_MS });
        return await campaign(scenario, 'kill', { site, pick: everyNth(step) });
      },
    })),
  ),
  ...SBATCH_TRIALS.map(({ name, run }) => ({
    name: `slurm: ${name}`,
    run: async () => ({ crashes: 1, failures: await run(slurmSite(await clusterOf('shared'))) }),
  })),
  {
    name: 'slurm: 500 random kills of commands on four projects',
    run: async (step, say) => {
      const options = { kills: 500 / step, projects: 4, actors: 2, hosts: [''], random: Math.random, say };
      return await randomKills(slurmSite(await clusterOf('shared')), options);
    },
  },
  {
    name: 'slurm: 200 random kills of commands of two hosts on each of two projects',
    run: async (step, say) => {
      const options = { kills: 200 / step, projects: 2, actors: 4, hosts: ['alpha', 'beta'], random: Math.random, say };
      return await randomKills(slurmSite(await clusterOf('shared')), options);
    },
  },
];
