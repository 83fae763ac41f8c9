/**
 * `npm run bench:logs`: the end of a log of 1 GB, searches through 500 MB and the first error, with their goals. `-- --quick`
 * takes a tenth.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExperimentManager } from '../src/app/index.ts';
import { makeProject } from './house-commands.ts';
import { median, report, type Figure } from './measure.ts';
import { LAST_LINE, writeLog } from './write-log.ts';

const MB = 1_000_000 / (process.argv.includes('--quick') ? 10 : 1);
const ROUNDS = 5;
const folder = mkdtempSync(join(tmpdir(), 'sheaf-bench-'));
const root = makeProject(join(folder, 'project'), 1);
using manager = await ExperimentManager.open({
  dir: root,
  env: { ...process.env, SHEAF_LOCAL_DIR: join(folder, 'local') },
});
const [expId = ''] = manager.select().rows.map((each) => each.expId);

/** Milliseconds by the clock, of the median of some rounds: what a page waits. */
async function timed(act: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < ROUNDS; i += 1) {
    const begun = performance.now();
    await act();
    times.push(performance.now() - begun);
  }
  return median(times);
}

function figure(what: string, ms: number, goalMs: number): Figure {
  return { what, measured: `${ms.toFixed(1)} ms`, goal: `≤ ${goalMs} ms`, ok: ms <= goalMs };
}

/** Until the first line with the text. */
async function findFirst(text: string, ignoreCase: boolean): Promise<void> {
  for await (const { kind } of manager.searchLog(expId, { attempt: 2, text, ignoreCase })) if (kind === 'hit') return;
  throw new Error(`"${text}" was not found`);
}

const attempts = join(root, 'experiments', expId, 'attempts');
writeLog(join(attempts, 'train-1'), 1_000 * MB);
writeLog(join(attempts, 'train-2'), 500 * MB);
report([
  figure('the end of a log of 1 GB', await timed(() => manager.logWindow(expId, { attempt: 1 })), 50),
  figure('its middle', await timed(() => manager.logWindow(expId, { attempt: 1, at: 500 * MB })), 50),
  figure('first line with a text, at the end of 500 MB', await timed(() => findFirst(LAST_LINE, false)), 500),
  figure('the same, in both cases', await timed(() => findFirst(LAST_LINE.toUpperCase(), true)), 1_500),
  figure('the first error, at the end of 500 MB', await timed(() => manager.firstError(expId, { attempt: 2 })), 3_000),
]);
rmSync(folder, { recursive: true, force: true });
