import type { Activity, Changes } from '../../store/index.ts';
import { catchUp } from '../project/catch-up.ts';
import type { Project } from '../project/project.ts';

const USUAL_LINES = 50;

/** Since when, and how much of it to list. */
export interface ActivityRequest {
  /** Milliseconds since 1970. */
  readonly sinceMs: number;
  /** Experiments of each list. Default: 50. */
  readonly limit?: number;
}

/** What ended, started and was made since a time, as far as it is on record. Never asks the scheduler. */
export async function readActivity(
  project: Project,
  { sinceMs, limit = USUAL_LINES }: ActivityRequest,
): Promise<Activity> {
  await catchUp(project);
  return project.store.activity(sinceMs, limit);
}

/**
 * Catches up with what was recorded, by whomever, and says which experiments changed since a version. Never asks the
 * scheduler.
 */
export async function readChanges(project: Project, since: number): Promise<Changes> {
  await catchUp(project);
  return project.store.changes(since);
}

/** All experiments in a few numbers. */
export interface Summary {
  /** Those that are not archived, by status. */
  readonly counts: { readonly [status: string]: number };
  /** Those that completed, and whose results were not read yet, or not since they ran again. */
  readonly unread: number;
  /** What a person should know about how the record was read. */
  readonly warnings: readonly string[];
  /** The version of what is counted, see {@link readChanges}. */
  readonly version: number;
}

/** Counts what is on record. Never asks the scheduler. */
export async function readSummary(project: Project): Promise<Summary> {
  await catchUp(project);
  const { store } = project;
  return {
    counts: store.countByStatus(),
    unread: store.unread().count,
    warnings: store.warnings,
    version: store.version(),
  };
}
