import type { SchedulerName } from '../core/settings/scheduler-name.ts';
import type { SchedulerKind, SchedulerKinds } from './kind.ts';
import { LOCAL } from './local/kind.ts';
import { SLURM } from './slurm/kind.ts';

/**
 * The schedulers that come with sheaf; clusters come first, since `sheaf init` asks for them in this order. Another one is
 * a line here, and its name in `core/settings/scheduler-name.ts`.
 */
export const SCHEDULERS: SchedulerKinds & { readonly [name in SchedulerName]: SchedulerKind } = {
  slurm: SLURM,
  local: LOCAL,
};

export { resolveDoubt } from './resolve-doubt.ts';
export { toQueueReader } from './scheduler.ts';
export type { SchedulerHost, SchedulerKind, SchedulerKinds, SeenCluster } from './kind.ts';
export { openLocalScheduler } from './local/local-scheduler.ts';
export { openSlurmScheduler } from './slurm/slurm-scheduler.ts';
export { askEverything } from './slurm/recording/ask-everything.ts';
export { anonymise } from './slurm/recording/anonymise.ts';
export { RECORDING_SCHEMA, toWrittenQuestion } from './slurm/recording/recording.ts';
export { superviseSpool } from './local/supervisor.ts';
export type {
  AccessQuestion,
  AccountedRun,
  Dependency,
  GpuDescription,
  PartitionDescription,
  PastWaits,
  QosDescription,
  QueuePosition,
  QueueReader,
  Scheduler,
  SchedulerDescription,
  PollResult,
  SubmitOutcome,
  SubmitRequest,
  TaskRef,
  Trial,
  TrialRequest,
  TaskUsage,
} from './scheduler.ts';
