/**
 * What a pending job waits for:
 * - `queue`: its turn, or room; who comes later is behind it
 * - `later`: a time, another job, a reservation or the end of its former run
 * - `limit`: a limit of its user, account or QOS, which frees itself when jobs there end
 * - `budget`: its account or QOS has spent what it may use
 * - `stuck`: it will not start unless someone changes something
 * - `held`: someone, or Slurm, holds it
 */
export type PendingKind = 'queue' | 'later' | 'limit' | 'budget' | 'stuck' | 'held';

export type Reason = readonly [kind: PendingKind, words: string];

/**
 * Reasons that are one word of Slurm, of 20.11 to 26.05 (`src/common/job_state_reason.c`), without limits whose names are
 * put together.
 */
export const REASON_WORDS: Readonly<Record<string, Reason>> = {
  Priority: ['queue', 'waits behind jobs of higher priority'],
  Resources: ['queue', 'waits for free resources; it is among the next'],
  Dependency: ['later', 'waits for another job to end'],
  DependencyNeverSatisfied: ['stuck', 'waits for a job that did not complete'],
  JobHeldUser: ['held', 'is held; sheaf release lets it go'],
  JobHeldAdmin: ['held', 'is held by an administrator'],
  JobHoldMaxRequeue: ['held', 'was requeued too often and is held; sheaf release tries again'],
  BeginTime: ['later', 'may not start before a set time, as after a requeue'],
  JobArrayTaskLimit: ['limit', 'waits because of --max-parallel: others of its array run'],
  PartitionDown: ['queue', 'waits for its partition, which is down'],
  PartitionInactive: ['queue', 'waits for its partition, which is inactive'],
  PartitionTimeLimit: ['stuck', 'asks for more time than its partition permits'],
  PartitionNodeLimit: ['stuck', 'asks for more nodes than its partition permits'],
  PartitionConfig: ['stuck', 'asks for what its partition does not permit'],
  AccountNotAllowed: ['stuck', 'has an account that its partition does not permit'],
  QOSNotAllowed: ['stuck', 'has a QOS that its partition does not permit'],
  InvalidAccount: ['stuck', 'has an account that is not valid any more'],
  InvalidQOS: ['stuck', 'has a QOS that is not valid any more'],
  BadConstraints: ['stuck', 'asks for what no node has'],
  Constraints: ['queue', 'waits for nodes that meet its constraints'],
  MaxMemPerLimit: ['stuck', 'asks for more memory than its partition permits for each CPU or node'],
  Reservation: ['later', 'waits for its reservation'],
  ReservationDeleted: ['stuck', 'names a reservation that was deleted'],
  ReservationInvalid: ['stuck', 'names a reservation that is not valid for it'],
  ReqNodeNotAvail: ['queue', 'waits for nodes that are not available'],
  NodeDown: ['queue', 'waits for a node that is down'],
  Licenses: ['queue', 'waits for licenses'],
  Cleaning: ['later', 'waits for its former run to be cleaned up'],
  Prolog: ['later', 'waits for the prolog on its nodes'],
  FrontEndDown: ['queue', 'waits for a front end, which is down'],
  SchedDefer: ['queue', 'waits for the next round of the scheduler'],
  FedJobLock: ['later', 'waits for the other clusters of its federation to agree'],
  MpiPortsBusy: ['queue', 'waits for free ports for MPI'],
  NvidiaImexChannels: ['queue', 'waits for a free NVIDIA IMEX channel'],
  MaxPoweredUpNodes: ['queue', 'waits until fewer nodes are powered up: the cluster has a limit'],
  PowerNotAvail: ['queue', 'waits for electrical power'],
  PowerReserved: ['queue', 'waits for electrical power that is reserved for other jobs'],
  BurstBufferResources: ['queue', 'waits for room in the burst buffer'],
  BurstBufferStageIn: ['later', 'waits for its data to be copied into the burst buffer'],
  BurstBufferOperation: ['held', 'is held because the burst buffer failed; sheaf release tries again'],
  BlockFreeAction: ['queue', 'waits for a block of nodes to be freed'],
  BlockMaxError: ['queue', 'waits for a block of nodes that had errors'],
  AccountingPolicy: ['limit', 'waits for a limit of its account or QOS'],
  AssociationJobLimit: ['limit', 'waits for the limit of jobs that its account sets'],
  AssociationResourceLimit: ['limit', 'waits for a limit of resources that its account sets'],
  AssociationTimeLimit: ['budget', 'waits because its account has spent its budget of time'],
  QOSJobLimit: ['limit', 'waits for the limit of jobs that its QOS sets'],
  QOSResourceLimit: ['limit', 'waits for a limit of resources that its QOS sets'],
  QOSTimeLimit: ['budget', 'waits because its QOS has spent its budget of time'],
  QOSUsageThreshold: ['budget', 'waits because its account has used more than its QOS permits'],
  DeadLine: ['stuck', 'cannot end before its deadline'],
  // A job of which the last run ended so, and that waits to run again.
  JobLaunchFailure: ['stuck', 'could not be launched'],
  SystemFailure: ['queue', 'waits to run again: the system failed under its last run'],
  NonZeroExitCode: ['queue', 'waits to run again: its last run exited with an error'],
  RaisedSignal: ['queue', 'waits to run again: a signal ended its last run'],
  TimeLimit: ['queue', 'waits to run again: its last run reached its time limit'],
  InactiveLimit: ['queue', 'waits to run again: its last run was inactive for too long'],
  OutOfMemory: ['queue', 'waits to run again: its last run ran out of memory'],
  // What Slurm prints for a number that it has no name for; `Invaild` is what 24.05 and 24.11 print.
  InvalidReason: ['queue', 'waits for a reason that Slurm does not name'],
  InvaildReason: ['queue', 'waits for a reason that Slurm does not name'],
};

/** Reasons in several words, some with names in them: by how they begin. */
export const REASON_TEXTS: readonly (readonly [RegExp, Reason])[] = [
  [
    /^launch failed requeued held/,
    ['held', 'could not be launched on its node and is held; sheaf release tries again'],
  ],
  [
    /^launch failure limit exceeded requeued held/,
    ['held', 'could not be launched on its nodes too often and is held; sheaf release tries again'],
  ],
  [
    /^user env retrieval failed requeued held/,
    ['held', 'is held because Slurm could not read your login environment; sheaf release tries again'],
  ],
  [/^job requeued in held state/, ['held', 'was requeued and is held; sheaf release lets it go']],
  [/\bheld\b/i, ['held', 'is held; sheaf release lets it go']],
  [
    /^Job's (?:account|QOS) not (?:permitted|known)/,
    ['stuck', 'has an account or a QOS that its partition does not permit'],
  ],
  [/^Reservation .* was deleted/, ['stuck', 'names a reservation that was deleted']],
  [/^ReqNodeNotAvail, May be reserved/, ['queue', 'waits for nodes that may be reserved for another job']],
  [/^ReqNodeNotAvail/, ['queue', 'waits for nodes that are not available']],
  [
    /^Nodes required for job are DOWN/,
    ['queue', 'waits for nodes that are down, drained or reserved for jobs of higher priority'],
  ],
];
