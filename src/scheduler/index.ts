export { openLocalScheduler } from './local/local-scheduler.ts';
export { superviseSpool } from './local/supervisor.ts';
export type { Dependency, Scheduler, Sighting, SubmitOutcome, SubmitRequest, TaskRef } from './scheduler.ts';
