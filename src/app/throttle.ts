import type { Token } from '../core/ids.ts';
import type { TaskRef } from '../scheduler/index.ts';
import { findSweep } from './find.ts';
import type { Project } from './project.ts';
import { refresh } from './refresh.ts';
import { isMine, openAttempts, type OpenAttempt } from './tasks.ts';

/** What `sweep set` did. */
export interface SweepThrottled {
  readonly sweep: string;
  /** Undefined: no limit. */
  readonly maxParallel?: number;
  /** Arrays in the queue that it holds for from now on, with the share of each. */
  readonly arrays: readonly { readonly job: string; readonly maxParallel?: number }[];
  readonly warnings: readonly string[];
}

/**
 * Changes how many members of a sweep may run at once: of the arrays that are in the queue, and of what is submitted
 * later. Arrays that may run side by side share it.
 *
 * @throws SheafError `sweep.unknown`, and in the scheduler's words when it will not
 */
export async function throttleSweep(
  project: Project,
  sweep: string,
  maxParallel: number | undefined,
): Promise<SweepThrottled> {
  findSweep(project, sweep);
  await project.store.append([{ type: 'throttled', sweep, maxParallel: maxParallel ?? null }]);
  const { warnings } = await refresh(project);
  const scheduler = await project.scheduler();
  const open = openAttempts(
    project,
    project.store.active().filter((experiment) => experiment.sweep === sweep),
  );
  const arrays: SweepThrottled['arrays'][number][] = [];
  for (const group of Map.groupBy(open, ({ ref }) => ref.stage).values()) {
    const jobs = arraysOf(group).filter(({ task }) => isMine(task, scheduler));
    const live = new Set(jobs.map(({ task }) => task.token));
    // What waits for another array of the sweep takes over the share of that one.
    const first = jobs.filter(({ after }) => !after.some((token) => live.has(token)));
    for (const job of jobs) {
      const share = shareOf(maxParallel, first.length, first.indexOf(job));
      await scheduler.throttle(job.task, share);
      arrays.push({ job: job.task.job.id, ...(share === undefined ? {} : { maxParallel: share }) });
    }
  }
  return { sweep, ...(maxParallel === undefined ? {} : { maxParallel }), arrays, warnings };
}

interface LiveArray {
  readonly task: TaskRef;
  readonly after: readonly Token[];
}

function arraysOf(open: readonly OpenAttempt[]): LiveArray[] {
  const arrays = new Map<Token, LiveArray>();
  for (const { task, submission } of open) {
    if (task?.index === undefined) continue;
    arrays.set(task.token, { task, after: submission?.request?.value.after ?? [] });
  }
  return [...arrays.values()];
}

/** @param i the array's place among those that share; -1 for one that waits for one of them */
function shareOf(limit: number | undefined, arrays: number, i: number): number | undefined {
  if (limit === undefined || arrays === 0) return limit;
  const place = Math.max(0, i);
  return Math.max(1, Math.floor(limit / arrays) + (place < limit % arrays ? 1 : 0));
}
