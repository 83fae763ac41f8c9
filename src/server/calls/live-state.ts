import type { FollowedLog } from '../../app/index.ts';

/** What the last look at the scheduler showed. Times are milliseconds since 1970. */
export interface LastLook {
  /** When it was asked, or was to be asked; null while there was nothing to ask about. */
  readonly askedAt: number | null;
  /** Why it could not be asked, since `problemSince`: what was known before holds. */
  readonly problem: string | null;
  readonly problemSince: number | null;
  /** Why each waiting task waits, by the key of its experiment and the stage: `key.train`. */
  readonly reasons: ReadonlyMap<string, string>;
  readonly warnings: readonly string[];
  /** Why something that it showed could not be recorded. */
  readonly unrecorded: string | null;
}

/** Files that grow, as a screen shows them. */
export interface Followed {
  readonly logs: readonly FollowedLog[];
  /** Experiments whose curves are on screen. */
  readonly curves: readonly string[];
}

/** What the server keeps in memory for pages that are open. */
export interface LiveState {
  readonly look: LastLook;
  /** Why something that jobs did could not be recorded, as far as is known now: the disk is full. */
  readonly unrecorded: string | null;
  /** What the screens behind an event stream show, in place of what they showed before. @throws SheafError `request.stream` */
  follow(stream: string, followed: Followed): void;
  /** A page that has no event stream is open. */
  renewLease(): void;
}
