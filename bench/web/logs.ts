import { join } from 'node:path';
import type { Figure } from '../measure.ts';
import { LAST_LINE, writeLog } from '../write-log.ts';
import { folderOf, nameOf } from '../write-series.ts';
import { follow, limitMedian, loadPage, measurePainted, openPage, ROUNDS, type Place } from './place.ts';

/** Numbers of experiments of the project. */
const [LARGE, SEARCHED] = [4, 5];

/** Logs that are too large to be read as a whole. */
export async function measureLogs(place: Place): Promise<Figure[]> {
  const bytes = place.experiments * 10_000;
  writeLog(join(folderOf(place.project, LARGE), 'attempts/train-1'), bytes);
  writeLog(join(folderOf(place.project, SEARCHED), 'attempts/train-1'), bytes / 2);
  const { page } = await openPage(place);
  const ends: number[] = [];
  const hits: number[] = [];
  for (let i = 0; i < ROUNDS; i += 1) {
    await loadPage(page, place, `/x/${nameOf(SEARCHED)}/logs`);
    const field = page.getByRole('searchbox', { name: 'Search the log' });
    await field.fill(LAST_LINE);
    hits.push(
      await measurePainted(page, async () => {
        await field.press('Enter');
        await page.getByRole('list', { name: 'Lines that were found' }).getByText(LAST_LINE).waitFor();
      }),
    );
    ends.push(
      await measurePainted(page, async () => {
        await follow(page, `/x/${nameOf(LARGE)}/logs`);
        await page.getByRole('region', { name: 'out.log of train-1' }).getByText(LAST_LINE).waitFor();
      }),
    );
  }
  await page.context().close();
  return [
    limitMedian(`A13 the end of a log of ${bytes / 1e6} MB`, ends, 300),
    limitMedian(`A13 the one hit of a search in ${bytes / 2e6} MB, at its end`, hits, 700),
  ];
}
