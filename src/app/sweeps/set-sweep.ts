import { inputError } from '../../core/errors.ts';
import type { Search } from '../../core/experiment/search.ts';
import { areEqual, withoutUndefined } from '../../core/value.ts';
import { openTemplate } from '../experiments/open-template.ts';
import { throttleSweep, type SweepThrottled } from '../jobs/throttle.ts';
import { findSweep } from '../project/find.ts';
import type { Project } from '../project/project.ts';
import { listSweepParts } from '../project/sweep-parts.ts';
import type { SearchRequest } from '../../core/settings/search-settings.ts';
import { getSearch } from '../search/search-state.ts';
import { changeSearch } from './resolve-search.ts';
import { summarizeSearch, type SearchProgress } from './search-progress.ts';

/** What changes of a sweep; what is absent stays. */
export interface SweepChanges {
  /** Members that may run at once; 0: no limit. */
  readonly maxParallel?: number;
  /** Over how it goes on by itself now. */
  readonly search?: SearchRequest;
}

/** A sweep that was changed. */
export interface SweepSet extends SweepThrottled {
  /** Given if it goes on by itself. */
  readonly search?: SearchProgress;
}

/**
 * Changes how many members of a sweep run at once, and how it goes on by itself; also while it runs. What was decided stays.
 *
 * @throws SheafError `sweep.unknown`, `search.*`, and in the scheduler's words when it will not
 */
export async function setSweep(
  project: Project,
  sweep: string,
  { maxParallel, search: asked }: SweepChanges,
): Promise<SweepSet> {
  const record = findSweep(project, sweep);
  const current = getSearch(record);
  const search = asked === undefined ? current : await readChange(project, sweep, asked);
  const limit = maxParallel ?? record.maxParallel?.value ?? 0;
  if (search?.propose !== undefined && limit === 0) {
    throw inputError('search.max_parallel', 'a sweep that proposes members needs a limit of those that run at once', {
      fix: '--max-parallel 16',
      now: 'nothing was changed',
    });
  }
  if (!areEqual(current ?? null, search ?? null)) {
    await project.store.append([{ type: 'searched', sweep, search: search ?? null }]);
  }
  const throttled: SweepThrottled =
    maxParallel === undefined
      ? withoutUndefined({ sweep, maxParallel: limit === 0 ? undefined : limit, arrays: [], warnings: [] })
      : await throttleSweep(project, sweep, limit === 0 ? undefined : limit);
  return withoutUndefined({ ...throttled, search: summarizeSearch(project, findSweep(project, sweep)) });
}

async function readChange(project: Project, sweep: string, asked: SearchRequest): Promise<Search | undefined> {
  const record = findSweep(project, sweep);
  const [first] = listSweepParts(record);
  if (first === undefined) throw new Error(`sweep ${sweep} has no parts`);
  return changeSearch(await openTemplate(project, first.template), getSearch(record), asked);
}
