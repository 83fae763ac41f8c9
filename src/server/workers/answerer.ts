import { getInternalCommand, type ExperimentManager } from '../../app/index.ts';
import type { Call, CallContext } from '../calls/call.ts';
import { encodeAnswer } from './encode-answer.ts';
import type { Answered } from './messages.ts';
import { openWorker } from './worker.ts';

/** Answers calls, each in its place. */
export interface Answerer {
  /**
   * @param request as `call.read` gave it
   * @throws SheafError of the call, or `server.*`; what the signal was aborted with
   */
  answer(name: string, call: Call<unknown, unknown>, request: unknown, signal: AbortSignal): Promise<Answered>;
  /** Of the processes beside this one, by place. */
  pids(): { readonly [place: string]: number | undefined };
  /** Ends the processes. */
  close(): void;
}

/** Milliseconds: what scans the view is made to be quick, what reads files depends on their disk. */
const [TABLES_LIMIT_MS, FILES_LIMIT_MS] = [10_000, 30_000];

/** What reads files waits for a disk most of the time. */
const FILES_AT_ONCE = 4;

/** Starts the processes that answer what would keep this one busy. */
export function openAnswerer(manager: ExperimentManager, context: Omit<CallContext, 'manager' | 'signal'>): Answerer {
  const [program, ...words] = getInternalCommand('__answer');
  const shared = { argv: [program, ...words, manager.root] as const, env: manager.project.env };
  const workers = {
    tables: openWorker({ ...shared, atOnce: 1, limitMs: TABLES_LIMIT_MS }),
    files: openWorker({ ...shared, atOnce: FILES_AT_ONCE, limitMs: FILES_LIMIT_MS }),
  };
  return {
    answer: async (name, call, request, signal) =>
      call.place === 'here'
        ? encodeAnswer(await call.answer(request, { ...context, manager, signal }))
        : workers[call.place].ask(name, request, signal),
    pids: () => ({ tables: workers.tables.pid, files: workers.files.pid }),
    close: () => {
      for (const worker of Object.values(workers)) worker.close();
    },
  };
}
