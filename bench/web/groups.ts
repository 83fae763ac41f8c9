import type { Locator, Page } from 'playwright-core';
import type { Figure } from '../measure.ts';
import { follow, limit, limitMedian, loadPage, measurePainted, openPage, type Place } from './place.ts';

/** Each once: what the page has, it does not ask again. */
const ORDERS = ['-accuracy', 'accuracy', '-loss', 'loss', '-learning_rate'];

/** A4: the list of all experiments is sorted, grouped by all but the seed, and the first group is opened. */
export async function measureGroups(place: Place): Promise<Figure[]> {
  const { page } = await openPage(place);
  await loadPage(page, place, '/x');
  await page.locator('[role=row] a').first().waitFor();
  const sorts: number[] = [];
  for (const order of ORDERS) {
    sorts.push(
      await measureAnswer(page, { call: 'page', path: `/x?s=${order}`, shown: page.locator('[role=row] a').first() }),
    );
  }
  const grouped = { call: 'groups', path: '/x?g=*', shown: findToggle(page) };
  const first = await measureAnswer(page, grouped);
  const again: number[] = [];
  const opened: number[] = [];
  for (const order of ORDERS) {
    again.push(await measureAnswer(page, { ...grouped, path: `/x?g=*&s=${order}` }));
    opened.push(
      await measurePainted(page, async () => {
        await findToggle(page).click();
        await page.locator('[role=row] a').first().waitFor();
      }),
    );
  }
  await page.context().close();
  return [
    limitMedian('A4 sort by a metric', sorts, 500),
    limit('A4 group by all but the seed, first', first, 2_000),
    limitMedian('A4 groups in another order, then', again, 300),
    limitMedian('A4 expand a group', opened, 250),
  ];
}

function findToggle(page: Page): Locator {
  return page.getByRole('button', { name: /^Runs of / }).first();
}

/** Milliseconds from the change of the address until the answer of a call is painted. */
function measureAnswer(
  page: Page,
  { call, path, shown }: { readonly call: string; readonly path: string; readonly shown: Locator },
): Promise<number> {
  return measurePainted(page, async () => {
    const answered = page.waitForResponse((response) => response.url().endsWith(`/api/${call}`));
    await follow(page, path);
    await answered;
    await shown.waitFor();
  });
}
