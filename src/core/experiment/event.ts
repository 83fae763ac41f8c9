import type { AdviceRecord } from './advised.ts';
import type { Fact, Reread } from './facts.ts';
import type { FoundLimits } from './auto.ts';
import type { CheckpointRef, Pin, StartPoint } from './checkpoint-file.ts';
import type { CodeRecord, GitState } from './code.ts';
import type { Fingerprints } from './fingerprint.ts';
import type { Frozen } from './frozen.ts';
import type { ExpId, Key, Token } from '../ids.ts';
import type { Harvest } from './metric.ts';
import type { Proposal, Round, Search } from './search.ts';
import type { Value, ValueMap } from '../value.ts';

/** The version of the event format that this code writes. */
export const EVENT_VERSION = 1;

/** One attempt named without its facts. */
export interface AttemptRef {
  readonly key: Key;
  readonly stage: string;
  readonly n: number;
}

/** An attempt within a submission. */
export interface SubmissionMember extends AttemptRef {
  /** Its index in the array; absent when the submission is a single job. */
  readonly index?: number;
}

/** A job as a scheduler knows it. Ids alone get reused, so there is the rest. */
export interface JobRef {
  /** `slurm:<cluster>` or `local:<spool>`. */
  readonly scheduler: string;
  readonly id: string;
  readonly uid: number;
  /** Milliseconds since 1970. */
  readonly submittedMs: number;
}

