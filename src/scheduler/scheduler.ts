import type { AccountFacts, ClusterFacts, PartitionFacts, QosFacts } from '../core/cluster/cluster-facts.ts';
import type { AccountedFact, QueuedFact } from '../core/experiment/facts.ts';
import type { JobRef } from '../core/experiment/event.ts';
import type { Token } from '../core/ids.ts';
import type { PastWait } from '../core/cluster/past-wait.ts';
import type { Resources } from '../core/settings/settings.ts';

/** What differs between schedulers is data, never a question about a scheduler's name. */
export interface Capabilities {
  /**
   * How long after a submission was begun its job may still appear although its command died, milliseconds:
   * a program that the command had started goes on without it.
   */
  readonly settleMs: number;
  /** Jobs go to partitions, of which there are several to choose from. */
  readonly partitions: boolean;
  /** CPUs of a job that hardly computes: 0 if the scheduler counts what jobs ask for and nothing else, so that it keeps none waiting. */
  readonly idleCpus: 0 | 1;
}

/** A job, or one task of an array. */
export interface TaskRef {
  readonly job: JobRef;
  readonly token: Token;
  /** The array index; absent for a whole job. */
  readonly index?: number;
}

/** How many tasks of an array may run at once. */
export interface ArrayThrottle {
  /** The array, or any task of it. */
  readonly job: TaskRef;
  /** Undefined: no limit. */
  readonly maxParallel?: number | undefined;
}

/** What a job waits for. */
export interface Dependency {
  readonly job: JobRef;
  readonly token: Token;
  /**
   * `all`: the whole job, all tasks of an array. `each`: task i of the new array waits for task i.
   * A number: that task alone.
   */
  readonly tasks: 'all' | 'each' | number;
  /** `completed`: when it fails, the new job ends with state `dependency`. `ended`: however it ends. */
  readonly until: 'completed' | 'ended';
}

/** What a scheduler is asked to take. All paths are absolute. */
export interface SubmitRequest {
  /** Also the job's name. */
  readonly token: Token;
  /** The script, as `sbatch` gets it. */
  readonly script: string;
  /** Where the script is kept; the scheduler gets its text. */
  readonly scriptFile?: string;
  /** Where the job starts: the project folder. */
  readonly cwd: string;
  /** The scheduler's own output of the job goes into this folder. */
  readonly outputFolder: string;
  readonly resources: Resources;
  /** Array indices; absent: a single job. */
  readonly indices?: readonly number[];
  /** Maximum number of tasks of the array at once. */
  readonly maxParallel?: number;
  /** Wait in the queue until released. */
  readonly held: boolean;
  /** Start only when these have ended as they must. */
  readonly after: readonly Dependency[];
  /** The caller's environment, already cleaned of what must not leak. */
  readonly env: Readonly<Record<string, string>>;
}

/** The outcome of a call: a scheduler's "no" is an answer; no answer is not. */
export type SubmitOutcome =
  | { readonly kind: 'accepted'; readonly job: JobRef; readonly notes: readonly string[] }
  /**
   * No job exists. `said` are the scheduler's own words.
   *
   * `unreachable`: that is no answer of the scheduler, which could not be asked; the same may be taken later.
   */
  | {
      readonly kind: 'refused';
      readonly said: string;
      readonly ran: string;
      readonly fix?: string;
      readonly unreachable?: true;
    }
  /** No job exists, and none may be submitted until some have ended: a limit of the account, the QOS or the queue. */
  | { readonly kind: 'full'; readonly said: string; readonly ran: string }
  /** A job may exist: look the token up before doing anything else. */
  | { readonly kind: 'doubtful'; readonly said: string; readonly ran: string };

/** What one query for all jobs showed of one task. */
export interface PollResult {
  readonly token: Token;
  readonly job: JobRef;
  readonly index?: number;
  readonly fact: QueuedFact | AccountedFact;
}

export type Poll =
  | {
      readonly kind: 'answer';
      readonly atMs: number;
      readonly results: readonly PollResult[];
      /** It is the answer that another command got a moment ago. */
      readonly reused?: boolean;
    }
  /** The scheduler could not be asked; nothing follows from that. */
  | { readonly kind: 'failed'; readonly said: string };

/** One run of a task as accounting has it; of one that has not ended there, its reported state. */
export type AccountedRun = AccountedFact | 'pending' | 'running';

/** What accounting has of one task: its runs, oldest first. A requeue begins another one. */
export interface AccountedTask {
  readonly token: Token;
  readonly index?: number;
  readonly runs: readonly AccountedRun[];
}

export type Accounts =
  | { readonly kind: 'answer'; readonly tasks: readonly AccountedTask[] }
  /** There is no accounting here: nobody will ever know more. */
  | { readonly kind: 'none' }
  /** It could not be asked; nothing follows from that. */
  | { readonly kind: 'failed'; readonly said: string };

