import type { LogError, LogHit, LogWindow } from '../../app/index.ts';
import type { CallsOf } from './call.ts';
import { count, flag, object, optional, text } from './reading.ts';

/** Which log of an experiment; by default that of its newest attempt that says most, see `LogFileChoice`. */
interface LogOf {
  readonly id: string;
  readonly stage?: string;
  /** The number of the attempt. */
  readonly attempt?: number;
  /** Its standard error, or its standard output. */
  readonly err?: boolean;
  /** Another file of the attempt, by its name. */
  readonly file?: string;
}

/** The logs of an experiment. */
export type LogsApi = {
  /** A part of a log, in whole lines; by default its last ones. */
  readonly logWindow: {
    readonly request: LogOf & {
      /** A byte: begin with the line that holds it. */
      readonly at?: number;
      /** A byte: end before it. */
      readonly before?: number;
      /** Also what progress bars have written over. */
      readonly all?: boolean;
    };
    readonly answer: LogWindow;
  };
  /** The first lines that hold a text. */
  readonly logSearch: {
    readonly request: LogOf & { readonly text: string };
    readonly answer: {
      /** In the order of the file; at most 1,000. */
      readonly hits: readonly LogHit[];
      /** Whether there are more. */
      readonly hasMore: boolean;
    };
  };
  /** Where the logs of an attempt say what went wrong; null if they do not. */
  readonly firstError: {
    readonly request: Pick<LogOf, 'id' | 'stage' | 'attempt'>;
    readonly answer: LogError | null;
  };
};

const attemptReaders = { id: text, stage: optional(text), attempt: optional(count) };
const logReaders = { ...attemptReaders, err: optional(flag), file: optional(text) };

export const logsCalls: CallsOf<LogsApi> = {
  logWindow: {
    place: 'files',
    read: object({ ...logReaders, at: optional(count), before: optional(count), all: optional(flag) }),
    answer: ({ id, ...request }, { manager }) => manager.logWindow(id, request),
  },
  logSearch: {
    place: 'files',
    read: object({ ...logReaders, text }),
    answer: async ({ id, ...request }, { manager, signal }) => {
      const hits: LogHit[] = [];
      let hasMore = false;
      for await (const event of manager.searchLog(id, { ...request, ignoreCase: true, signal })) {
        if (event.kind === 'hit') hits.push(event);
        if (event.kind === 'end') hasMore = event.next !== undefined;
      }
      return { hits, hasMore };
    },
  },
  firstError: {
    place: 'files',
    read: object(attemptReaders),
    answer: async ({ id, ...choice }, { manager, signal }) =>
      (await manager.firstError(id, { ...choice, signal })) ?? null,
  },
};
