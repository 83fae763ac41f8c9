import type { ExpId } from '../../core/ids.ts';
import type { Followed, LiveState } from './live-state.ts';
import type { CallsOf } from './call.ts';
import { listOf, object, text } from './reading.ts';

/** Why tasks wait: one reason, and who waits for it. */
export interface WaitReason {
  readonly reason: string;
  readonly count: number;
  /** Some of them: keys of experiments. */
  readonly keys: readonly string[];
}

/** How all stands. */
export interface SummaryAnswer {
  /** Experiments that are not archived, by status. */
  readonly counts: { readonly [status: string]: number };
  /** Completed experiments whose results were not read yet; `sheaf harvest` reads them. */
  readonly unread: number;
  /** The newest of these, at most three. */
  readonly unreadIds: readonly ExpId[];
  /** The last look at the scheduler: when, and why it failed. Milliseconds since 1970. */
  readonly scheduler: {
    readonly askedAt: number | null;
    readonly problem: string | null;
    readonly problemSince: number | null;
  };
  /** As of that look, the most frequent first. */
  readonly waiting: readonly WaitReason[];
  /** What a person should know: about the record, and about jobs of others. */
  readonly warnings: readonly string[];
  readonly version: number;
}

/** What is going on. */
export type LiveApi = {
  readonly summary: { readonly request: object; readonly answer: SummaryAnswer };
  /** Which files the screens behind an event stream show: it then says when one has grown. */
  readonly follow: {
    readonly request: Followed & {
      /** As the stream's `hello` has it. */
      readonly stream: string;
    };
    readonly answer: { readonly following: number };
  };
};

export const liveCalls: CallsOf<LiveApi> = {
  summary: {
    place: 'here',
    read: object({}),
    answer: async (_, { manager, live }) => {
      const summary = await manager.summary();
      const { look, unrecorded } = live as LiveState;
      const { askedAt, problem, problemSince } = look;
      return {
        ...summary,
        scheduler: { askedAt, problem, problemSince },
        waiting: groupReasons(look.reasons),
        warnings: [
          ...summary.warnings,
          ...look.warnings,
          ...(unrecorded === null ? [] : [`what jobs did could not be recorded: ${unrecorded}`]),
        ],
      };
    },
  },
  follow: {
    place: 'here',
    read: object({ stream: text, logs: listOf(object({ id: text, attempt: text, file: text })), curves: listOf(text) }),
    answer: ({ stream, logs, curves }, { live }) => {
      live?.follow(stream, { logs, curves });
      return { following: logs.length + curves.length };
    },
  },
};

const MOST_KEYS = 50;

function groupReasons(reasons: ReadonlyMap<string, string>): WaitReason[] {
  const groups = Map.groupBy(reasons, ([, reason]) => reason);
  return [...groups]
    .map(([reason, tasks]) => ({
      reason,
      count: tasks.length,
      keys: [...new Set(tasks.map(([name]) => name.slice(0, name.indexOf('.'))))].slice(0, MOST_KEYS),
    }))
    .toSorted((a, b) => b.count - a.count);
}
