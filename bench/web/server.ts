import { setTimeout as delay } from 'node:timers/promises';
import type { Figure } from '../measure.ts';
import { listFamily, readResidentMib, readTogetherMib, sumCpuSeconds } from '../process-use.ts';
import { openPage, type Place } from './place.ts';

/** Bytes of one MiB, in MB. */
const MB_OF_MIB = 2 ** 20 / 1e6;
const IDLE_S = 30;

/** Memory of the server with its processes while a page is open, and the processor's time when nothing happens. */
export async function measureServer(place: Place): Promise<Figure[]> {
  const { page } = await openPage(place);
  await page.goto(`${place.served.url}#/x`);
  await page.locator('[role=row] a').first().waitFor();
  await delay(5_000);
  const pids = listFamily(place.served.pid);
  const before = sumCpuSeconds(pids);
  await delay(IDLE_S * 1_000);
  const share = (sumCpuSeconds(pids) - before) / IDLE_S;
  const mb = readTogetherMib(pids) * MB_OF_MIB;
  const sum = pids.reduce((total, pid) => total + readResidentMib(pid), 0) * MB_OF_MIB;
  await page.context().close();
  return [
    {
      what: 'A11 resident memory of the server',
      measured: `${mb.toFixed(0)} MB (${sum.toFixed(0)} if the program counts ${pids.length} times)`,
      goal: '≤ 350 MB',
      ok: mb <= 350,
    },
    {
      what: 'A11 processor while nothing happens',
      measured: `${(share * 100).toFixed(2)} %`,
      goal: '≤ 1 %',
      ok: share <= 0.01,
    },
  ];
}
