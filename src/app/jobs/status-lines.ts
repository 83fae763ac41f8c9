import { openSelection, type ListSelector } from '../experiments/select.ts';
import type { Project } from '../project/project.ts';
import type { StatusLine } from '../project/types.ts';
import { makeStatusLine } from './status-line.ts';

/** Since when, and how many at most. */
export interface FailuresRequest {
  /** Milliseconds since 1970. */
  readonly sinceMs: number;
  readonly limit: number;
}

/** What failed since a time and why, newest first, archived experiments left out; never asks the scheduler. */
export async function listFailures(project: Project, { sinceMs, limit }: FailuresRequest): Promise<StatusLine[]> {
  await project.store.refresh();
  return project.store.failedSince(sinceMs, limit).map((experiment) => makeStatusLine(project, experiment));
}

/** How chosen experiments are, and why; never asks the scheduler. @throws SheafError as `selectExperiments` */
export function listStatusLines(project: Project, selector: ListSelector): StatusLine[] {
  return [...openSelection(project, selector).rows()].map((experiment) => makeStatusLine(project, experiment));
}
