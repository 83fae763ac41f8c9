/** What a dashboard that may not act asks of a cluster while someone looks at all of its pages. */
import { expect, onTestFinished, test } from 'vitest';
import { describeWithBrowser } from '../support/browser.ts';
import { listAll } from '../support/dashboard.ts';
import { openDashboard } from '../support/dashboard-page.ts';
import { serveDashboard } from '../support/dashboard-project.ts';
import { playSite } from '../support/slurm-player/player.ts';

const TRAIN = 'lr: 0.1\npartition: small\ncommand: "true"\nharvest: { loss: { jsonl: metrics.jsonl } }\n';

/** Beside the tabs of an experiment. */
const PATHS = [
  '/',
  '/x',
  '/compare?sel=queued,made',
  '/t',
  '/t/train',
  '/cluster',
  '/advise',
  '/new',
  '/new/train?look=on',
  '/export',
];

/** All that only tells: anything else changes something on the cluster. */
const TELLS =
  /^(sinfo|squeue|sacct|sacctmgr -?\w* ?show|scontrol( -\S+)* (show|ping)|scontrol( -\S+)*$|id|sbatch .*--test-only)\b/;

describeWithBrowser('a dashboard that may not act', (browser) => {
  test('asks the scheduler, changes nothing there, and changes no file but the record', async () => {
    const cluster = await playSite('puhti', { 'sheaf.yaml': 'scheduler: slurm\n', 'templates/train.yaml': TRAIN });
    const { path, env } = cluster.folder;
    for (const id of ['queued', 'made']) await cluster.sheaf(['new', '--template', 'train', '--exp-id', id]);
    await cluster.sheaf(['submit', 'queued']);
    const listOthers = (): string[] => listAll(path).filter((line) => !line.includes('/.sheaf'));
    const [files, before] = [listOthers(), cluster.calls().length];
    const served = await serveDashboard({ path, env: { ...env, ...cluster.env } });
    onTestFinished(() => served.stop());
    const { page, open, complaints } = await openDashboard(browser(), served);
    onTestFinished(() => page.context().close());
    await open('/x/queued');
    const tabs = await page.locator('main a[href^="#/x/queued/"]').evaluateAll((links) => links.map(String));
    expect(tabs.length).toBeGreaterThan(8);
    // Unlike the command, the page does not make Slurm plan a job.
    const beforeAdvice = cluster.calls().length;
    await open('/advise?t=train');
    await page.getByRole('article').first().waitFor();
    expect(
      cluster
        .calls()
        .slice(beforeAdvice)
        .filter((call) => call.includes('--test-only')),
    ).toEqual([]);
    for (const each of [...PATHS, ...tabs.map((tab) => tab.replace(/.*#/, ''))]) await open(each);
    await page.getByRole('button', { name: /^Live\./ }).waitFor();
    const calls = cluster.calls().slice(before);
    expect(calls.some((call) => call.startsWith('squeue'))).toBe(true);
    expect(calls.filter((call) => !TELLS.test(call))).toEqual([]);
    expect(listOthers()).toEqual(files);
    expect(complaints).toEqual([]);
  });
});
