import type { Locator, Page } from 'playwright-core';
import type { Figure } from '../measure.ts';
import { folderOf, nameOf, writeSeries } from '../write-series.ts';
import { follow, limitMedian, loadPage, measurePainted, NOW, openPage, ROUNDS, type Place } from './place.ts';

/** Numbers of experiments of the project. */
const [SHORT, LONG, MANY] = [1, 2, 3];
const METRICS = Array.from({ length: 1_000 }, (_, i) => `part${i % 20}/metric_${i}`);
const MOST_CHARTS = 12;

/** The charts of an experiment: one long series, and a thousand of them. */
export async function measureCharts(place: Place): Promise<Figure[]> {
  const points = place.experiments * 10;
  await writeSeries(folderOf(place.project, SHORT), { i: SHORT, count: 100, metrics: ['short'] });
  await writeSeries(folderOf(place.project, LONG), { i: LONG, count: points, metrics: ['long'] });
  await writeSeries(folderOf(place.project, MANY), { i: MANY, count: 100, metrics: METRICS });
  const { page } = await openPage(place);
  const cold: number[] = [];
  const warm: number[] = [];
  const zoom: number[] = [];
  for (let i = 0; i < ROUNDS; i += 1) {
    place.forgetCurves();
    for (const times of [cold, warm]) times.push(await openLong(page, place));
    const from = Math.floor(points * (0.2 + i / 10));
    zoom.push(
      await measurePainted(page, async () => {
        const answered = page.waitForResponse((response) => response.url().endsWith('/api/curves'));
        await follow(page, `/x/${nameOf(LONG)}/charts?from=${from}&to=${from + points / 100}`);
        await answered;
      }),
    );
  }
  const interactive: number[] = [];
  for (let i = 0; i < ROUNDS; i += 1) {
    await loadPage(page, place, `/x/${nameOf(MANY)}/charts`);
    await page.getByRole('searchbox', { name: 'Search metrics' }).waitFor();
    await findCanvas(page, 'part').waitFor();
    interactive.push(await page.evaluate<number>(NOW));
  }
  const mounted = await countMounted(page);
  await page.context().close();
  const series = `A5 a series of ${points} points`;
  return [
    limitMedian(`${series}, cold`, cold, 500),
    limitMedian(`${series}, warm`, warm, 150),
    limitMedian(`${series}, zoom to a hundredth`, zoom, 250),
    limitMedian('A8 1,000 metrics, until the first chart', interactive, 1_000),
    {
      what: 'A8 charts that are there, at most, while it is scrolled',
      measured: String(mounted),
      goal: `≤ ${MOST_CHARTS}`,
      ok: mounted > 0 && mounted <= MOST_CHARTS,
    },
  ];
}

/** With the page's script there: from the charts of another experiment. */
async function openLong(page: Page, place: Place): Promise<number> {
  await loadPage(page, place, `/x/${nameOf(SHORT)}/charts`);
  await findCanvas(page, 'short').waitFor();
  return measurePainted(page, async () => {
    await follow(page, `/x/${nameOf(LONG)}/charts`);
    await page.evaluate(UNTIL_LONG);
  });
}

/** Looks in each frame: Playwright's own way looks after 170, 270 and then 770 ms, and gives such times for what was there before. */
const UNTIL_LONG = `new Promise((resolve) => {
  const look = () => {
    const canvas = document.querySelector('[role=group][aria-label^="Chart of long"] canvas');
    if (canvas !== null && canvas.getBoundingClientRect().width > 0) resolve(); else requestAnimationFrame(look);
  };
  look();
})`;

function findCanvas(page: Page, name: string): Locator {
  return page
    .getByRole('group', { name: new RegExp(`^Chart of ${name}`) })
    .locator('canvas')
    .first();
}

async function countMounted(page: Page): Promise<number> {
  const charts = page.getByRole('group', { name: /^Chart of/ });
  let most = await charts.count();
  await page.mouse.move(720, 600);
  for (let i = 0; i < 20; i += 1) {
    await page.mouse.wheel(0, 700);
    await page.evaluate('new Promise(requestAnimationFrame)');
    most = Math.max(most, await charts.count());
  }
  return most;
}
