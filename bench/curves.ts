/**
 * `npm run bench:curves [-- --quick]`: what curves cost, in processes that stay open as the dashboard's does, in milliseconds
 * of the processor. Cold: nothing of a curve is kept on this host, but its file is in the memory of the system.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExperimentManager, type CurvesRequest } from '../src/app/index.ts';
import { encodeCurves } from '../src/core/curves/encoding.ts';
import { makeProject } from './house-commands.ts';
import { median, report, type Figure } from './measure.ts';
import { folderOf, nameOf, writeSeries } from './write-series.ts';

const scale = process.argv.includes('--quick') ? 0.1 : 1;
const ROUNDS = 7;
const MANY = 200;
const [LONG, SHORT] = [1_000_000 * scale, 10_000 * scale];
const folder = mkdtempSync(join(tmpdir(), 'sheaf-bench-'));
const root = makeProject(join(folder, 'project'), MANY + 1);
const local = join(folder, 'local');

await writeSeries(folderOf(root, MANY), { i: MANY, count: LONG, metrics: ['loss'] });
for (let i = 0; i < MANY; i += 1) {
  await writeSeries(folderOf(root, i), { i, count: SHORT, metrics: ['loss', 'acc', 'lr', 'norm'] });
}

/** The median of the processor's milliseconds, with what goes over the wire. */
async function measure(request: CurvesRequest, { cold = false } = {}): Promise<{ ms: number; bytes: number }> {
  using manager = await ExperimentManager.open({ dir: root, env: { ...process.env, SHEAF_LOCAL_DIR: local } });
  const kept = join(manager.project.store.localFolder ?? '', 'curves-2');
  const times: number[] = [];
  let bytes = 0;
  for (let i = 0; i <= ROUNDS; i += 1) {
    if (cold) rmSync(kept, { recursive: true, force: true });
    const before = process.cpuUsage();
    bytes = encodeCurves(await manager.curves(request)).length;
    const { user, system } = process.cpuUsage(before);
    // The first one loads the program.
    if (i > 0) times.push((user + system) / 1000);
  }
  return { ms: median(times), bytes };
}

function figure(what: string, { ms, bytes }: { ms: number; bytes: number }, goalMs: number): Figure {
  const measured = `${ms.toFixed(1)} ms, ${(bytes / 1000).toFixed(0)} KB`;
  return { what, measured, goal: `≤ ${goalMs} ms`, ok: ms <= goalMs };
}

const one: CurvesRequest = { ids: [nameOf(MANY)], metrics: ['loss'], buckets: 2_000 };
const many: CurvesRequest = { ids: Array.from({ length: MANY }, (_, i) => nameOf(i)), metrics: ['loss'] };
const fine = { ...many, buckets: 600 };
const [from, to] = [LONG * 0.4, LONG * 0.4 + 3_000];

report([
  figure(`1 series × ${LONG} points, cold, 2,000 buckets`, await measure(one, { cold: true }), 250),
  figure('the same, warm', await measure(one), 50),
  figure('zoom to 3,000 of its points', await measure({ ...one, from, to }), 100),
  figure('zoom to a quarter of it', await measure({ ...one, from: LONG * 0.4, to: LONG * 0.65 }), 100),
  figure('the same series over time, warm', await measure({ ...one, x: 'time' }), 50),
  figure(`${MANY} series × ${SHORT} of files with 4, cold, 128 buckets`, await measure(many, { cold: true }), 5_000),
  figure('the same, warm: first shape', await measure(many), 200),
  figure('the same, warm: 600 buckets', await measure(fine), 400),
  figure('zoom to a tenth of them', await measure({ ...fine, from: SHORT * 0.5, to: SHORT * 0.6 }), 400),
]);
rmSync(folder, { recursive: true, force: true });
