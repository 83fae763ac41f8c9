import type { Page } from 'playwright-core';
import { median, type Figure } from '../measure.ts';
import { measureHeap, openPage, type Place } from './place.ts';

const ROUNDS = 5;
const MB = 1_000_000;

/** What a page measures in itself is written as text: the types of these programs know no browser. */
const PAINT = `performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN`;
const NOW = 'performance.now()';

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
  const url = `${place.served.url}#/x`;
  const paints: number[] = [];
  const firsts: number[] = [];
  for (let i = 0; i < ROUNDS; i += 1) {
    await page.goto('about:blank');
    await page.goto(url, { waitUntil: 'commit' });
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
    limit('A1 first contentful paint', median(paints), 600),
    limit('A1 first rows', median(firsts), 900),
    limit('A2 240 steps of scrolling, 95 % of the frames', slow, 34),
    limit('A2 the longest time with a row that is blank', blank, 150),
    limit('A3 a key in the filter, until it is painted', median(keys), 50),
    limit('A3 Enter in the filter, until there are rows', median(enters), 500),
    { what: 'A11 heap of the table', measured: `${(heap / MB).toFixed(1)} MB`, goal: '≤ 60 MB', ok: heap <= 60 * MB },
  ];
}

function filledRow(page: Page): ReturnType<Page['locator']> {
  return page.locator('[role=row] a').first();
}

/** Until the frame after the one in which something happened. */
async function measurePainted(page: Page, act: () => Promise<void>): Promise<number> {
  const began = await page.evaluate<number>(NOW);
  await act();
  const ended = await page.evaluate<number>(
    `new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now()))))`,
  );
  return ended - began;
}

export function limit(what: string, ms: number, most: number): Figure {
  return { what, measured: `${ms.toFixed(0)} ms`, goal: `≤ ${most} ms`, ok: ms <= most };
}
