import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Figure } from '../measure.ts';
import { openPage, type Place } from './place.ts';

const MB = 1_000_000;
/** As `getconf CLK_TCK` says on Linux. */
const TICKS_A_SECOND = 100;
const IDLE_S = 30;

/** Memory of the server with its processes while a page is open, and the processor's time when nothing happens. */
export async function measureServer(place: Place): Promise<Figure[]> {
  const { page } = await openPage(place);
  await page.goto(`${place.served.url}#/x`);
  await page.locator('[role=row] a').first().waitFor();
  await delay(5_000);
  const pids = withChildren(place.served.pid);
  const before = sumTicks(pids);
  await delay(IDLE_S * 1_000);
  const share = (sumTicks(pids) - before) / TICKS_A_SECOND / IDLE_S;
  const rss = pids.reduce((sum, pid) => sum + readRss(pid), 0);
  await page.context().close();
  return [
    {
      what: 'A11 resident memory of the server',
      measured: `${(rss / MB).toFixed(0)} MB`,
      goal: '≤ 350 MB',
      ok: rss <= 350 * MB,
    },
    {
      what: 'A11 processor while nothing happens',
      measured: `${(share * 100).toFixed(2)} %`,
      goal: '≤ 1 %',
      ok: share <= 0.01,
    },
  ];
}

function withChildren(pid: number): number[] {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && readStat(Number(name))[1] === String(pid))
    .map(Number);
  return [pid, ...children.flatMap(withChildren)];
}

function sumTicks(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + Number(readStat(pid)[11] ?? 0) + Number(readStat(pid)[12] ?? 0), 0);
}

/** What follows the name of the program: its state, its parent and so on (`man proc_pid_stat`). */
function readStat(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
  } catch {
    return [];
  }
}

/** In bytes. */
function readRss(pid: number): number {
  const kib = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kib ?? 0) * 1024;
}
