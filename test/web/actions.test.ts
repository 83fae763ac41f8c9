import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithBrowser, findViolations } from '../support/browser.ts';
import { openDashboard } from '../support/dashboard-page.ts';
import {
  makeDashboardProject,
  serveDashboard,
  type DashboardProject,
  type ServedDashboard,
} from '../support/dashboard-project.ts';

describeWithBrowser('pages that act', (browser) => {
  let project: DashboardProject;
  let served: ServedDashboard;
  beforeAll(async () => {
    project = makeDashboardProject();
    project.sheaf(['new', 'line', 'made', '--end', 'never']);
    served = await serveDashboard(project, ['--actions']);
  });
  afterAll(async () => {
    await served?.stop();
    project?.remove();
  });

  test('an experiment is submitted, cancelled and tagged with the keyboard alone, after its plan was shown', async () => {
    const { page, open, complaints } = await openDashboard(browser(), served);
    await open('/x/made/overview');
    await page.getByRole('button', { name: 'Submit…' }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('sheaf submit made').waitFor();
    expect(await dialog.innerText()).toContain('1 job, no GPUs, CPU hours unknown');
    for (const [colorScheme, width] of [
      ['light', 1440],
      ['dark', 320],
    ] as const) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      expect(await findViolations(page)).toEqual([]);
    }
    await page.keyboard.press('Control+Enter');
    await page.getByText('Submitted 1 experiment').waitFor();
    await page.getByRole('button', { name: 'Cancel…' }).focus();
    await page.keyboard.press('Enter');
    await dialog.getByText('sheaf cancel made').waitFor();
    await page.keyboard.press('Control+Enter');
    await page.getByText('Cancelled 1 experiment').waitFor();
    await page.getByRole('button', { name: 'Retry…' }).click();
    await dialog.getByText('sheaf retry made', { exact: true }).waitFor();
    expect(await findViolations(page)).toEqual([]);
    await dialog.getByLabel('Time limit').fill('00:30:00');
    await page.keyboard.press('Control+Enter');
    await dialog.getByText('1 job, no GPUs, at most 30 CPU minutes').waitFor();
    await dialog.getByText('sheaf retry made --set time_limit=00:30:00', { exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Tag…' }).focus();
    await page.keyboard.press('Enter');
    await page.getByLabel('Tags to add').fill('slow late');
    await page.keyboard.press('Control+Enter');
    await dialog.getByText('sheaf tag made --add slow late').waitFor();
    await page.keyboard.press('Control+Enter');
    await page.getByText('Tagged 1 experiment').waitFor();
    await page.locator('header').getByText('late', { exact: true }).waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('a run is stopped softly for a reason, which is shown with it', async () => {
    project.sheaf(['run', 'line', 'soft', '--end', 'never', '--detach']);
    const { page, open, complaints } = await openDashboard(browser(), { ...served, link: newLink() });
    await open('/x/soft/overview');
    await page.getByRole('button', { name: 'Cancel…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('sheaf cancel soft', { exact: true }).waitFor();
    await dialog.getByLabel(/Stop, and keep what it has/).check();
    await dialog.getByLabel(/Reason, which/).fill('no better');
    expect(await findViolations(page)).toEqual([]);
    await page.keyboard.press('Control+Enter');
    await dialog.getByText("sheaf cancel soft --stop 'no better'", { exact: true }).waitFor();
    await page.keyboard.press('Control+Enter');
    await page.getByText('Stopping 1 experiment').waitFor();
    project.sheaf(['wait', 'soft']);
    await open('/x/soft/overview');
    await page.getByText('no better').first().waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('an experiment is made from the form of its template, which is in the address', async () => {
    const { page, open, complaints } = await openDashboard(browser(), { ...served, link: newLink() });
    await open('/new/line?set.lr=0.5');
    await page.getByLabel('lr').waitFor();
    for (const width of [1440, 320]) {
      await page.setViewportSize({ width, height: 900 });
      expect(await findViolations(page)).toEqual([]);
    }
    await page.getByLabel('steps').fill('3');
    await page.getByText('sheaf new line --set lr=0.5 --set steps=3', { exact: true }).waitFor();
    await page.keyboard.press('Control+Enter');
    await page.getByRole('dialog').getByText('lr: 0.1 → 0.5').waitFor();
    await page.keyboard.press('Control+Enter');
    await page.getByText('Created line-001. Submitted 1 experiment', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Open line-001' }).waitFor();
    expect(await page.getByLabel('steps').inputValue()).toBe('');
    await page.getByRole('link', { name: 'Fill in the same values' }).click();
    await page.getByText('sheaf new line --set lr=0.5 --set steps=3', { exact: true }).waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('a sweep is extended and limited, and a list is saved as a view, with their buttons', async () => {
    project.sheaf(['sweep', 'line', 'wide', '--grid', 'lr=0.1,0.2', '--grid', 'seed=0,1']);
    const { page, open, complaints } = await openDashboard(browser(), { ...served, link: newLink() });
    const dialog = page.getByRole('dialog');
    await open('/s/wide');
    await page.getByRole('button', { name: 'Extend…' }).click();
    await dialog.getByLabel('seed').fill('1..3');
    expect(await findViolations(page)).toEqual([]);
    await page.keyboard.press('Control+Enter');
    await dialog.getByText('sheaf sweep extend wide --grid seed=1,2,3', { exact: true }).waitFor();
    await dialog.getByText('4 experiments').waitFor();
    await page.keyboard.press('Control+Enter');
    await page.getByText('Created 4 experiments of sweep wide').waitFor();
    await page.getByText('0 of 8 members').waitFor();
    await page.getByRole('button', { name: 'Limit how many run…' }).click();
    await dialog.getByLabel('Members at once').fill('3');
    await page.keyboard.press('Control+Enter');
    await dialog.getByText('sheaf sweep set wide --max-parallel 3').waitFor();
    await page.keyboard.press('Control+Enter');
    await page.getByText('at most 3', { exact: true }).waitFor();

    await page.getByRole('link', { name: 'Copy this sweep' }).click();
    await page.getByText('sheaf sweep line --grid lr=0.1,0.2 --grid seed=0,1,2,3', { exact: true }).waitFor();
    await page.getByLabel('How steps varies').selectOption('draw');
    await page.getByText(/The form still needs values for steps.*the number of random draws/).waitFor();
    await page.getByLabel('steps (required)').fill('int(1,9)');
    await page.getByLabel('random draws (required)').fill('2');
    await page.getByLabel('name', { exact: true }).fill('copied');
    await page.getByRole('button', { name: 'Show what it would submit' }).click();
    await page.getByRole('heading', { name: 'Create sweep copied and submit it' }).waitFor();
    await page.getByText('16 jobs, no GPUs', { exact: false }).waitFor();
    await page.getByText('#SBATCH').first().waitFor();
    await page.getByText(/^These are the scripts of copied_.* 15 other runs differ/).waitFor();
    await page.keyboard.press('Control+Enter');
    await dialog.getByText('16 experiments: 2 lr × 4 seed × 2 steps').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Create…', exact: true }).click();
    await dialog.getByText(/^copied_\S+ to copied_/).waitFor();
    await page.keyboard.press('Control+Enter');
    await page.getByText('Created 16 experiments of sweep copied', { exact: true }).waitFor();

    await open('/x?q=lr%20%3E%200.1&s=-lr');
    await page.keyboard.press('v');
    await page.getByLabel('Name of the view').fill('steep');
    await page.getByText(/^sheaf list .*lr > 0.1.*--sort lr --desc.*--save-view steep$/).waitFor();
    await page.keyboard.press('Control+Enter');
    await page.getByText('Saved views/steep.yaml').waitFor();
    await page.getByRole('button', { name: 'Saved: steep' }).waitFor();
    expect(project.sheaf(['list', '--view', 'steep', '--json'])).toContain('wide_');
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('a sweep that was made and not submitted is submitted with its button', async () => {
    project.sheaf(['sweep', 'line', 'few', '--grid', 'lr=0.1,0.2']);
    const { page, open, complaints } = await openDashboard(browser(), { ...served, link: newLink() });
    await open('/s/few');
    await page.getByRole('button', { name: 'Submit…', exact: true }).click();
    await page.getByRole('dialog').getByText('sheaf submit --sweep few', { exact: true }).waitFor();
    await page.keyboard.press('Control+Enter');
    await page.getByText('Submitted 2 experiments', { exact: false }).waitFor();
    project.sheaf(['wait', '--sweep', 'few']);
    await page
      .getByRole('link', { name: /^few_\S+: completed$/ })
      .nth(1)
      .waitFor();
    expect(await page.getByRole('button', { name: /^Submit/ }).count()).toBe(0);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  function newLink(): string {
    return (JSON.parse(project.sheaf(['serve', '--link', '--json'])) as { data: { link: string } }).data.link;
  }
});
