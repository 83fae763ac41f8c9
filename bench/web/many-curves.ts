import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { serveDashboard } from '../../test/support/dashboard-project.ts';
import { sheafArgv } from '../../test/support/sheaf-argv.ts';
import { makeProject } from '../house-commands.ts';
import { writeJournal } from '../journal.ts';
import type { Figure } from '../measure.ts';
import { folderOf, nameOf, writeSeries } from '../write-series.ts';
import { limit, limitMedian, openPage, PAINTED, ROUNDS, type PagePlace } from './place.ts';

const SERIES = 200;
const POINTS = 10_000;

/** Many curves over each other on the page Compare, in a project of their own. */
export async function measureManyCurves(browser: Browser): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sheaf-bench-'));
  const path = makeProject(join(folder, 'project'), 0);
  writeJournal(join(path, '.sheaf', 'journal'), SERIES, { hasSeries: true });
  for (let i = 0; i < SERIES; i += 1) await writeSeries(folderOf(path, i), { i, count: POINTS, metrics: ['loss'] });
  const env = { ...process.env, SHEAF_LOCAL_DIR: join(folder, 'local') };
  mkdirSync(env.SHEAF_LOCAL_DIR, { recursive: true });
  const [program, ...words] = sheafArgv();
  const link = [...words, 'serve', '--link', '--json'];
  const served = await serveDashboard({ path, env });
  const newLink = (): string =>
    (JSON.parse(execFileSync(program, link, { cwd: path, env, encoding: 'utf8' })) as { data: { link: string } }).data
      .link;
  try {
    return await measureCompare({ browser, served, newLink, foreign: [] });
  } finally {
    await served.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

async function measureCompare(place: PagePlace): Promise<Figure[]> {
  const { page } = await openPage(place);
  const ids = Array.from({ length: SERIES }, (_, i) => nameOf(i));
  const settings = new URLSearchParams({ sel: `?exp_id in (${ids.join(', ')})` });
  const url = `${place.served.url}#/compare?${settings.toString()}`;
  const firsts: number[] = [];
  const fulls: number[] = [];
  // The first time fills what this host keeps of curves.
  for (let i = 0; i <= ROUNDS; i += 1) {
    await page.goto('about:blank');
    const fine = page.waitForResponse((answer) => answer.request().postData()?.includes('"buckets":512') === true);
    await page.goto(url, { waitUntil: 'commit' });
    const first = await page.evaluate<number>(UNTIL_DRAWN);
    await fine;
    const full = await page.evaluate<number>(PAINTED);
    if (i > 0) {
      firsts.push(first);
      fulls.push(full);
    }
  }
  const cursor = await measureCursor(page);
  await page.context().close();
  return [
    limitMedian(`A6 ${SERIES} series × ${POINTS} points, warm: first shape`, firsts, 400),
    limitMedian('A6 the same: full', fulls, 900),
    limit('A6 a move of the cursor, 95 % of the frames', cursor, 33),
  ];
}

/** Scrolls to the chart as soon as it has a place; gives the time since the load began at which it is painted. */
const UNTIL_DRAWN = `new Promise((resolve) => {
  const look = () => {
    document.querySelector('section[aria-label="Curves"]')?.scrollIntoView();
    if (document.querySelector('[role=group][aria-label^="Chart of"] canvas') === null) requestAnimationFrame(look);
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
