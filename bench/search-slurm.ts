/**
 * `npm run bench:search-slurm [-- [--epochs N] [stops | digits]]`: adaptive sweeps on a Slurm cluster of its own (root is needed).
 *
 * - stops: 100 members that run are stopped: how soon their programs learn it, and how often the scheduler is called.
 * - digits: the example of handwritten digits, 81 members, with stopping by ASHA and without: CPU seconds and best accuracy. A
 *   member trains for 81 epochs unless told otherwise. Of a short training, seconds until a stop are a large part.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startCluster, stopCluster } from '../scripts/slurm/index.ts';
import { countPrograms } from './counted-programs.ts';
import { report, type Figure } from './measure.ts';
import { measureDigits } from './search/digits-sweep.ts';
import { measureStops } from './search/stops.ts';

const { values, positionals } = parseArgs({
  options: { epochs: { type: 'string', default: '81' } },
  allowPositionals: true,
});
const folder = mkdtempSync(join(tmpdir(), 'sheaf-bench-'));
const dir = `/tmp/sheaf-slurm-b${process.pid}`;
const cluster = await startCluster({ dir, bound: true });
try {
  const env = { ...process.env, SLURM_CONF: cluster.conf, SHEAF_LOCAL_DIR: join(folder, 'local') };
  mkdirSync(env.SHEAF_LOCAL_DIR, { mode: 0o700 });
  const figures: Figure[] = [];
  if (!positionals.includes('digits')) {
    const counted = countPrograms(join(folder, 'counting'));
    figures.push(...(await measureStops(join(folder, 'stops'), { ...env, PATH: counted.path }, counted.calls)));
  }
  if (!positionals.includes('stops'))
    figures.push(...measureDigits(join(folder, 'digits'), env, Number(values.epochs)));
  report(figures);
  process.exitCode = figures.every(({ ok }) => ok) ? 0 : 1;
} finally {
  await stopCluster(dir);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
