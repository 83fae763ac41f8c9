/** The schedulers that come with sheaf, as a project names them. What each of them is, is in `src/scheduler/index.ts`. */
export const SCHEDULER_NAMES = ['local', 'slurm'] as const;

export type SchedulerName = (typeof SCHEDULER_NAMES)[number];
