/**
 * `npm run bench:groups`: groups of 100,000 experiments of 30 parameters, five seeds each, with their goals. `-- --quick` takes a
 * tenth.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExperimentManager, type GroupsRequest } from '../src/app/index.ts';
import { makeProject } from './house-commands.ts';
import { measureCpu, median, report, type Figure } from './measure.ts';

const experiments = process.argv.includes('--quick') ? 10_000 : 100_000;
const folder = mkdtempSync(join(tmpdir(), 'sheaf-bench-'));
const root = makeProject(join(folder, 'project'), experiments, 5);
const env = { ...process.env, SHEAF_LOCAL_DIR: join(folder, 'local') };

async function medianOf(act: (i: number) => Promise<unknown>, rounds = 7): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < rounds; i += 1) times.push(await measureCpu(() => act(i)));
  return median(times);
}

function figure(what: string, ms: number, goalMs: number): Figure {
  return { what, measured: `${ms.toFixed(1)} ms`, goal: `≤ ${goalMs} ms`, ok: ms <= goalMs };
}

using manager = await ExperimentManager.open({ dir: root, env });
const page: GroupsRequest = { columns: ['exp_id', 'status', 'learning_rate', 'seed', 'param_1', 'accuracy', 'loss'] };
const byMetric: GroupsRequest = { ...page, sort: { field: 'accuracy', descending: true } };
await manager.page({ limit: 1 });

const first = await measureCpu(() => manager.groups(page));
const { groups, total } = await manager.groups(page);
const group = groups[0]?.id ?? '';
const pageMs = await medianOf((i) => manager.groups({ ...page, offset: i * 200 }));
const sorted = await measureCpu(() => manager.groups(byMetric));
const sortedMs = await medianOf((i) => manager.groups({ ...byMetric, offset: i * 200 }));
const membersMs = await medianOf(() => manager.members({ columns: ['all'], group }));
const compared = await measureCpu(() => manager.groups({ ...byMetric, reference: { group } }));
const comparedMs = await medianOf((i) => manager.groups({ ...byMetric, reference: { group }, offset: i * 200 }));
const rankedMs = await medianOf(() => manager.rankGroups({ metric: 'accuracy', mode: 'max' }));
const sweepMs = await medianOf((i) =>
  manager.rankGroups({ metric: 'accuracy', mode: 'max', where: `sweep = sweep_${i}` }),
);
const byRate: GroupsRequest = { ...page, by: ['learning_rate'] };
const byParameter = await measureCpu(() => manager.groups(byRate));
const byParameterMs = await medianOf(() => manager.groups(byRate));

report([
  figure(`first page of ${total} groups of ${experiments} experiments`, first, 2000),
  figure('200 groups × 7 columns, then', pageMs, 300),
  figure('order by the mean of a metric', sorted, 2000),
  figure('200 groups by it, then', sortedMs, 300),
  figure('members of a group', membersMs, 250),
  figure('compared with a baseline in two metrics', compared, 2000),
  figure('200 groups compared, then', comparedMs, 300),
  figure('ranking', rankedMs, 300),
  figure('ranking of a sweep of a fiftieth, each another one', sweepMs, 500),
  figure('by a parameter of five values', byParameter, 2000),
  figure('the same, then', byParameterMs, 300),
]);
rmSync(folder, { recursive: true, force: true });
