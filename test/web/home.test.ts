/** What Home says of GPU hours, and of a record that is damaged. */
import { appendFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openProject } from '../../src/app/project/project.ts';
import { describeWithBrowser, findViolations } from '../support/browser.ts';
import { useDashboard } from '../support/opened-dashboard.ts';
import { ended, eventsOf, started } from '../support/recorded-project.ts';

const HOUR_MS = 3_600_000;

describeWithBrowser('Home', (browser) => {
  const opened = useDashboard(browser, async (project) => {
    project.sheaf(['new', 'line', 'first']);
    const now = Date.now();
    const record = await openProject({ dir: project.path, env: project.env, supervisorArgv: ['/bin/false'] });
    const attempts = { 'train-1': [started(now - 3 * HOUR_MS), ended(0, now - HOUR_MS)] };
    const asks = (resources: object) => ({ settings: { resources, command: 'x' }, attempts });
    await record.store.append([
      ...eventsOf('trained', asks({ num_gpus: 4 })),
      ...eventsOf('other', asks({ sbatch: { gpus: 2 } })),
    ]);
    record.store.close();
    const journal = join(project.path, '.sheaf/journal');
    appendFileSync(join(journal, readdirSync(journal)[0] ?? ''), 'not an event\n');
  });

  test('shows the GPU hours of the week with what they count', async () => {
    const { page, complaints } = opened.dashboard;
    const hours = page.getByRole('button', { name: '8 in 1 attempt; unknown for 1 more' });
    await hours.press('Enter');
    await page.getByText('times the hours that they ran').waitFor();
    await page.keyboard.press('Escape');
    expect(complaints).toEqual([]);
  });

  test('shows a damaged journal with what to do, and is accessible so', async () => {
    const { page, complaints } = opened.dashboard;
    await page.getByText('1 problem of the record or the disk').focus();
    await page.keyboard.press('Enter');
    await page.getByText(/^journal .*, bytes \d+ to \d+/).waitFor();
    for (const width of [1440, 320]) {
      await page.setViewportSize({ width, height: 900 });
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        expect(await findViolations(page)).toEqual([]);
      }
    }
    expect(opened.project.sheaf(['doctor'], 1)).toMatch(/journal .*, bytes \d+ to \d+/);
    expect(complaints).toEqual([]);
  });
});
