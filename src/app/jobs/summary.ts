import type { ExpId } from '../../core/ids.ts';
import { findUnread } from '../harvest/unread.ts';
import { catchUp } from '../project/catch-up.ts';
import type { Project } from '../project/project.ts';

/** All experiments in a few numbers. */
export interface Summary {
  /** Those that are not archived, by status. */
  readonly counts: { readonly [status: string]: number };
  /** Those that completed, and whose results can be read and were not yet, or not since they ran again. */
  readonly unread: number;
  /** The newest of these, at most three. */
  readonly unreadIds: readonly ExpId[];
  /** What a person should know about how the record was read. */
  readonly warnings: readonly string[];
  /** The version of what is counted, see `changes`. */
  readonly version: number;
}

const MOST_NAMED = 3;

/** Counts what is on record. Never asks the scheduler. */
export async function readSummary(project: Project): Promise<Summary> {
  await catchUp(project);
  const { store } = project;
  const { count, newest } = await findUnread(project, MOST_NAMED);
  return {
    counts: store.countByStatus(),
    unread: count,
    unreadIds: newest,
    warnings: store.warnings,
    version: store.version(),
  };
}
