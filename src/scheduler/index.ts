export { openLocalScheduler, type LocalSchedulerOptions } from './local/local-scheduler.ts';
export { superviseSpool, type SuperviseOptions } from './local/supervisor.ts';
export type {
  Capabilities,
  Dependency,
  Found,
  Poll,
  Scheduler,
  SchedulerDescription,
  Sighting,
  SubmitOutcome,
  SubmitRequest,
  TaskRef,
} from './scheduler.ts';
