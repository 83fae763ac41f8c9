import type { JobRef } from '../../core/experiment/event.ts';
import type { Token } from '../../core/ids.ts';

/** That a job runs, as it wrote itself. */
export interface WaitStarted {
  /** Milliseconds since 1970. */
  readonly atMs: number;
  /** The node. */
  readonly host: string;
  /** The scheduler's id of the job. */
  readonly job: string;
}

/** That a job runs no more, or must not. */
export interface WaitEnded {
  /** Milliseconds since 1970. */
  readonly atMs: number;
  /** `ended`: so has the sweep. `replaced`: by its successor. `stopped`: by a person. `gone`: it left the queue without a record. */
  readonly how: 'ended' | 'replaced' | 'stopped' | 'gone';
}

/** A job that waits for a sweep, as it is on record. */
export interface RecordedWaitJob {
  readonly sweep: string;
  /** From 1; each successor has the next number. */
  readonly n: number;
  readonly token: Token;
  /** `host:pid:start:boot` of the command that submitted it. */
  readonly owner: string;
  /** When that began, milliseconds since 1970. */
  readonly claimedMs: number;
  /** Absent while it is being submitted, and if the command was killed before it recorded the job. */
  readonly job?: JobRef;
  readonly started?: WaitStarted;
  readonly ended?: WaitEnded;
  /** Why it could not run, as its script says. */
  readonly problem?: string;
  /** The log, relative to the project. */
  readonly log: string;
}

/** A job that waits for a sweep, as the scheduler has it now. */
export interface WaitJob extends RecordedWaitJob {
  /** `submitting`: by a command that runs, or did a moment ago. `elsewhere`: it belongs to another cluster. */
  readonly state: 'submitting' | 'queued' | 'running' | 'elsewhere' | 'over';
  /** Why it waits in the queue, in the scheduler's words. */
  readonly reason?: string;
}
