import type { Page } from 'playwright-core';
import type { Figure } from '../measure.ts';
import {
  limit,
  limitMedian,
  loadPage,
  measureHeap,
  measurePainted,
  NOW,
  openPage,
  ROUNDS,
  type Place,
} from './place.ts';

const MB = 1_000_000;

const PAINT = `performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN`;

/**
 * Scrolls a table by steps, one each frame. Gives the time of each frame, and how often a row that had no cells for longer
 * than that was on screen, in milliseconds together.
 */
const SCROLL = `(async () => {
  const grid = document.querySelector('[role=grid]');
  const frames = [];
  let [last, blankSince, blank] = [performance.now(), undefined, 0];
  for (let i = 0; i < 240; i += 1) {
    grid.scrollTop += 140;
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    frames.push(now - last);
    last = now;
    const rows = [...grid.querySelectorAll('[role=row]')].slice(1);
    const box = grid.getBoundingClientRect();
    const seen = rows.filter((row) => { const { top, bottom } = row.getBoundingClientRect(); return bottom > box.top + 32 && top < box.bottom; });
    const isBlank = seen.length === 0 || seen.some((row) => row.innerText.trim() === '');
    blankSince = isBlank ? (blankSince ?? now) : undefined;
    if (blankSince !== undefined) blank = Math.max(blank, now - blankSince);
  }
  return { frames, blank };
})()`;

/** The page of all experiments: how soon it is there, how it scrolls, and how soon it answers. */
export async function measureTable(place: Place): Promise<Figure[]> {
  const { page, tools } = await openPage(place);
  const paints: number[] = [];
  const firsts: number[] = [];
  for (let i = 0; i < ROUNDS; i += 1) {
    await loadPage(page, place, '/x');
    await filledRow(page).waitFor();
    firsts.push(await page.evaluate<number>(NOW));
    paints.push(await page.evaluate<number>(PAINT));
  }
  const { frames, blank } = await page.evaluate<{ frames: number[]; blank: number }>(SCROLL);
  const slow = frames.toSorted((a, b) => a - b)[Math.floor(frames.length * 0.95)] ?? Number.NaN;
  const keys: number[] = [];
  const enters: number[] = [];
  for (let i = 0; i < ROUNDS; i += 1) {
    const box = page.getByRole('combobox', { name: /filter|query/i }).first();
    await box.fill('');
    const query = `learning_rate > ${i / 1e6}`;
    await box.pressSequentially(query.slice(0, -1));
    keys.push(await measurePainted(page, () => box.press(query.slice(-1))));
    const began = await page.evaluate<number>(NOW);
    const answered = page.waitForResponse((response) => response.url().endsWith('/api/page'));
    await box.press('Enter');
    await answered;
    await filledRow(page).waitFor();
    enters.push((await page.evaluate<number>(NOW)) - began);
  }
  const heap = await measureHeap(tools);
  await page.context().close();
  return [
    limitMedian('A1 first contentful paint', paints, 600),
    limitMedian('A1 first rows', firsts, 900),
    limit('A2 240 steps of scrolling, 95 % of the frames', slow, 34),
    limit('A2 the longest time with a row that is blank', blank, 150),
    limitMedian('A3 a key in the filter, until it is painted', keys, 50),
    limitMedian('A3 Enter in the filter, until there are rows', enters, 500),
    { what: 'A11 heap of the table', measured: `${(heap / MB).toFixed(1)} MB`, goal: '≤ 60 MB', ok: heap <= 60 * MB },
  ];
}

function filledRow(page: Page): ReturnType<Page['locator']> {
  return page.locator('[role=row] a').first();
}
