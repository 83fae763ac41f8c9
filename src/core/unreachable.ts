import { SheafError } from './errors.ts';

/** Words about a scheduler that does not answer. */
export interface Silence {
  /** A permanent code that the scheduler documents as its own. */
  readonly code?: string;
  /** What its programs said. */
  readonly said: string;
  /** The command that was run, as one could paste it. */
  readonly ran?: string;
  /** What was and was not done. By default nothing was. */
  readonly now?: string;
}

/** A scheduler that cannot be asked now. Nothing follows from that, and the same may work later. */
export class Unreachable extends SheafError {
  constructor({ code = 'scheduler.unreachable', now = 'nothing was changed', ...words }: Silence) {
    const fix = 'try again later; sheaf doctor tells more';
    super({ code, message: 'the cluster does not answer', ...words, now, fix }, 1);
  }
}
