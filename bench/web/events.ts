import { setTimeout as delay } from 'node:timers/promises';
import { recordLives } from '../journal.ts';
import type { Figure } from '../measure.ts';
import { measureHeap, openPage, type Place } from './place.ts';

const [SECONDS, LIVES_PER_SECOND, EVENTS_OF_LIFE] = [60, 6, 10];
/** The last message, and what the page then asks. */
const SETTLE_MS = 5_000;

/** Browsers report tasks above 50 milliseconds. */
const WATCH_TASKS = `(() => {
  globalThis.tasks = [];
  new PerformanceObserver((list) => globalThis.tasks.push(...list.getEntries().map(({ duration }) => duration)))
    .observe({ entryTypes: ['longtask'] });
})()`;

/** What happens in a page while much is recorded. */
export async function measureEvents(place: Place): Promise<Figure[]> {
  const { page, tools } = await openPage(place);
  await page.goto(`${place.served.url}#/x`);
  await page.locator('[role=row] a').first().waitFor();
  await delay(SETTLE_MS);
  const before = await measureHeap(tools);
  await page.evaluate(WATCH_TASKS);
  await recordLives(place.project, { from: place.experiments, seconds: SECONDS, perSecond: LIVES_PER_SECOND });
  await delay(SETTLE_MS);
  const tasks = await page.evaluate<number[]>('globalThis.tasks');
  const growth = (await measureHeap(tools)) / before - 1;
  await page.context().close();
  const events = SECONDS * LIVES_PER_SECOND * EVENTS_OF_LIFE;
  return [
    {
      what: `A10 growth of the heap while ${events} events are recorded in ${SECONDS} s`,
      measured: `${(growth * 100).toFixed(1)} % of ${(before / 1e6).toFixed(1)} MB`,
      goal: '≤ 10 %',
      ok: growth <= 0.1,
    },
    {
      what: 'A10 the longest task of the page',
      measured: tasks.length === 0 ? '≤ 50 ms' : `${Math.max(...tasks).toFixed(0)} ms (${tasks.length} above 50 ms)`,
      goal: '≤ 50 ms',
      ok: tasks.length === 0,
    },
  ];
}
