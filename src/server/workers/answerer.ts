import { getInternalCommand, type ExperimentManager } from '../../app/index.ts';
import { WORK } from '../calls/actions.ts';
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
  /** Asks what no page can ask, also if no page waits for the answer any more. @throws SheafError of it, or `server.*` */
  work(name: keyof typeof WORK, request: object): Promise<unknown>;
  /** Of the processes beside this one, by place. */
  pids(): { readonly [place: string]: number | undefined };
  /** Ends the processes. */
  close(): void;
}

/** Milliseconds: what scans the view is made to be quick, what reads files depends on their disk. */
const [TABLES_LIMIT_MS, FILES_LIMIT_MS] = [10_000, 30_000];

/** What acts may submit 10,000 jobs, and waits for a scheduler that is busy: cutting it off helps nobody. */
const ACTS_LIMIT_MS = 6 * 60 * 60_000;

/** What reads files waits for a disk most of the time. */
const FILES_AT_ONCE = 4;

/**
 * Starts the processes that answer what would keep this one busy.
 *
 * @param mayAct otherwise none of them changes anything, and there is no place `acts`
 */
export function openAnswerer(
  manager: ExperimentManager,
  context: Omit<CallContext, 'manager' | 'signal'>,
  mayAct: boolean,
): Answerer {
  const [program, ...words] = getInternalCommand('__answer');
  const shared = { argv: [program, ...words, manager.root] as const, env: manager.project.env };
  const workers = {
    tables: openWorker({ ...shared, atOnce: 1, limitMs: TABLES_LIMIT_MS }),
    files: openWorker({ ...shared, atOnce: FILES_AT_ONCE, limitMs: FILES_LIMIT_MS }),
    acts: mayAct
      ? openWorker({
          ...shared,
          argv: [...shared.argv, 'acts'],
          atOnce: 1,
          limitMs: ACTS_LIMIT_MS,
          finishes: true,
        })
      : undefined,
  };
  return {
    answer: async (name, call, request, signal) => {
      if (call.place === 'here') return encodeAnswer(await call.answer(request, { ...context, manager, signal }));
      const worker = workers[call.place];
      if (worker === undefined) throw new Error(`this server does not act: ${name}`);
      return worker.ask(name, request, signal);
    },
    work: async (name, request) => {
      const { place } = WORK[name];
      const worker = place === 'here' ? undefined : workers[place];
      const answered = await worker?.ask(name, request, new AbortController().signal);
      if (answered?.kind !== 'json') throw new Error(`no worker does ${name}`);
      return JSON.parse(answered.text);
    },
    pids: () => ({ tables: workers.tables.pid, files: workers.files.pid, acts: workers.acts?.pid }),
    close: () => {
      for (const worker of Object.values(workers)) worker?.close();
    },
  };
}
