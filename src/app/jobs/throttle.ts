import type { Token } from '../../core/ids.ts';
import type { TaskRef } from '../../scheduler/index.ts';
import { findSweep } from '../project/find.ts';
import type { Project } from '../project/project.ts';
import { refresh } from '../observe/refresh.ts';
import { splitThrottle } from '../submit/split-throttle.ts';
import { isMine, openAttempts, type OpenAttempt } from '../observe/tasks.ts';

/** What `sweep set` did. */
export interface SweepThrottled {
  readonly sweep: string;
  /** Members, of which a task may hold several; undefined: no limit. */
  readonly maxParallel?: number;
  /** Arrays in the queue that it holds for from now on, with the share of each, in tasks. */
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
  const arrays: { readonly task: TaskRef; readonly maxParallel?: number }[] = [];
  for (const group of Map.groupBy(open, ({ ref }) => ref.stage).values()) {
    const own = group.filter(({ task }) => task !== undefined && isMine(task, scheduler));
    arrays.push(...divided(arraysOf(own), maxParallel));
  }
  await scheduler.throttle(
    arrays.map(({ task: job, maxParallel: tasks }) => ({ job, ...(tasks && { maxParallel: tasks }) })),
  );
  return {
    sweep,
    ...(maxParallel === undefined ? {} : { maxParallel }),
    arrays: arrays.map(({ task, maxParallel: tasks }) => ({ job: task.job.id, ...(tasks && { maxParallel: tasks }) })),
    warnings: [...warnings, ...tooMany(arrays.length, maxParallel)],
  };
}

interface LiveArray {
  readonly task: TaskRef;
  readonly after: readonly Token[];
  /** Members that share one of its tasks. */
  readonly pack: number;
}

function arraysOf(open: readonly OpenAttempt[]): LiveArray[] {
  const arrays = new Map<Token, LiveArray>();
  for (const { task, submission } of open) {
    if (task?.index === undefined || arrays.has(task.token)) continue;
    const { after = [], members = [] } = submission?.request?.value ?? {};
    const pack = Math.ceil(members.length / new Set(members.map(({ index }) => index)).size);
    arrays.set(task.token, { task, after, pack });
  }
  return [...arrays.values()];
}

/** What waits for another array of the sweep takes over a share of those that run. */
function divided(
  arrays: readonly LiveArray[],
  limit: number | undefined,
): { readonly task: TaskRef; readonly maxParallel?: number }[] {
  if (limit === undefined) return arrays.map(({ task }) => ({ task }));
  const live = new Set(arrays.map(({ task }) => task.token));
  const first = arrays.filter(({ after }) => !after.some((token) => live.has(token)));
  const rest = arrays.filter((array) => !first.includes(array));
  const { tasks } = splitThrottle(
    limit,
    first.map(({ pack }) => pack),
  );
  const least = Math.min(...tasks);
  return [
    ...first.map(({ task }, i) => ({ task, maxParallel: tasks[i] ?? 1 })),
    ...rest.map(({ task }) => ({ task, maxParallel: least })),
  ];
}

/** An array that is in the queue cannot be made to wait for another one any more. */
function tooMany(arrays: number, limit: number | undefined): string[] {
  return limit !== undefined && arrays > limit
    ? [`${arrays} arrays of this sweep are in the queue, and each runs at least one task at a time`]
    : [];
}
