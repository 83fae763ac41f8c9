import { matchText } from '../../core/query/ast.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { getExperimentStatus } from '../../core/experiment/status.ts';
import { withoutUndefined, type Value } from '../../core/value.ts';
import { nowMs } from '../../system/index.ts';
import { findSweep } from '../project/find.ts';
import type { Project } from '../project/project.ts';
import { listSweepParts } from '../project/sweep-parts.ts';
import type { RecordedWaitJob } from '../project/wait-jobs.ts';
import { listOpenWaitJobs } from '../wait-job/wait-job-files.ts';
import { summarizeSearch, type SearchProgress } from './search-progress.ts';

/** What a sweep is made of, and its progress. */
export interface SweepSummary {
  readonly name: string;
  readonly template: string;
  readonly count: number;
  readonly byStatus: { readonly [status: string]: number };
  /** How many may run at once, when that was asked for. */
  readonly maxParallel?: number;
  readonly parts: readonly {
    readonly atMs: number;
    readonly user: string;
    readonly count: number;
    readonly space: Value;
    /** What its members have in common: as `Override`, with `description` and `tags`. */
    readonly fixed: Value;
  }[];
  /** Given if it goes on by itself. */
  readonly search?: SearchProgress;
  /** The newest job that waits for it, as it is on record; the one that runs comes first. */
  readonly waitJob?: RecordedWaitJob;
}

/** A sweep as it was made and extended, with how many of its members have which status. @throws SheafError `sweep.unknown` */
export function showSweep(project: Project, name: string): SweepSummary {
  return summarizeMembers(project, name, selectMembers(project, name));
}

/** All members of a sweep, archived ones too, the newest first. @throws SheafError `sweep.unknown` */
export function selectMembers(project: Project, name: string): Experiment[] {
  findSweep(project, name);
  return [...project.store.select({ where: membersOf(name), nowMs: nowMs() })];
}

/** {@link showSweep} by its members. */
export function summarizeMembers(project: Project, name: string, members: readonly Experiment[]): SweepSummary {
  const record = findSweep(project, name);
  const byStatus: Record<string, number> = {};
  for (const member of members) {
    const { status } = getExperimentStatus(member.record);
    byStatus[status] = (byStatus[status] ?? 0) + 1;
  }
  const parts = listSweepParts(record);
  const maxParallel = record.maxParallel?.value ?? undefined;
  return withoutUndefined({
    name,
    template: parts[0]?.template ?? '',
    count: members.length,
    byStatus,
    maxParallel,
    search: summarizeSearch(project, record),
    waitJob: findWaitJob(project, name),
    parts: parts.map(({ atMs, user, count, space, fixed }) => ({ atMs, user, count, space, fixed })),
  });
}

function findWaitJob(project: Project, name: string): RecordedWaitJob | undefined {
  const open = listOpenWaitJobs(project, name);
  return open.find(({ started }) => started !== undefined) ?? open.at(-1);
}

/** The query for the members of a sweep. */
export function membersOf(name: string): ReturnType<typeof matchText> {
  return matchText('sweep', name);
}
