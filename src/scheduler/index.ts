import type { SchedulerName } from '../core/settings/scheduler-name.ts';
import { openLocalScheduler, type LocalSchedulerOptions } from './local/local-scheduler.ts';
import type { Scheduler } from './scheduler.ts';
import type { GpusByPartition } from './slurm/cluster/no-gres.ts';
import { openSlurmScheduler } from './slurm/slurm-scheduler.ts';

/** What a scheduler may build on; each takes what it needs. */
export interface SchedulerPlace extends LocalSchedulerOptions {
  /** A folder of this host that only this user can enter, by a name for it; undefined: there is none. */
  readonly folder: (name: string) => string | undefined;
  /** GPUs of partitions as the project says them. */
  readonly gpus: GpusByPartition;
}

/** What opens each scheduler: a further one is a line here, and its name in `core/settings/scheduler-name.ts`. */
export const SCHEDULERS: {
  readonly [name in SchedulerName]: (place: SchedulerPlace) => Scheduler | Promise<Scheduler>;
} = {
  local: openLocalScheduler,
  slurm: ({ env, folder, gpus }) => openSlurmScheduler({ env, gpus, folder: (cluster) => folder(`slurm-${cluster}`) }),
};

export { openLocalScheduler };
export { slurmPresence } from './slurm/ask/presence.ts';
export { askEverything } from './slurm/recording/ask-everything.ts';
export { anonymise } from './slurm/recording/anonymise.ts';
export { RECORDING_SCHEMA, writtenQuestion } from './slurm/recording/recording.ts';
export { openSlurmScheduler };
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
