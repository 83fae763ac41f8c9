/**
 * `npm run bench:web-slurm [-- --quick]`: real use of the dashboard on a Slurm cluster of its own (root is needed). A sweep of
 * 1,000 members, 40 at once, runs while ten tabs are open for ten minutes, two of them in sight: how soon pages show each change of state after it
 * was recorded, and how often the scheduler is asked. The quick form has 100 members and two minutes.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startCluster, stopCluster } from '../scripts/slurm/index.ts';
import { openBrowser, requireBrowser } from '../test/support/browser.ts';
import { openDashboard } from '../test/support/dashboard-page.ts';
import { serveDashboard } from '../test/support/dashboard-project.ts';
import { sheafArgv } from '../test/support/sheaf-argv.ts';
import { countPrograms } from './counted-programs.ts';
import { report, timeOnce } from './measure.ts';
import { listFamily, sumCpuSeconds } from './process-use.ts';
import { readRecordedChanges } from './web/recorded-changes.ts';
import { judgeDelays, judgeQuestions } from './web/slurm-figures.ts';
import { readSeen, watchPage } from './web/watched-page.ts';

const [members, seconds] = process.argv.includes('--quick') ? [100, 120] : [1_000, 600];
const [AT_ONCE, TABS] = [40, 10];
/** Jobs run on other machines than server and browser: here they may hardly take the processors from these. */
const [JOBS_PRIORITY, PAGES_PRIORITY] = [19, -10];

/** Each writes 20 values in 15 to 25 seconds; each fiftieth fails. */
const TRAIN = `
import json, os, sys, time
seed = int(sys.argv[1])
with open(os.environ['SHEAF_OUT'] + '/metrics.jsonl', 'w', buffering=1) as file:
    for step in range(20):
        print(json.dumps({'step': step, 'loss': 1 / (step + 1 + seed % 7)}), file=file)
        time.sleep(0.75 + seed * 7 % 11 / 20)
sys.exit(3 if seed % 50 == 49 else 0)
`;

const TEMPLATE = `
seed: 0
partition: cpu
cpus_per_task: 1
mem: 50M
time_limit: 10
code: live
command: python3 train.py {{ seed }}
harvest:
  loss: { jsonl: metrics.jsonl, mode: min }
schema:
  seed: { type: int, role: seed }
`;

/** A headless browser has no tabs behind others: all are windows of their own. */
const BEHIND = `Object.defineProperty(document, 'visibilityState', { get: () => 'hidden' })`;

const folder = mkdtempSync(join(tmpdir(), 'sheaf-bench-'));
const dir = `/tmp/sheaf-slurm-b${process.pid}`;
setPriority(JOBS_PRIORITY);
const cluster = await startCluster({ dir, bound: true });
setPriority(PAGES_PRIORITY);
try {
  const path = join(folder, 'project');
  mkdirSync(join(path, 'templates'), { recursive: true });
  writeFileSync(join(path, 'sheaf.yaml'), 'scheduler: slurm\n');
  writeFileSync(join(path, 'templates/tiny.yaml'), TEMPLATE);
  writeFileSync(join(path, 'train.py'), TRAIN);
  const env = { ...process.env, SLURM_CONF: cluster.conf, SHEAF_LOCAL_DIR: join(folder, 'local') };
  mkdirSync(env.SHEAF_LOCAL_DIR, { mode: 0o700 });
  const seeds = Array.from({ length: members }, (_, i) => i).join(',');
  const words = ['sweep', 'tiny', 'many', '--grid', `seed=${seeds}`, '--id', 'm{seed}', '--max-parallel', `${AT_ONCE}`];
  timeOnce([...sheafArgv(), ...words, '--yes'], { cwd: path, env });

  const counted = countPrograms(join(folder, 'counting'));
  const served = await serveDashboard({ path, env: { ...env, PATH: counted.path } });
  const browser = await openBrowser(requireBrowser());
  const { page: table, open, complaints } = await openDashboard(browser, served);
  await open(`/x?q=${encodeURIComponent('sweep = many')}&s=exp_id`);
  const pages = [table];
  for (const hash of [`/x/m${members / 5}/overview`, ...Array.from({ length: TABS - 2 }, () => '/')]) {
    const page = await table.context().newPage();
    if (pages.length > 1) await page.addInitScript(BEHIND);
    await page.goto(`${served.url}#${hash}`);
    await page.locator('main h1').waitFor();
    pages.push(page);
  }
  const [, one = table] = pages;
  for (const page of [table, one]) await watchPage(page);

  const [program, ...given] = sheafArgv();
  const submitting = spawn(program, [...given, 'submit', '--sweep', 'many', '--yes'], {
    cwd: path,
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const pids = listFamily(served.pid);
  const before = sumCpuSeconds(pids);
  const loads: number[] = [];
  const beganMs = Date.now();
  while (Date.now() - beganMs < seconds * 1_000) {
    await delay(10_000);
    loads.push(loadavg()[0] ?? 0);
  }
  const endedMs = Date.now();
  const share = (sumCpuSeconds(pids) - before) / ((endedMs - beganMs) / 1_000);
  const [onTable, onOne] = [await readSeen(table), await readSeen(one)];
  await browser.close();
  await served.stop();
  submitting.kill();

  const changes = readRecordedChanges(path);
  report([
    ...judgeDelays(changes, { table: onTable, one: onOne, oneId: `m${members / 5}`, endedMs }),
    ...judgeQuestions(counted.calls(), { beganMs, endedMs, tabs: TABS }),
    { what: 'errors of the pages', measured: String(complaints.length), goal: '0', ok: complaints.length === 0 },
  ]);
  const load = `${Math.min(...loads).toFixed(1)}–${Math.max(...loads).toFixed(1)}`;
  process.stdout.write(
    `${changes.length} changes of ${members} members in ${seconds} s; ` +
      `the server took ${(share * 100).toFixed(0)} % of a processor; load of the machine ${load}\n`,
  );
} finally {
  await stopCluster(dir);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
