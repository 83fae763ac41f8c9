import type { FollowedLog } from '../../app/index.ts';
import type { ExpId, Key } from '../../core/ids.ts';
import type { ProblemJson } from '../../json/index.ts';
import type { LastLook } from '../calls/live-state.ts';

/** How the scheduler was when it was last asked. */
export type SchedulerState = Pick<LastLook, 'askedAt' | 'problem' | 'problemSince'>;

/** Experiments that changed since the version before. */
export interface ChangedEvent {
  readonly version: number;
  readonly keys: readonly Key[];
  /** Their names, without those of experiments that were removed. */
  readonly ids: readonly ExpId[];
  /** All that was read may be old; no experiment is named then. */
  readonly reset: boolean;
}

/** Whether the record can be read and written. */
export interface RecordState {
  /** Why it cannot be read. */
  readonly problem: ProblemJson | null;
  /** Why something that jobs did could not be recorded. Who may only look has none. */
  readonly unrecorded: string | null;
}

/** What an event stream says, by the name of the event. */
export type LiveEvents = {
  /** The first one. */
  readonly hello: {
    readonly version: number;
    /** Names this stream in `follow`. */
    readonly stream: string;
    readonly scheduler: SchedulerState;
  } & RecordState;
  readonly changed: ChangedEvent;
  /** A followed log has grown, or is no longer the same file. */
  readonly log: FollowedLog;
  /** Something that a followed experiment writes beside its log has grown. */
  readonly curve: { readonly id: string };
  /** The scheduler was asked. */
  readonly scheduler: SchedulerState;
  /** The record cannot be read or written, or can again. */
  readonly record: RecordState;
};

/**
 * An event as it is sent. Its data is one line of JSON, in which line breaks of texts are escaped, and its id a number:
 * nothing that a user wrote can begin an event or end one.
 *
 * @param id a version: a stream that is resumed goes on from it
 */
export function formatEvent<N extends keyof LiveEvents>(name: N, data: LiveEvents[N], id?: number): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** Says nothing: it keeps the connection open, and shows the page that it is. */
export const HEARTBEAT = 'event: beat\ndata: {}\n\n';