/** What accounting has of what one task used in its last run. What it does not say is absent. */
export interface TaskUsage {
  readonly token: Token;
  readonly index?: number;
  /** Seconds. */
  readonly elapsedS?: number;
  /** CPU seconds of all processes on all nodes. */
  readonly cpuS?: number;
  /** Cores that it was given. */
  readonly cpus?: number;
  readonly nodes?: number;
  /** The most host memory of one node, MiB (2^20 bytes), as far as it was sampled: an upper bound where several tasks share it. */
  readonly peakHostMib?: number;
  /** Mean of its one GPU, 0 to 1. */
  readonly gpuUtil?: number;
  /** GiB (2^30 bytes) of one GPU. */
  readonly peakGpuGib?: number;
  readonly partition?: string;
}

export type Usages =
  | { readonly kind: 'answer'; readonly tasks: readonly TaskUsage[] }
  /** There is no accounting here. */
  | { readonly kind: 'none' }
  | { readonly kind: 'failed'; readonly said: string };

export type FindAnswer =
  | { readonly kind: 'answer'; readonly jobs: ReadonlyMap<Token, JobRef> }
  | { readonly kind: 'failed'; readonly said: string };

/** The position of a job in the queue. */
export interface QueuePosition {
  /**
   * Jobs and tasks of any user that wait before it in its partition, for their turn or for room. Undefined if others cannot
   * be seen, and if the job waits for a limit of its own: nobody is ahead of it then.
   */
  readonly before?: number;
  /** When the scheduler expects it to start, milliseconds since 1970. */
  readonly startMs?: number;
}

/** Defaults for what a template does not set, and notes about them. */
export interface Completed {
  readonly resources: Resources;
  readonly notes: readonly string[];
}

/** What the machine or cluster offers, for `info`, `init` and refusals. */
export interface SchedulerDescription {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly cpus: number;
  readonly gpus: number;
  readonly notes: readonly string[];
  readonly partitions?: readonly PartitionDescription[];
  /** Nodes by their state. */
  readonly nodes?: { readonly [state: string]: number };
  readonly gpuTypes?: readonly GpuDescription[];
  /** Accounts that this user may charge. */
  readonly accounts?: readonly AccountDescription[];
  /** QOS that this user may ask for. */
  readonly qos?: readonly QosDescription[];
}

/** GPUs of one type. */
export interface GpuDescription {
  /** Empty if the site sets none. */
  readonly type: string;
  readonly total: number;
  readonly inUse: number;
  /** A job could have them now: they are on nodes that take jobs, and idle. */
  readonly free: number;
  /** The most that one node has. */
  readonly perNode: number;
}

/** An absent limit means no limit. */
export interface PartitionDescription extends Omit<
  PartitionFacts,
  'minNodes' | 'denyQos' | 'wants' | 'maxCpusPerNode' | 'maxMemPerNodeMib' | 'defaultMemory' | 'billing' | 'exclusive'
> {
  readonly nodes: number;
  readonly nodesByState: { readonly [state: string]: number };
  readonly cpus: number;
  /** Of a node. */
  readonly memoryMib?: { readonly least: number; readonly most: number };
  readonly gpuTypes: readonly GpuDescription[];
}

/** An absent limit means no limit. */
export type AccountDescription = Pick<
  AccountFacts,
  'name' | 'default' | 'partition' | 'qos' | 'defaultQos' | 'maxJobs' | 'maxSubmit' | 'maxWallS'
>;

/** An absent limit means no limit. */
export interface QosDescription extends Pick<QosFacts, 'name' | 'maxWallS' | 'maxJobsPerUser' | 'maxSubmitPerUser'> {
  readonly flags: readonly string[];
  readonly maxSubmitPerAccount?: number;
  readonly grpSubmit?: number;
  /** As the scheduler writes it: `gres/gpu=4`. */
  readonly maxTresPerUser?: string;
  readonly grpTres?: string;
}

/** How long jobs waited. */
export type PastWaits =
  | {
      readonly kind: 'answer';
      /** By the time they could have started. */
      readonly waits: readonly PastWait[];
      /** The site shows no jobs of others, or there are none. */
      readonly onlyOwn: boolean;
    }
  | { readonly kind: 'none' }
  | { readonly kind: 'failed'; readonly said: string };

/** A job that is not to be submitted: only when it would start is asked. */
export interface TrialRequest {
  readonly partition: string;
  readonly account?: string;
  readonly qos?: string;
  readonly reservation?: string;
  readonly nodes: number;
  readonly gpusPerNode: number;
  readonly gpuType?: string;
  readonly cpusPerNode: number;
  /** Of a node. */
  readonly memoryMib?: number;
  readonly timeLimitS?: number;
  /** All of them must a node have. */
  readonly features: readonly string[];
}

export type Trial =
  /** Milliseconds since 1970. */
  | { readonly kind: 'starts'; readonly startMs: number }
  /** Such a job would not be taken. */
  | { readonly kind: 'refused'; readonly said: string }
  /** It could not be asked; nothing follows from that. */
  | { readonly kind: 'failed'; readonly said: string };

