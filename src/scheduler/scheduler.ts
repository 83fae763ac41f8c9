import type { AccountedFact, QueuedFact } from '../core/attempt.ts';
import type { JobRef } from '../core/event.ts';
import type { Token } from '../core/ids.ts';
import type { Resources } from '../core/settings.ts';

/** What differs between schedulers is data, never a question about a scheduler's name. */
export interface Capabilities {
  /** One submission may hold many members, each with an index. */
  readonly arrays: boolean;
  /** The highest index an array may have, plus one. */
  readonly maxArraySize: number;
  readonly hold: boolean;
  /** It knows partitions, accounts and QOS; otherwise these are not sent to it. */
  readonly partitions: boolean;
}

/** A job, or one task of an array. */
export interface TaskRef {
  readonly job: JobRef;
  readonly token: Token;
  /** The array index; absent for a whole job. */
  readonly index?: number;
}

/** What must have completed first. */
export interface Dependency {
  readonly job: JobRef;
  readonly token: Token;
  /**
   * `all`: the whole job, all tasks of an array. `each`: task i of the new array waits for task i.
   * A number: that task alone.
   */
  readonly tasks: 'all' | 'each' | number;
}

/** What a scheduler is asked to take. All paths are absolute. */
export interface SubmitRequest {
  /** Also the job's name. */
  readonly token: Token;
  /** The script, as `sbatch` gets it. */
  readonly script: string;
  /** Where the job starts: the project folder. */
  readonly cwd: string;
  /** The scheduler's own output of the job goes into this folder. */
  readonly outputFolder: string;
  readonly resources: Resources;
  /** Array indices; absent: a single job. */
  readonly indices?: readonly number[];
  /** At most so many tasks of the array at once. */
  readonly maxParallel?: number;
  /** Wait in the queue until released. */
  readonly held: boolean;
  /** Start only when these have completed; when one of them fails, the job ends with state `dependency`. */
  readonly after: readonly Dependency[];
  /** The caller's environment, already cleaned of what must not leak. */
  readonly env: Readonly<Record<string, string>>;
}

/** What came of a call: a scheduler's "no" is an answer, silence is not. */
export type SubmitOutcome =
  | { readonly kind: 'accepted'; readonly job: JobRef; readonly notes: readonly string[] }
  /** No job exists. `said` are the scheduler's own words. */
  | { readonly kind: 'refused'; readonly said: string; readonly ran: string; readonly fix?: string }
  /** A job may exist: look the token up before doing anything else. */
  | { readonly kind: 'doubtful'; readonly said: string; readonly ran: string };

/** What one query for all jobs showed of one task. */
export interface Sighting {
  readonly token: Token;
  readonly job: JobRef;
  readonly index?: number;
  readonly fact: QueuedFact | AccountedFact;
}

export type Poll =
  | { readonly kind: 'answer'; readonly atMs: number; readonly sightings: readonly Sighting[] }
  /** The scheduler could not be asked; nothing follows from that. */
  | { readonly kind: 'failed'; readonly said: string };

export type Found =
  | { readonly kind: 'answer'; readonly jobs: ReadonlyMap<Token, JobRef> }
  | { readonly kind: 'failed'; readonly said: string };

/** What the machine or cluster offers, for `info`, `init` and refusals. */
export interface SchedulerDescription {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly cpus: number;
  readonly gpus: number;
  readonly notes: readonly string[];
}

export interface Scheduler {
  /** `slurm:<cluster>` or `local:<spool>`: part of every job's identity. */
  readonly id: string;
  readonly can: Capabilities;
  /** Hands one script over. Never throws for a refusal; see {@link SubmitOutcome}. */
  submit(request: SubmitRequest): Promise<SubmitOutcome>;
  /** Looks tokens up in queue and accounting. */
  find(tokens: readonly Token[]): Promise<Found>;
  /**
   * One question for all jobs: what the queue shows, and for those that left it what accounting
   * says. A task that neither knows is absent from the answer.
   */
  poll(tasks: readonly TaskRef[]): Promise<Poll>;
  /** Ends the tasks; those that ended already are no error. @throws SheafError when it cannot be asked. */
  cancel(tasks: readonly TaskRef[]): Promise<void>;
  hold(tasks: readonly TaskRef[]): Promise<void>;
  release(tasks: readonly TaskRef[]): Promise<void>;
  describe(): Promise<SchedulerDescription>;
}
