import type { Browser, CDPSession, Page } from 'playwright-core';
import type { ServedDashboard } from '../../test/support/dashboard-project.ts';

/** What the figures are measured in. */
export interface Place {
  readonly browser: Browser;
  readonly served: ServedDashboard;
  readonly newLink: () => string;
}

/** Between the browser and the server, there and back, in milliseconds. */
const ROUND_TRIP_MS = 40;

/** A page in a profile of its own, with its session begun, as far from the server as a laptop behind ssh. */
export async function openPage({
  browser,
  newLink,
}: Place): Promise<{ readonly page: Page; readonly tools: CDPSession }> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
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

/** Bytes that the script of the page holds, after its garbage was collected. */
export async function measureHeap(tools: CDPSession): Promise<number> {
  await tools.send('HeapProfiler.collectGarbage');
  const { usedSize } = await tools.send('Runtime.getHeapUsage');
  return usedSize;
}
