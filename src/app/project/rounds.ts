import { formatCount, formatList } from '../../core/text/phrases.ts';
import type { RoundEffect, Submission } from './types.ts';

/** `Sweep tuned: stopped 2 members: tuned-3, tuned-5` */
export function describeEffect({ sweep, did, expIds }: RoundEffect): string {
  const what =
    did === 'repeated'
      ? `repeated the best in ${formatCount(expIds.length, 'member')}`
      : `${did} ${formatCount(expIds.length, 'member')}`;
  return `Sweep ${sweep}: ${what}: ${formatList(expIds)}`;
}

/** What looks at the adaptive sweeps of a project came to. */
export interface RoundsTaken {
  readonly effects: readonly RoundEffect[];
  /** What keeps a sweep from going on, or must be known of it. */
  readonly warnings: readonly string[];
  /** Of members that were made. */
  readonly submissions: readonly Submission[];
  /** The sweeps with members that run, wait or are just being made: look again. */
  readonly goesOn: readonly string[];
}

/** What takes the rounds of the adaptive sweeps of a project, for as long as a command runs. */
export interface RoundTaker {
  /**
   * Looks at all sweeps that go on by themselves. One whose last look took long is left alone for a while, so that looking takes a small
   * part of the time. It never fails because of a sweep: what keeps one from going on is in the warnings.
   *
   * @throws the reason of the signal
   */
  take(options?: TakeRoundsOptions): Promise<RoundsTaken>;
}

export interface TakeRoundsOptions {
  readonly signal?: AbortSignal;
  /** How long to read of each sweep at most, milliseconds: what is left is read by the next look. Default: 2000. */
  readonly forMs?: number;
  /** The sweeps whose members a person asks to be submitted: they may begin. */
  readonly asked?: readonly string[];
  /** The caller shows no warnings: what is reported once is left to another command. */
  readonly isUnread?: boolean;
  /** Look at every sweep, however long the last look took. */
  readonly now?: boolean;
}