/** What happened. Each event is one line of a journal file. */
export type EventBody =
  | {
      readonly type: 'created';
      readonly key: Key;
      readonly exp: ExpId;
      readonly description: string;
      readonly tags: readonly string[];
      readonly notes: readonly string[];
      readonly config: Frozen;
      readonly sweep?: string;
      /** Where the project's repository stood. */
      readonly git?: GitState;
      /** The experiment that it repeats, with the same code. */
      readonly rerun?: { readonly key: Key; readonly exp: ExpId };
      /** Its code is frozen from the start: that of the experiment that it repeats. */
      readonly code?: CodeRecord;
      /** The checkpoint that its jobs start from. */
      readonly start?: StartPoint;
    }
  | { readonly type: 'renamed'; readonly key: Key; readonly exp: ExpId }
  | { readonly type: 'removed'; readonly key: Key; readonly exp: ExpId }
  | {
      readonly type: 'tagged';
      readonly key: Key;
      readonly exp: ExpId;
      readonly add: readonly string[];
      readonly remove: readonly string[];
    }
  | { readonly type: 'noted'; readonly key: Key; readonly exp: ExpId; readonly text: string }
  | { readonly type: 'archived'; readonly key: Key; readonly exp: ExpId; readonly archived: boolean }
  | {
      /** A sweep was made, or extended: its spaces add up. */
      readonly type: 'swept';
      readonly sweep: string;
      readonly template: string;
      /** The search space as it was asked for, with the seed of random draws. */
      readonly space: Value;
      readonly count: number;
      readonly id?: string;
      /** Options as on the command line that hold for all members. */
      readonly fixed: ValueMap;
    }
  | {
      /** Written before the scheduler is called: whatever happens then, the token can be looked up. */
      readonly type: 'submitting';
      readonly token: Token;
      readonly scheduler: string;
      readonly members: readonly SubmissionMember[];
      /** The maximum number of members at once; absent: no throttle. */
      readonly maxParallel?: number;
      readonly held?: boolean;
      /** Tokens of the submissions that must complete first. */
      readonly after?: readonly Token[];
      /** The experiments that must complete first, as asked for with `--after`: a retry waits for them again. */
      readonly behind?: readonly Key[];
      /** Resources of these attempts that differ from the experiment's. */
      readonly resources?: ValueMap;
      /** What `auto` came to for them: limits found from past runs. */
      readonly found?: FoundLimits;
      /** The code that its jobs run. */
      readonly code?: CodeRecord;
      /** These attempts take nothing from those before them: neither checkpoint nor series. */
      readonly fresh?: true;
      /** What `retry --fresh` reread for these attempts; with `code` it is a version, current from now on. */
      readonly reread?: Reread;
      /** Who is doing it: `host:pid:start:boot`, to know whether it may still be under way. */
      readonly owner: string;
    }
  | { readonly type: 'submitted'; readonly token: Token; readonly job: JobRef }
  | {
      /** Advice chose resources for attempts that are being submitted. */
      readonly type: 'advised';
      readonly attempts: readonly AttemptRef[];
      readonly advised: AdviceRecord;
    }
  | {
      /** How many members of a sweep may run at once from now on; null: no limit. */
      readonly type: 'throttled';
      readonly sweep: string;
      readonly maxParallel: number | null;
    }
  | {
      /** How a sweep goes on by itself from now on; null: it does not any more. */
      readonly type: 'searched';
      readonly sweep: string;
      readonly search: Search | null;
    }
  | {
      /**
       * A round of a sweep: which members are stopped, and which are made. Of several for one round, the one with the lowest stamp
       * counts; effects follow it, so they are the same, no matter who brings them about.
       */
      readonly type: 'decided';
      readonly sweep: string;
      /** Counts from 1. */
      readonly round: number;
      /** Absent: no member had reached a rung. */
      readonly stopping?: Round;
      readonly proposed: readonly Proposal[];
      /** Members without a value of the metric where they should have one. In one round of a sweep at most: it is reported once. */
      readonly lacking?: readonly ExpId[];
    }
  | {
      /** Something was learned about one or many attempts. */
      readonly type: 'state';
      readonly token?: Token;
      readonly attempts: readonly AttemptRef[];
      readonly fact: Fact;
    }
  | {
      /** What attempts are about to read, or have begun to read. */
      readonly type: 'fingerprinted';
      readonly attempts: readonly AttemptRef[];
      readonly inputs: Fingerprints;
    }
  | {
      /** A checkpoint got a name in the project; null: the name is free again. */
      readonly type: 'pinned';
      readonly key: Key;
      readonly exp: ExpId;
      readonly name: string;
      readonly pin: Pin | null;
    }
  | {
      /** Checkpoints that were deleted. */
      readonly type: 'pruned';
      readonly key: Key;
      readonly exp: ExpId;
      /** Names what was deleted together: after a crash it may be recorded again, and counts once. */
      readonly batch: string;
      readonly files: readonly CheckpointRef[];
      /** What that frees: less than the lengths of all files if some have further names, by hard links. */
      readonly bytes: number;
    }
  | { readonly type: 'harvested'; readonly key: Key; readonly exp: ExpId; readonly harvest: Harvest };

export type EventType = EventBody['type'];

/** Who wrote an event, where and when. */
export interface EventMeta {
  /** Random id of the writer: one journal file each. */
  readonly writer: string;
  /** Counts from 1 within a writer. */
  readonly seq: number;
  /** Logical time: above every stamp that the writer had seen. */
  readonly lt: number;
  /** The writer's clock, milliseconds since 1970 (UTC). */
  readonly atMs: number;
  readonly user: string;
  readonly host: string;
  /** Through what the user did it; absent: the command line or the library. */
  readonly by?: Via;
}

/** `web`: the dashboard. */
export type Via = 'web';

export type SheafEvent = EventMeta &
  EventBody & {
    /** Its place in the order that all hosts agree on, see {@link makeStamp}. */
    readonly stamp: string;
  };

const LT_DIGITS = 9;
const SEQ_DIGITS = 6;

/**
 * The place of an event in the one order that all hosts agree on, as text that sorts:
 * logical time, then writer, then sequence number.
 */
export function makeStamp(meta: Pick<EventMeta, 'lt' | 'writer' | 'seq'>): string {
  return `${base36(meta.lt, LT_DIGITS)}${meta.writer}${base36(meta.seq, SEQ_DIGITS)}`;
}

function base36(value: number, digits: number): string {
  return value.toString(36).padStart(digits, '0');
}
