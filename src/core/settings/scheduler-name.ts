/** The schedulers that a project can name. What opens each is in `src/scheduler/index.ts`. */
export const SCHEDULER_NAMES = ['local', 'slurm'] as const;

export type SchedulerName = (typeof SCHEDULER_NAMES)[number];

export function isSchedulerName(name: string): name is SchedulerName {
  return (SCHEDULER_NAMES as readonly string[]).includes(name);
}
