import type { Browser, Page } from 'playwright-core';
import type { ServedDashboard } from './dashboard-project.ts';

/** The parts of the page of an experiment, as its address has them. */
export const EXPERIMENT_TABS = [
  'overview',
  'config',
  'charts',
  'logs',
  'scripts',
  'code',
  'attempts',
  'checkpoints',
  'usage',
  'files',
  'events',
] as const;

/** A page that is logged in, and what went on in it. */
export interface DashboardPage {
  readonly page: Page;
  /** Errors of the page, and what its own rules for content refused. */
  readonly complaints: readonly string[];
  /** The addresses that it asked, without those of the dashboard itself. */
  readonly foreign: readonly string[];
  /** Shows a page, and awaits that it shows all of it. @param path in the fragment: `/x?q=lr%3D1` */
  readonly open: (path: string) => Promise<void>;
  /** Awaits that it shows all of the page. */
  readonly rest: () => Promise<void>;
  /** What it shows, as text, without times and spans, which go on. */
  readonly readText: () => Promise<string>;
}

export interface PageSettings {
  readonly width?: number;
  readonly colorScheme?: 'light' | 'dark';
}

/** Opens the dashboard by its one-time link, in a browser profile of its own. */
export async function openDashboard(
  browser: Browser,
  { link, url }: Pick<ServedDashboard, 'link' | 'url'>,
  { width = 1440, colorScheme = 'light' }: PageSettings = {},
): Promise<DashboardPage> {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, reducedMotion: 'reduce' });
  const page = await context.newPage();
  const complaints: string[] = [];
  const foreign: string[] = [];
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => {
    // A browser says so of each question that the server refuses, and the page shows why.
    if (message.type() === 'error' && !message.text().includes('status of 400')) complaints.push(message.text());
  });
  page.on('request', (request) => {
    if (![url, 'data:', 'blob:'].some((own) => request.url().startsWith(own))) foreign.push(request.url());
  });
  await page.goto(link);
  const dashboard: DashboardPage = {
    page,
    complaints,
    foreign,
    open: async (path) => {
      await page.goto(`${url}#${path}`);
      await awaitRest(page);
    },
    rest: () => awaitRest(page),
    readText: async () =>
      (await page.locator('main').innerText()).replaceAll(
        /just now|\d+ ?\w+ ago|\d+[smhd]\b( \d+[smhd]\b)?|\d\d:\d\d:\d\d/g,
        '<time>',
      ),
  };
  await awaitRest(page);
  return dashboard;
}

/** Until there is a heading, and nothing is being read any more. @throws Error with what is shown instead */
async function awaitRest(page: Page): Promise<void> {
  try {
    await page.locator('main h1').waitFor({ timeout: 10_000 });
    // Another fragment in the address reaches the page in a task of its own.
    await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))');
    await page.locator('main [data-reading], main [aria-busy="true"]').first().waitFor({ state: 'detached' });
  } catch (error) {
    throw new Error(`${page.url()} shows\n${await page.locator('body').innerText()}`, { cause: error });
  }
}
