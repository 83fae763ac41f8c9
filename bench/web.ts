/**
 * `npm run bench:web [-- --quick]`: the dashboard of 100,000 experiments in a headless browser, with 40 ms emulated between
 * the two, beside its limits. The quick form takes a tenth.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBrowser, requireBrowser } from '../test/support/browser.ts';
import { serveDashboard } from '../test/support/dashboard-project.ts';
import { sheafArgv } from '../test/support/sheaf-argv.ts';
import { makeProject } from './house-commands.ts';
import { report, type Figure } from './measure.ts';
import { measureServer } from './web/server.ts';
import { measureTable } from './web/table.ts';

const experiments = process.argv.includes('--quick') ? 10_000 : 100_000;
const folder = mkdtempSync(join(tmpdir(), 'sheaf-bench-'));
const path = makeProject(join(folder, 'project'), experiments);
const env = { ...process.env, SHEAF_LOCAL_DIR: join(folder, 'local') };
mkdirSync(env.SHEAF_LOCAL_DIR, { recursive: true });
const [program, ...words] = sheafArgv();
const sheaf = (more: readonly string[]): string =>
  execFileSync(program, [...words, ...more], { cwd: path, env, encoding: 'utf8' });

// Reads the journal once: every later start finds the view.
sheaf(['list', '--limit', '1']);
const served = await serveDashboard({ path, env });
const browser = await openBrowser(requireBrowser());
const place = {
  browser,
  served,
  /** A link that has not been used. */
  newLink: () => (JSON.parse(sheaf(['serve', '--link', '--json'])) as { data: { link: string } }).data.link,
};
try {
  const figures: Figure[] = [...(await measureTable(place)), ...(await measureServer(place))];
  report(figures);
} finally {
  await browser.close();
  await served.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