/** Whether a small job would be taken. */
export interface AccessQuestion {
  readonly partition: string;
  readonly account?: string;
  /** With one GPU of this type (`''`: of any); absent: without. */
  readonly gpuType?: string;
}

export interface Scheduler {
  /** `slurm:<cluster>` or `local:<spool>`: part of every job's identity. */
  readonly id: string;
  readonly can: Capabilities;
  /** How many tasks an array may have; its indices are all below that. */
  maxArraySize(): Promise<number>;
  /**
   * How many more tasks may be submitted now; Infinity where no limit is known.
   *
   * @param resources which account and QOS
   */
  room(resources: Resources): Promise<number>;
  /**
   * Sets memory and time, which the scheduler would otherwise choose.
   *
   * @param purpose `show`: nothing is submitted, so that a scheduler that is this machine alone only notes what it lacks
   * @throws SheafError `resources.*` if the machine cannot provide the requested resources
   */
  complete(resources: Resources, purpose?: 'show'): Promise<Completed>;
  /**
   * Asks the scheduler about what {@link complete} cannot judge, before anything is made. Absent: there is nothing.
   *
   * @throws SheafError `resources.*` if it would refuse them
   */
  check?(resources: Resources): Promise<void>;
  /** What {@link submit} would run, as one could paste it. */
  command(request: Omit<SubmitRequest, 'env' | 'script'>): string;
  /** Hands one script over. Never throws for a refusal; see {@link SubmitOutcome}. */
  submit(request: SubmitRequest): Promise<SubmitOutcome>;
  /**
   * Looks tokens up in queue and accounting.
   *
   * @param sinceMs when the oldest of them may have been submitted
   */
  find(tokens: readonly Token[], sinceMs: number): Promise<FindAnswer>;
  /** Begins to ask what {@link poll} will need, while the caller reads its own records. */
  beginPoll?(afterMs?: number): void;
  /**
   * One question for all jobs: what the queue shows. A task that is not in it is absent from the answer, which may
   * be a few seconds old.
   *
   * @param afterMs an answer from before that does not do
   */
  poll(tasks: readonly TaskRef[], afterMs?: number): Promise<Poll>;
  /**
   * {@link poll} that starts nothing, if a poll may: a supervisor that is gone stays so. Absent: no poll does.
   */
  look?(tasks: readonly TaskRef[]): Promise<Poll>;
  /** One question for all that left the queue: what accounting says. */
  account(tasks: readonly TaskRef[]): Promise<Accounts>;
  /** One question for what tasks that ended have used; absent: this scheduler keeps no such accounts. */
  usage?(tasks: readonly TaskRef[]): Promise<Usages>;
  /** Ends the tasks; those that ended already are no error. @throws SheafError when it cannot be asked. */
  cancel(tasks: readonly TaskRef[]): Promise<void>;
  hold(tasks: readonly TaskRef[]): Promise<void>;
  release(tasks: readonly TaskRef[]): Promise<void>;
  /** Puts running tasks back into the queue. @throws SheafError in the scheduler's words when it will not */
  requeue(tasks: readonly TaskRef[]): Promise<void>;
  /** How many tasks of arrays may run at once from now on. Arrays that ended already are no error. */
  throttle(changes: readonly ArrayThrottle[]): Promise<void>;
  /** Where a waiting task stands; undefined when that cannot be said. */
  place(task: TaskRef): Promise<QueuePosition | undefined>;
  /** The program that opens a shell where the task runs. @throws SheafError when it does not run */
  shell(task: TaskRef): Promise<readonly [string, ...string[]]>;
  describe(): Promise<SchedulerDescription>;
  /**
   * What is known of the cluster now, at most a minute old: an answer that another command was given serves, too.
   *
   * @throws SheafError if none of it is available
   */
  facts(options?: { readonly fresh?: boolean }): Promise<ClusterFacts>;
  /** How long jobs waited lately, at most ten minutes old. Absent: this scheduler keeps no such accounts. */
  waits?(): Promise<PastWaits>;
  /** Tries jobs without submitting them; what is answered is in {@link facts} for a day. Absent: anybody gets in. */
  probe?(questions: readonly AccessQuestion[]): Promise<void>;
  /** When a job would start, as the scheduler plans now; at most 90 s old. Absent: this one does not plan. */
  predictStart?(request: TrialRequest): Promise<Trial>;
}

/** A scheduler for those who only look: nothing can be started, changed or ended by it. */
export type QueueReader = Pick<Scheduler, 'id' | 'can' | 'find' | 'beginPoll' | 'poll' | 'account'>;

/** What of a scheduler can be read. */
export function toQueueReader(scheduler: Scheduler): QueueReader {
  return {
    id: scheduler.id,
    can: scheduler.can,
    find: (tokens, sinceMs) => scheduler.find(tokens, sinceMs),
    beginPoll: (afterMs) => scheduler.beginPoll?.(afterMs),
    poll: (tasks, afterMs) => (scheduler.look ? scheduler.look(tasks) : scheduler.poll(tasks, afterMs)),
    account: (tasks) => scheduler.account(tasks),
  };
}
