import { describe, expect, test } from 'vitest';
import { campaign, CLUSTER_SCENARIOS, FAULTS } from './campaign.ts';
import { SBATCH_TRIALS } from './sbatch.ts';
import { slurmSite } from './slurm-site.ts';
import { describeSlurm } from '../support/slurm.ts';

/** A few effects of each fault, spread over the command and different for each; `npm run soak -- slurm` takes all. */
const spread =
  (kind: number) =>
  (n: number): boolean =>
    n % 15 === (kind * 4 + 2) % 15;

/** Some strange answers of `sbatch`; the soak has all of them. */
const STRANGE = SBATCH_TRIALS.filter(({ name }) =>
  /times out, one job|which starts, .*one job|starts later, .*array|prints nothing, a chain|sheaf is killed meanwhile, one|--parsable, one/.test(
    name,
  ),
);

describeSlurm('nothing runs twice and nothing that was submitted is forgotten', (cluster) => {
  const site = slurmSite(cluster, { atOnce: 2 });

  describe.each(CLUSTER_SCENARIOS.slice(0, 3))('$name', (scenario) => {
    test('a command that meets any fault is made whole by the same command again', async () => {
      const verdicts = await Promise.all(FAULTS.map((kind, i) => campaign(scenario, kind, { site, pick: spread(i) })));
      expect(verdicts.flatMap(({ failures }) => failures)).toEqual([]);
      expect(Math.min(...verdicts.map(({ crashes }) => crashes))).toBeGreaterThan(1);
    }, 120_000);
  });

  test.concurrent.each(STRANGE)(
    'sbatch that behaves oddly makes no second run: $name',
    async ({ run }) => {
      expect(await run(site)).toEqual([]);
    },
    120_000,
  );
});
