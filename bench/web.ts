/**
 * `npm run bench:web [-- --quick] [-- NAME…]`: the dashboard of 100,000 experiments in a headless browser, with 40 ms emulated
 * between the two, beside its limits. The quick form takes a tenth. Names choose what is measured: `table`, `groups`, `sweep`, `charts`,
 * `curves`, `logs`, `appended`, `events`, `server`. Real use on a cluster is in `npm run bench:web-slurm`.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openBrowser, requireBrowser } from '../test/support/browser.ts';
import { serveDashboard } from '../test/support/dashboard-project.ts';
import { sheafArgv } from '../test/support/sheaf-argv.ts';
import { makeProject } from './house-commands.ts';
import { report, type Figure } from './measure.ts';
import { measureAppended } from './web/appended.ts';
import { measureCharts } from './web/charts.ts';
import { measureEvents } from './web/events.ts';
import { measureGroups } from './web/groups.ts';
import { measureLogs } from './web/logs.ts';
import { measureManyCurves } from './web/many-curves.ts';
import type { Place } from './web/place.ts';
import { measureServer } from './web/server.ts';
import { measureSizes } from './web/sizes.ts';
import { measureSweep } from './web/sweep.ts';
import { measureTable } from './web/table.ts';

const PARTS: { readonly [name: string]: (place: Place) => Promise<Figure[]> } = {
  table: measureTable,
  groups: measureGroups,
  sweep: ({ browser }) => measureSweep(browser),
  charts: measureCharts,
  curves: ({ browser }) => measureManyCurves(browser),
  logs: measureLogs,
  appended: ({ browser }) => measureAppended(browser),
  events: measureEvents,
  server: measureServer,
};

/** Limits that tests hold: they count, and have no times. */
const HELD_BY_TESTS = `
A9   every page is the same after a reload and a step back: test/web/pages.test.ts
A14  accessibility of every page: test/web/pages.test.ts
A16  questions to the scheduler: npm run bench:web-slurm, test/server/live.test.ts
A17  looking changes nothing: test/web/pages.test.ts, test/server/looks-only.test.ts, npm run bench:web-slurm
A18  commands give what the page shows: test/web/pages.test.ts
`;

const { values, positionals } = parseArgs({ allowPositionals: true, options: { quick: { type: 'boolean' } } });
const experiments = values.quick === true ? 10_000 : 100_000;
/** Of each configuration. */
const SEEDS = 5;
const parts = Object.entries(PARTS).filter(([name]) => positionals.length === 0 || positionals.includes(name));
const folder = mkdtempSync(join(tmpdir(), 'sheaf-bench-'));
const project = makeProject(join(folder, 'project'), experiments, SEEDS);
const env = { ...process.env, SHEAF_LOCAL_DIR: join(folder, 'local') };
mkdirSync(env.SHEAF_LOCAL_DIR, { recursive: true });
const [program, ...words] = sheafArgv();
const sheaf = (more: readonly string[]): string =>
  execFileSync(program, [...words, ...more], { cwd: project, env, encoding: 'utf8' });

// Reads the journal once: every later start finds the view.
sheaf(['list', '--limit', '1']);
const served = await serveDashboard({ path: project, env });
const browser = await openBrowser(requireBrowser());
const place: Place = {
  browser,
  served,
  project,
  experiments,
  newLink: () => (JSON.parse(sheaf(['serve', '--link', '--json'])) as { data: { link: string } }).data.link,
  forgetCurves: () => {
    for (const each of readdirSync(env.SHEAF_LOCAL_DIR)) {
      rmSync(join(env.SHEAF_LOCAL_DIR, each, 'curves-2'), { recursive: true, force: true });
    }
  },
  foreign: [],
};
try {
  for (const [, measure] of parts) {
    report(await measure(place));
    process.stdout.write(`      load of the machine ${loadavg()[0]?.toFixed(1)}\n`);
  }
  report(measureSizes(place));
  process.stdout.write(HELD_BY_TESTS);
} finally {
  await browser.close();
  await served.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
