import type { Page } from 'playwright-core';

/** What a page showed from a time on, in milliseconds since 1970. */
export interface Seen {
  readonly atMs: number;
  /** Experiments by status, as the counts beside the table have them. */
  readonly counts: { readonly [status: string]: number };
  /** Statuses of the rows on screen, by the name of the experiment. */
  readonly rows: { readonly [id: string]: string };
  /** The line below the name of the one experiment that is shown. */
  readonly head: string;
}

/**
 * What a page measures in itself is written as text: the types of these programs know no browser. It reads what is on
 * screen ten times a second, and keeps what differs from the time before.
 */
const WATCH = `(() => {
  globalThis.seen = [];
  const words = ['created', 'queued', 'running', 'completed', 'failed', 'cancelled', 'stopped'];
  const findStatus = (text) => words.find((word) => text.includes(word)) ?? '';
  const read = () => {
    const counts = {};
    const facet = [...document.querySelectorAll('section')].find((one) => one.querySelector('h2')?.textContent === 'status');
    for (const { firstElementChild } of facet?.querySelectorAll('li') ?? []) {
      const [name, count] = firstElementChild.children;
      counts[findStatus(name.textContent)] = Number(count.textContent.replaceAll(/\\D/g, ''));
    }
    const rows = {};
    for (const row of document.querySelectorAll('[role=row]')) {
      const id = row.querySelector('[role=rowheader]')?.textContent.trim();
      if (id) rows[id] = findStatus(row.textContent);
    }
    const head = document.querySelector('main header h1')?.closest('header')?.children[1]?.textContent ?? '';
    return JSON.stringify({ counts, rows, head: findStatus(head) });
  };
  let last = '';
  setInterval(() => {
    const now = read();
    if (now === last) return;
    last = now;
    globalThis.seen.push({ atMs: Date.now(), ...JSON.parse(now) });
  }, 100);
})()`;

/** Begins to keep what a page shows. */
export async function watchPage(page: Page): Promise<void> {
  await page.evaluate(WATCH);
}

export function readSeen(page: Page): Promise<Seen[]> {
  return page.evaluate<Seen[]>('globalThis.seen');
}
