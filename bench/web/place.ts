import type { Browser, CDPSession, Page } from 'playwright-core';
import type { ServedDashboard } from '../../test/support/dashboard-project.ts';
import { median, type Figure } from '../measure.ts';

/** What the figures are measured in. */
export interface Place {
  readonly browser: Browser;
  readonly served: ServedDashboard;
  /** The project's folder. */
  readonly project: string;
  readonly experiments: number;
  readonly newLink: () => string;
  /** Forgets what this host keeps of curves. */
  readonly forgetCurves: () => void;
  /** Addresses that pages asked, without those of the dashboard itself. */
  readonly foreign: string[];
}

/** What a page needs of it. */
export type PagePlace = Pick<Place, 'browser' | 'served' | 'newLink' | 'foreign'>;

/** Between the browser and the server, there and back, in milliseconds. */
const ROUND_TRIP_MS = 40;

export const ROUNDS = 5;

/** What a page measures in itself is written as text: the types of these programs know no browser. */
export const NOW = 'performance.now()';
export const PAINTED = `new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now()))))`;

/** A page in a profile of its own, with its session begun, as far from the server as a laptop behind ssh. */
export async function openPage({
  browser,
  served,
  newLink,
  foreign,
}: PagePlace): Promise<{ readonly page: Page; readonly tools: CDPSession }> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  context.on('request', (request) => {
    if (!request.url().startsWith(served.url) && !request.url().startsWith('data:')) foreign.push(request.url());
  });
  const page = await context.newPage();
  await page.goto(newLink());
  await page.locator('main h1').waitFor();
  const tools = await context.newCDPSession(page);
  await tools.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: ROUND_TRIP_MS,
    downloadThroughput: -1,
    uploadThroughput: -1,
  });
  await tools.send('Network.setCacheDisabled', { cacheDisabled: true });
  return { page, tools };
}

/** Loads the page as if it was opened for the first time, with a session. @param path in the fragment */
export async function loadPage(page: Page, { served }: Place, path: string): Promise<void> {
  await page.goto('about:blank');
  await page.goto(`${served.url}#${path}`, { waitUntil: 'commit' });
}

/** Goes from one place of the page to another, as a link does. */
export async function follow(page: Page, path: string): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(`#${path}`)}`);
}

/** Milliseconds until something is on screen. @param act ends when it is there */
export async function measurePainted(page: Page, act: () => Promise<unknown>): Promise<number> {
  const began = await page.evaluate<number>(NOW);
  await act();
  return (await page.evaluate<number>(PAINTED)) - began;
}

/** Bytes that the script of the page holds, after its garbage was collected. */
export async function measureHeap(tools: CDPSession): Promise<number> {
  await tools.send('HeapProfiler.collectGarbage');
  const { usedSize } = await tools.send('Runtime.getHeapUsage');
  return usedSize;
}

export function limit(what: string, ms: number, most: number): Figure {
  return { what, measured: `${ms.toFixed(0)} ms`, goal: `≤ ${most} ms`, ok: ms <= most };
}

/** The median of some rounds. */
export function limitMedian(what: string, times: readonly number[], most: number): Figure {
  return limit(what, median(times), most);
}
