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
