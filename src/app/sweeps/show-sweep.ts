import { matchText } from '../../core/query/ast.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { getExperimentStatus } from '../../core/experiment/status.ts';
import type { SweepRecord } from '../../core/experiment/record.ts';
import { nowMs } from '../../system/index.ts';
import { findSweep } from '../project/find.ts';
import type { Project } from '../project/project.ts';
import type { SweepSummary } from '../project/types.ts';

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
  const parts = partsOf(record);
  const maxParallel = record.maxParallel?.value ?? undefined;
  return {
    name,
    template: parts[0]?.template ?? '',
    count: members.length,
    byStatus,
    ...(maxParallel === undefined ? {} : { maxParallel }),
    parts: parts.map(({ atMs, user, count, space, fixed }) => ({ atMs, user, count, space, fixed })),
  };
}

/** The query for the members of a sweep. */
export function membersOf(name: string): ReturnType<typeof matchText> {
  return matchText('sweep', name);
}

/** The parts of a sweep in the order in which they were made: the new sweep, then its extensions. */
export function partsOf(record: SweepRecord): SweepRecord['parts'][string][] {
  return Object.entries(record.parts)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, part]) => part);
}
