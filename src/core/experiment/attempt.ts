import type { AdviceRecord } from './advised.ts';
import type { Token } from '../ids.ts';
import type { RecordedFingerprints } from './fingerprint.ts';
import type { Facts, Register, Version } from './facts.ts';

/**
 * What is known about one attempt: a lattice of facts ranked by evidence.
 *
 * Each kind of fact is merged on its own, by a rule under which order and repetition do not matter;
 * `getAttemptOutcome` then reads them from the strongest evidence to the weakest. So no report of
 * a scheduler can undo what the job itself recorded, however late it arrives.
 */
export interface Attempt {
  readonly stage: string;
  /** Counts from 1 within a stage. */
  readonly n: number;
  /** The submission it belongs to; the first one recorded stands. */
  readonly token?: Register<Token>;
  /** Its place in the array of that submission; absent for a single job, and for what a requeue made by itself. */
  readonly index?: Register<number>;
  /** Milliseconds since 1970 when it was handed to the scheduler. */
  readonly submittedMs?: number;
  /** What advice chose for it; the last one counts. */
  readonly advised?: Register<AdviceRecord>;
  /** What it reads. */
  readonly inputs?: RecordedFingerprints;
  /**
   * It takes nothing from the attempts before it: no checkpoint, and its series is never joined with theirs. The first
   * attempt of its stage with another version of code and template than those had.
   */
  readonly fresh?: true;
  /** The version that `retry --fresh` made for it; the first one recorded stands. */
  readonly version?: Register<Version>;
  readonly facts: Facts;
}
