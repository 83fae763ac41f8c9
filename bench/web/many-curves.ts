import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { writeJournal } from '../journal.ts';
import type { Figure } from '../measure.ts';
import { folderOf, nameOf, writeSeries } from '../write-series.ts';
import { withOwnProject, type OwnProject } from './own-project.ts';
import { follow, limit, limitMedian, NOW, openPage, PAINTED, ROUNDS, type PagePlace } from './place.ts';

const SERIES = 200;
const POINTS = 10_000;

/** Many curves over each other on the page Compare, in a project of their own. */
export function measureManyCurves(browser: Browser): Promise<Figure[]> {
  return withOwnProject(browser, fill, measureCompare);
}

/** The page shows two more before, so that it has its script. */
async function fill({ path }: OwnProject): Promise<void> {
  writeJournal(join(path, '.sheaf', 'journal'), SERIES + 2, { hasSeries: true });
  for (let i = 0; i < SERIES + 2; i += 1) await writeSeries(folderOf(path, i), { i, count: POINTS, metrics: ['loss'] });
}

async function measureCompare(place: PagePlace): Promise<Figure[]> {
  const { page } = await openPage(place);
  const all = addressOf(Array.from({ length: SERIES }, (_, i) => nameOf(i)));
  const few = addressOf([nameOf(SERIES), nameOf(SERIES + 1)]);
  const load = async (path: string): Promise<void> => {
    await page.goto('about:blank');
    await page.goto(`${place.served.url}#${path}`, { waitUntil: 'commit' });
  };
  const [loaded, followed] = [makeTimes(), makeTimes()];
  // The first time fills what this host keeps of curves.
  for (let i = 0; i <= ROUNDS; i += 1) {
    const whole = await measureShapes(page, async () => {
      await load(all);
      return 0;
    });
    await load(few);
    await page.evaluate(UNTIL_DRAWN);
    const part = await measureShapes(page, async () => {
      const began = await page.evaluate<number>(NOW);
      await follow(page, all);
      return began;
    });
    if (i === 0) continue;
    for (const [times, { first, full }] of [[loaded, whole] as const, [followed, part] as const]) {
      times.firsts.push(first);
      times.fulls.push(full);
    }
  }
  const cursor = await measureCursor(page);
  await page.context().close();
  const series = `A6 ${SERIES} series × ${POINTS} points, warm`;
  return [
    limitMedian(`${series}: first shape`, followed.firsts, FIRST_MS),
    limitMedian(`${series}: full`, followed.fulls, FULL_MS),
    limitMedian(`${series}, with the page: first shape`, loaded.firsts, PAGE_MS + FIRST_MS),
    limitMedian(`${series}, with the page: full`, loaded.fulls, PAGE_MS + FULL_MS),
    limit('A6 a move of the cursor, 95 % of the frames', cursor, 33),
  ];
}

/** Limits of A6, and that of A1 for the page itself. */
const [FIRST_MS, FULL_MS, PAGE_MS] = [400, 900, 600];

interface Times {
  readonly firsts: number[];
  readonly fulls: number[];
}

function makeTimes(): Times {
  return { firsts: [], fulls: [] };
}

function addressOf(ids: readonly string[]): string {
  return `/compare?${new URLSearchParams({ sel: `?exp_id in (${ids.join(', ')})` }).toString()}`;
}

/** Until the chart has its first shape, and all that it draws. @param open gives the time at which it began */
async function measureShapes(
  page: Page,
  open: () => Promise<number>,
): Promise<{ readonly first: number; readonly full: number }> {
  const fine = page.waitForResponse((answer) => {
    const asked = answer.request().postData();
    return asked?.includes('"buckets":512') === true && asked.includes(nameOf(SERIES - 1));
  });
  const began = await open();
  const first = await page.evaluate<number>(UNTIL_DRAWN);
  await fine;
  const full = await page.evaluate<number>(PAINTED);
  return { first: first - began, full: full - began };
}

/** Scrolls to the chart as soon as it has a place; gives the time since the load began at which another one than before is painted. */
const UNTIL_DRAWN = `new Promise((resolve) => {
  const drawn = document.querySelector('[role=group][aria-label^="Chart of"] canvas');
  const look = () => {
    document.querySelector('section[aria-label="Curves"]')?.scrollIntoView();
    const canvas = document.querySelector('[role=group][aria-label^="Chart of"] canvas');
    if (canvas === null || canvas === drawn) requestAnimationFrame(look);
    else requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now())));
  };
  look();
})`;

/** From a move of the mouse to the next frame, in milliseconds: 95 % of them take at most this. */
async function measureCursor(page: Page): Promise<number> {
  const frames = await page.evaluate<number[]>(`(async () => {
    const over = document.querySelector('.u-over');
    const { left, top, width, height } = over.getBoundingClientRect();
    const frames = [];
    for (let i = 0; i < 60; i += 1) {
      await new Promise(requestAnimationFrame);
      const place = { bubbles: true, clientX: left + (width * i) / 60, clientY: top + (height * ((i * 7) % 60)) / 60 };
      const began = performance.now();
      over.dispatchEvent(new MouseEvent('mousemove', place));
      await new Promise(requestAnimationFrame);
      frames.push(performance.now() - began);
    }
    return frames;
  })()`);
  return frames.toSorted((a, b) => a - b)[Math.floor(frames.length * 0.95)] ?? Number.NaN;
}
