import type { Browser } from 'playwright-core';
import { recordSweep } from '../../test/support/recorded-sweep.ts';
import type { Figure } from '../measure.ts';
import { withOwnProject } from './own-project.ts';
import { follow, limitMedian, NOW, openPage, PAINTED, ROUNDS, type PagePlace } from './place.ts';

const [GROUPS, SEEDS] = [200, 5];

/** A7: the page of a sweep, until its groups are ranked and their bands are drawn, in a project of its own. */
export function measureSweep(browser: Browser): Promise<Figure[]> {
  return withOwnProject(
    browser,
    async (project) => {
      await recordSweep(project, 'large', GROUPS, { seeds: SEEDS });
      // The page shows this one before, so that it has its script.
      await recordSweep(project, 'small', 2);
    },
    measurePage,
  );
}

async function measurePage(place: PagePlace): Promise<Figure[]> {
  const { page } = await openPage(place);
  const times: number[] = [];
  // The first time fills what this host keeps of curves.
  for (let i = 0; i <= ROUNDS; i += 1) {
    await page.goto('about:blank');
    await page.goto(`${place.served.url}#/s/small`, { waitUntil: 'commit' });
    await page.evaluate(waitForSweep('small', 2));
    const began = await page.evaluate<number>(NOW);
    await follow(page, `/s/large?n=${GROUPS}`);
    await page.evaluate(waitForSweep('large', GROUPS));
    const shown = await page.evaluate<number>(PAINTED);
    if (i > 0) times.push(shown - began);
  }
  await page.context().close();
  return [limitMedian(`A7 a sweep of ${GROUPS * SEEDS} members in ${GROUPS} groups with bands, warm`, times, 1_200)];
}

/** Until the page of a sweep has its ranks and its bands, and reads nothing any more. */
function waitForSweep(name: string, groups: number): string {
  return `new Promise((resolve) => {
    const look = () => {
      const main = document.querySelector('main');
      const isHere = main?.querySelector('h1')?.textContent === 'Sweep ${name}'
        && main.querySelectorAll('a[data-status]').length >= ${groups}
        && main.querySelector('table[aria-label^="Groups"], [aria-label^="Groups, the best"]') !== null
        && main.querySelector('[role=group][aria-label^="Chart of"] canvas') !== null
        && main.querySelector('[data-reading], [aria-busy="true"]') === null;
      if (isHere) resolve(); else requestAnimationFrame(look);
    };
    look();
  })`;
}
