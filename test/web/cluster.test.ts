/** The page of the cluster, on a recorded site. */
import { expect, test } from 'vitest';
import { describeWithBrowser, findViolations } from '../support/browser.ts';
import { openDashboard, type DashboardPage } from '../support/dashboard-page.ts';
import { serveDashboard } from '../support/dashboard-project.ts';
import { playSite } from '../support/slurm-player/player.ts';

describeWithBrowser('the page of the cluster', (browser) => {
  test('shows what is free, waits, limits and jobs that wait, and without an answer only what is written', async () => {
    const cluster = await playSite('bridges2', {
      'sheaf.yaml': 'scheduler: slurm\n',
      'templates/train.yaml': 'num_gpus: 2\ntime_limit: 60\npartition: GPU-shared\ncommand: python3 -c 1\n',
    });
    const env = { ...process.env, ...cluster.folder.env, ...cluster.env, SHEAF_TEST_CLOCK_OFFSET_MS: '0' };
    await cluster.data('new', '--exp-id', 'patient', '--template', 'train');
    await cluster.data('submit', 'patient');
    const withPage = async (act: (dashboard: DashboardPage) => Promise<void>): Promise<void> => {
      const served = await serveDashboard({ path: cluster.folder.path, env });
      const dashboard = await openDashboard(browser(), served);
      try {
        await dashboard.open('/cluster');
        await act(dashboard);
        expect(dashboard.complaints).toEqual([]);
      } finally {
        await dashboard.page.context().close();
        await served.stop();
      }
    };

    await withPage(async ({ page, rest }) => {
      const rowOf = async (table: string, words: string): Promise<string> => {
        const row = page.getByRole('table', { name: table }).getByRole('row', { name: words }).first();
        return (await row.innerText()).replaceAll(/\s+/g, ' ').trim();
      };
      expect(await rowOf('GPUs by type', 'L40S')).toMatch(/^L40S l40s-48 44\.39 15 GPUs in GPU-shared .* 15 24$/);
      expect(await rowOf('GPUs by type', 'MI210')).toMatch(/no node with them takes jobs now 0 4 4$/);
      expect(await rowOf('Waits by partition', 'H100')).toMatch(
        /^GPU-shared H100 .* 1m 5m 0 too few yet GPUs are free now/,
      );
      expect(await rowOf('Your limits', 'QOS gpu GPUs of all your jobs')).toMatch(/128 0 128$/);
      expect(await rowOf('Experiments that wait', 'patient')).toMatch(/GPU-shared .*[a-z]{4}/);
      await page.getByText('Accounting has 0 past submissions of jobs with GPUs.').waitFor();
      const countLooks = (): number => cluster.calls().filter((call) => /^(?:sinfo|sacct) /.test(call)).length;
      const looks = countLooks();
      await page.reload();
      await rest();
      expect(countLooks(), 'a second look within the minute').toBe(looks);
      expect(cluster.calls().filter((call) => call.includes('--test-only'))).toEqual([]);
      await page.setViewportSize({ width: 320, height: 900 });
      expect(await findViolations(page)).toEqual([]);
      const partition = page.getByRole('table', { name: 'Partitions' }).getByRole('link', { name: 'GPU-dev' });
      await partition.focus();
      await page.keyboard.press('Enter');
      await expect.poll(() => page.url()).toMatch(/#\/advise\?partition=GPU-dev$/);
    });

    for (const program of ['sinfo', 'scontrol', 'squeue', 'sacct', 'sacctmgr']) {
      cluster.breakProgram(program, `${program}: error: Unable to contact slurm controller`);
    }
    await withPage(async ({ page }) => {
      await page.getByText(/^The cluster did not answer: .*Unable to contact/).waitFor();
      await page.getByRole('heading', { name: 'GPUs that sheaf knows of' }).waitFor();
      expect(await page.getByRole('heading', { name: 'Free to you now' }).count()).toBe(0);
      expect(await findViolations(page)).toEqual([]);
    });
  });
});
