import type { ExpectedWrites } from '../../core/disk/shortage.ts';
import { matchText } from '../../core/query/ast.ts';
import type { Query } from '../../core/query/query.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { nowMs } from '../../system/index.ts';
import { experimentFolder, type Project } from '../project/project.ts';
import { openDiskCache, type DiskCache } from './disk-cache.ts';
import { addUses, nameKind, type DiskUse } from './disk-use.ts';
import { measureFolder } from './measure-folder.ts';

/** Runs of a template that are to be submitted. */
export interface PlannedRuns {
  readonly template: string;
  readonly runs: number;
}

/** Past runs of a template that count. */
const MOST_PAST = 20;

/** How long past runs are measured, in all. Milliseconds. */
const LIMIT_MS = 1_000;

/**
 * What runs will probably write: the median of the newest runs of their template that completed. Those that were measured
 * before are known; others are measured for a second at most. Templates that nothing is known of are left out.
 */
export async function expectWrites(project: Project, planned: readonly PlannedRuns[]): Promise<ExpectedWrites[]> {
  const untilMs = performance.now() + LIMIT_MS;
  const expected: ExpectedWrites[] = [];
  let cache: DiskCache | undefined;
  for (const { template, runs } of planned) {
    const past = selectPast(project, template);
    if (past.length === 0) continue;
    cache ??= openDiskCache(project);
    const uses = await measurePast(project, past, cache, untilMs);
    if (uses.length === 0) continue;
    const bytes = findMedian(uses.map((use) => use.bytes));
    expected.push({ template, runs, past: uses.length, bytes, files: findMedian(uses.map((use) => use.inodes)) });
  }
  return expected;
}

function selectPast({ store }: Project, template: string): Experiment[] {
  const where: Query = { kind: 'and', items: [matchText('template', template), matchText('status', 'completed')] };
  const selection = { where, nowMs: nowMs() };
  // The count is known without a look at any of them.
  return store.count(selection) === 0 ? [] : [...store.select({ ...selection, limit: MOST_PAST })];
}

async function measurePast(
  project: Project,
  past: readonly Experiment[],
  cache: DiskCache,
  untilMs: number,
): Promise<DiskUse[]> {
  const outlines = project.store.outlines(past.map(({ key }) => key));
  const versions = new Map(outlines.map(({ key, version }) => [key, version]));
  const found: DiskUse[] = [];
  for (const { key, expId } of past) {
    const folder = experimentFolder(project, expId);
    const known =
      cache.find(key, folder, versions.get(key) ?? -1) ?? (await measureFolder(folder, nameKind, { untilMs }));
    if (known === undefined) continue;
    const shared = known.shared.map(({ bytes }) => ({ bytes, inodes: 1 }));
    const use = addUses([...known.uses, ...shared]);
    // A folder that was deleted says nothing.
    if (use.inodes > 0) found.push(use);
  }
  return found;
}

function findMedian(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = 0, high = 0] = [sorted[middle - (sorted.length % 2 === 0 ? 1 : 0)], sorted[middle]];
  return (low + high) / 2;
}
