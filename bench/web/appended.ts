import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { openDashboard } from '../../test/support/dashboard-page.ts';
import { makeDashboardProject, serveDashboard } from '../../test/support/dashboard-project.ts';
import { median, type Figure } from '../measure.ts';

const ROUNDS = 5;
const LIMIT_MS = 3_000;

/** How soon a page shows what a run that goes on appends to its log, and to a file of metrics. */
export async function measureAppended(browser: Browser): Promise<Figure[]> {
  const project = makeDashboardProject();
  try {
    project.sheaf(['run', 'line', 'endless', '--end', 'never', '--detach']);
    const served = await serveDashboard(project);
    try {
      const { page, open } = await openDashboard(browser, served);
      const attempt = join(project.path, 'experiments/endless/attempts/train-1');
      await open('/x/endless/logs');
      await page.getByText('step 30 loss').waitFor();
      const logs: number[] = [];
      for (let i = 0; i < ROUNDS; i += 1) {
        const began = performance.now();
        appendFileSync(join(attempt, 'out.log'), `appended in round ${i}\n`);
        await page.getByText(`appended in round ${i}`).waitFor();
        logs.push(performance.now() - began);
      }
      await open('/x/endless/charts');
      await page.getByRole('button', { name: 'Show as table: acc', exact: true }).click();
      const table = page.getByRole('table', { name: 'Values of acc' });
      await table.getByText('30', { exact: true }).waitFor();
      const metrics: number[] = [];
      for (let i = 0; i < ROUNDS; i += 1) {
        const began = performance.now();
        appendFileSync(join(attempt, 'metrics.jsonl'), `${JSON.stringify({ step: 31 + i, acc: 0.5, loss: 0.5 })}\n`);
        await table.getByText(String(31 + i), { exact: true }).waitFor();
        metrics.push(performance.now() - began);
      }
      await page.context().close();
      return [judge('A12 from a line of a log to the page', logs), judge('A12 from a value of a metric', metrics)];
    } finally {
      await served.stop();
    }
  } finally {
    project.remove();
  }
}

function judge(what: string, times: readonly number[]): Figure {
  const longest = Math.max(...times);
  return {
    what,
    measured: `${median(times).toFixed(0)} ms, at most ${longest.toFixed(0)} ms`,
    goal: `≤ ${LIMIT_MS} ms`,
    ok: longest <= LIMIT_MS,
  };
}
