/**
 * `npm run bench:page`: pages, facets, values, changes and activity over 100,000 experiments of 30 parameters, with their goals.
 * `-- --quick` takes a tenth.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExperimentManager, type PageRequest } from '../src/app/index.ts';
import { makeProject } from './house-commands.ts';
import { writeJournal } from './journal.ts';
import { measureCpu, median, report, type Figure } from './measure.ts';

const experiments = process.argv.includes('--quick') ? 10_000 : 100_000;
const ROUNDS = 21;
const folder = mkdtempSync(join(tmpdir(), 'sheaf-bench-'));
const root = makeProject(join(folder, 'project'), experiments);
const env = { ...process.env, SHEAF_LOCAL_DIR: join(folder, 'local') };

async function medianOf(act: (i: number) => Promise<unknown>, rounds = ROUNDS): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < rounds; i += 1) times.push(await measureCpu(() => act(i)));
  return median(times);
}

function figure(what: string, ms: number, goalMs: number): Figure {
  return { what, measured: `${ms.toFixed(1)} ms`, goal: `≤ ${goalMs} ms`, ok: ms <= goalMs };
}

const COLUMNS = [
  'exp_id',
  'status',
  'cause',
  'sweep',
  'created',
  'learning_rate',
  'seed',
  'param_0',
  'param_1',
  'param_2',
];
const page: PageRequest = { columns: [...COLUMNS, 'accuracy', 'loss'], limit: 200 };
const byMetric: PageRequest = { ...page, sort: { field: 'accuracy', descending: true } };
const middle = experiments / 2;

using manager = await ExperimentManager.open({ dir: root, env });
const newest = await measureCpu(() => manager.page(page));
const pageMs = await medianOf((i) => manager.page({ ...page, offset: i * 200 }));
const middleMs = await medianOf((i) => manager.page({ ...page, offset: middle + i * 200 }));
// A limit of its own makes each query another one: the order is made for each.
const orderMs = await medianOf((i) => manager.page({ ...byMetric, where: `accuracy > -${i + 1}`, offset: middle }), 5);
const ageMs = await medianOf((i) => manager.page({ ...page, where: `learning_rate > ${i / 1e9}` }), 5);
await manager.page(byMetric);
const sortedMs = await medianOf((i) => manager.page({ ...byMetric, offset: middle + i * 200 }));

const facetsMs = await medianOf(() => manager.facets());
const filteredMs = await medianOf(() => manager.facets({ where: 'learning_rate < 0.01 and status = failed' }));
const paramMs = await medianOf(() => manager.facets({ fields: ['param_3'] }));
const freeMs = await medianOf(() => manager.facets({ fields: ['param_4'] }));
const nameMs = await medianOf((i) => manager.values({ field: 'exp_id', prefix: `bench_0${i}` }));
const numberMs = await medianOf((i) => manager.values({ field: 'param_4', prefix: `${i + 1}` }), 5);

const { version } = await manager.page(page);
writeJournal(join(root, '.sheaf', 'journal'), 100, { from: experiments, writer: 'benchnew' });
const caughtUp = await manager.changes(version);
const changed = caughtUp.kind === 'changes' ? caughtUp.keys : [];
const changesMs = await medianOf(() => manager.changes(version));
const rowsMs = await medianOf(() => manager.pageRows(changed, page.columns));
const sinceMs = 1_795_000_000_000 + (experiments - 1_000) * 1_000;
const activityMs = await medianOf(() => manager.activity({ sinceMs }));
const allMs = await medianOf(() => manager.activity({ sinceMs: 0 }), 5);

report([
  figure(`first page of ${experiments}, newest first: order and 200 × 12 cells`, newest, 100),
  figure('200 × 12 cells by a known order', pageMs, 10),
  {
    what: `the same from row ${middle} on`,
    measured: `${(middleMs / pageMs).toFixed(2)} × the first pages (${middleMs.toFixed(1)} ms)`,
    goal: '≤ 1.5 ×',
    ok: middleMs / pageMs <= 1.5,
  },
  figure('order by a metric, filtered by it, and a page', orderMs, 500),
  figure('order of a query on a parameter, newest first, and a page', ageMs, 250),
  figure('200 × 12 cells by the order of a metric', sortedMs, 10),
  figure('facets of seven fields', facetsMs, 100),
  figure('the same, filtered by a parameter and the status', filteredMs, 150),
  figure('facet of a parameter with five values', paramMs, 250),
  figure('facet of a parameter with a thousand values', freeMs, 250),
  figure('names of experiments that begin alike, to complete one', nameMs, 250),
  figure('values of a parameter that begin alike', numberMs, 500),
  figure(`changes: ${changed.length} experiments, nothing new in the journal`, changesMs, 5),
  figure('their cells', rowsMs, 10),
  figure('activity since the last 1,000 ends', activityMs, 20),
  figure('activity since the beginning', allMs, 500),
]);
rmSync(folder, { recursive: true, force: true });
