/**
 * `npm run screenshots [-- --only PATTERN] [--docs]`: takes pictures of every page of the dashboard and of its states, of real
 * runs, 1,440 and 320 pixels wide, light and dark, into `tmp/screenshots`. With `--docs`, those that the documentation
 * shows go to `docs/images/dashboard`, too. A pattern is a regular expression for `NAME-WIDTH-THEME`.
 * With `--dir`, the projects are made there and stay, with what runs in them, so that the next pictures are there soon.
 */
import { copyFileSync, mkdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser } from 'playwright-core';
import { openBrowser, requireBrowser } from '../test/support/browser.ts';
import { openDashboard, type DashboardPage, type PageSettings } from '../test/support/dashboard-page.ts';
import { serveDashboard, type DashboardProject, type ServedDashboard } from '../test/support/dashboard-project.ts';
import { fail, root, say } from './demonstration.ts';
import { ACTING, makeProject, PROJECTS, type ProjectName } from './screenshots/projects.ts';
import { SHOTS, type Shot } from './screenshots/shots.ts';

const NAME = 'screenshots';
const folder = join(root, 'tmp/screenshots');
const docs = join(root, 'docs/images/dashboard');
const MOST_BYTES = 300_000;
const USUAL_HEIGHT = 900;
/** Some parts are a share of the window's height. */
const MOST_HEIGHT = 1_600;

const LOOKS: readonly Required<PageSettings>[] = [1440, 320].flatMap((width) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ width, colorScheme })),
);

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    docs: { type: 'boolean', default: false },
    dir: { type: 'string' },
  },
});
const pattern = new RegExp(values.only);

function nameOf({ name }: Shot, { width, colorScheme }: Required<PageSettings>): string {
  return `${name}-${width}-${colorScheme}`;
}

const taken = LOOKS.map((look) => ({
  look,
  shots: SHOTS.filter(
    (shot) =>
      (shot.width ?? look.width) === look.width && pattern.test(nameOf(shot, look)) && (!values.docs || shot.docs),
  ),
}));

/** Opens the page in its state, and writes what it shows. */
async function take(dashboard: DashboardPage, shot: Shot, look: Required<PageSettings>): Promise<void> {
  const { page } = dashboard;
  const file = join(folder, `${nameOf(shot, look)}.png`);
  if (shot.before === undefined) {
    await dashboard.open(shot.path);
    await fitHeight(dashboard, look);
  } else {
    await shot.before(dashboard);
    await page.goto(`${page.url().split('#')[0]}#${shot.path}`);
    await page.reload();
    await page.locator('[data-reading], [aria-busy="true"]').first().waitFor();
  }
  await shot.prepare?.(dashboard);
  await page.evaluate('new Promise((resolve) => setTimeout(resolve, 300))');
  await page.screenshot({ path: file, fullPage: true });
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await page.setViewportSize({ width: look.width, height: USUAL_HEIGHT });
  // What is open in a page, or held back, ends with it.
  if (shot.before !== undefined || shot.prepare !== undefined) await page.reload();
  if (shot.docs !== undefined && values.docs && look.width === 1440 && look.colorScheme === 'light') {
    if (statSync(file).size > MOST_BYTES) fail(NAME, `${file} is larger than ${MOST_BYTES} bytes`);
    copyFileSync(file, join(docs, `${shot.docs}.png`));
  }
}

/** Makes the window as high as the page: some of it exists only while it is on screen. */
async function fitHeight({ page, rest }: DashboardPage, { width }: Required<PageSettings>): Promise<void> {
  const height = await page.evaluate<number>('document.documentElement.scrollHeight');
  await page.setViewportSize({ width, height: Math.min(Math.max(height, USUAL_HEIGHT), MOST_HEIGHT) });
  await rest();
}

/** Takes the pictures of one project. */
async function takeAll(browser: Browser, name: ProjectName): Promise<void> {
  const ofProject = taken.map(({ look, shots }) => ({
    look,
    shots: shots.filter((shot) => (shot.project ?? 'moons') === name),
  }));
  if (ofProject.every(({ shots }) => shots.length === 0)) return;
  const project = await makeProject(name, values.dir === undefined ? undefined : resolve(values.dir));
  try {
    const served = await serveDashboard(project, ACTING.has(name) ? ['--actions'] : []);
    try {
      for (const { look, shots } of ofProject) await takeLook(browser, project, served, look, shots);
    } finally {
      await served.stop();
    }
  } finally {
    project.release();
    if (values.dir === undefined) project.remove();
  }
}

async function takeLook(
  browser: Browser,
  project: DashboardProject,
  served: ServedDashboard,
  look: Required<PageSettings>,
  shots: readonly Shot[],
): Promise<void> {
  if (shots.length === 0) return;
  const { data } = JSON.parse(project.sheaf(['serve', '--link', '--json'])) as { data: { link: string } };
  const dashboard = await openDashboard(browser, { ...served, ...data }, look);
  for (const shot of shots) {
    // A page that cannot be shown is no reason to go without all others.
    await take(dashboard, shot, look).then(
      () => say(nameOf(shot, look)),
      (error: unknown) => {
        process.exitCode = 1;
        say(`${nameOf(shot, look)}: ${error instanceof Error ? error.message : String(error)}`);
      },
    );
  }
  await dashboard.page.context().close();
}

mkdirSync(folder, { recursive: true });
mkdirSync(docs, { recursive: true });
const browser = await openBrowser(requireBrowser());
try {
  for (const name of PROJECTS) {
    await takeAll(browser, name).catch((error: unknown) => {
      process.exitCode = 1;
      say(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    });
  }
} finally {
  await browser.close();
}
