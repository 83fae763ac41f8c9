import { failure, SheafError, type Problem } from '../../core/errors.ts';
import type { Environment } from '../../core/value.ts';
import { nowMs, startWorkerProcess, type WorkerEnd, type WorkerProcess } from '../../system/index.ts';
import { findUpdate } from '../calls/server-problem.ts';
import type { Answered, FromWorker } from './messages.ts';

/** One worker process after the other, and the calls that wait for it. */
export interface Worker {
  /** @throws SheafError of the call, or `server.*`; what the signal was aborted with */
  readonly ask: (name: string, request: unknown, signal: AbortSignal) => Promise<Answered>;
  /** Of the process that runs now. */
  readonly pid: number | undefined;
  close(): void;
}

export interface WorkerOptions {
  readonly argv: readonly [string, ...string[]];
  readonly env: Environment;
  /** Calls that it answers at the same time. */
  readonly atOnce: number;
  /** When it is closed, it brings what it has begun to its end, instead of being killed. */
  readonly finishes?: boolean;
  /** How long a call may take, and each line of an answer by lines, milliseconds. */
  readonly limitMs: number;
}

/** A call, from its question to its whole answer. */
interface Ask {
  readonly id: number;
  readonly name: string;
  readonly request: unknown;
  readonly signal: AbortSignal;
  readonly answer: (answered: Answered) => void;
  readonly fail: (error: unknown) => void;
  /** Who waits for the next line, and for the whole. */
  line?: PromiseWithResolvers<string | undefined>;
  /** Running while the worker owes something. */
  timer?: NodeJS.Timeout;
}

/** Between a worker that died and the next one, milliseconds: none after the first time, then doubled each time. */
const [SHORTEST_PAUSE_MS, LONGEST_PAUSE_MS] = [1_000, 30_000];

/**
 * Starts a worker process and keeps one running: one that dies, or takes longer than it may, is followed by another. Calls
 * wait in line for it; one whose signal is aborted before its turn is never begun.
 */
export function openWorker({ argv, env, atOnce, limitMs, finishes = false }: WorkerOptions): Worker {
  let current: WorkerProcess | undefined;
  let state: 'starting' | 'ready' | 'unable' | 'closed' = 'starting';
  let why: SheafError | undefined;
  let [deaths, notBeforeMs, lastId] = [0, 0, 0];
  let waiting: Ask[] = [];
  const begun = new Map<number, Ask>();

  start();
  return {
    ask,
    get pid() {
      return current?.pid;
    },
    close: () => {
      state = 'closed';
      if (finishes) current?.leave();
      else current?.kill();
      for (const each of [...waiting.splice(0), ...begun.values()]) settle(each, closedError());
    },
  };

  function ask(name: string, request: unknown, signal: AbortSignal): Promise<Answered> {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<Answered>();
    const made: Ask = { id: (lastId += 1), name, request, signal, answer: resolve, fail: reject };
    waiting.push(made);
    signal.addEventListener('abort', () => drop(made), { once: true });
    work();
    return promise;
  }

  /** The page does not wait any more. A call that is begun stays so until the worker says that it has let go of it. */
  function drop(dropped: Ask): void {
    waiting = waiting.filter((each) => each !== dropped);
    if (begun.has(dropped.id)) current?.send({ kind: 'stop', id: dropped.id });
    dropped.fail(dropped.signal.reason);
    dropped.line?.reject(dropped.signal.reason);
  }

  function work(): void {
    if (state === 'closed') return failWaiting(closedError());
    if (current === undefined && nowMs() >= notBeforeMs) start();
    if (current === undefined || state === 'unable') return failWaiting(why ?? closedError());
    while (state === 'ready' && countBusy() < atOnce) {
      const next = waiting.shift();
      if (next === undefined) return;
      begun.set(next.id, next);
      expectFrom(next);
      current.send({ kind: 'ask', id: next.id, name: next.name, request: next.request });
    }
  }

  function failWaiting(error: SheafError): void {
    for (const each of waiting.splice(0)) settle(each, error);
  }

  /** An answer by lines of which none is asked for takes nobody's turn. */
  function countBusy(): number {
    return [...begun.values()].filter(({ timer }) => timer !== undefined).length;
  }

  function start(): void {
    state = 'starting';
    const mine = startWorkerProcess(
      argv,
      env,
      (message) => current === mine && hear(message as FromWorker),
      (end) => current === mine && bury(end),
    );
    current = mine;
  }

  function hear(message: FromWorker): void {
    // It may have said so just before it was killed.
    if (state === 'closed') return;
    switch (message.kind) {
      case 'ready':
        state = 'ready';
        break;
      case 'unable':
        state = 'unable';
        why = new SheafError(message.problems, message.exitCode);
        current?.kill();
        break;
      default:
        deaths = 0;
        hearAnswer(message);
    }
    work();
  }

  function hearAnswer(message: Exclude<FromWorker, { kind: 'ready' | 'unable' }>): void {
    const asked = begun.get(message.id);
    if (asked === undefined) return;
    clearTimeout(asked.timer);
    delete asked.timer;
    if (message.kind === 'lines') {
      if (asked.signal.aborted) begun.delete(asked.id);
      else asked.answer({ kind: 'lines', lines: readLines(asked) });
      return;
    }
    if (message.kind === 'line') {
      asked.line?.resolve(message.text);
      return;
    }
    begun.delete(asked.id);
    if (message.kind === 'trouble') settle(asked, new SheafError(message.problems, message.exitCode));
    else if (message.kind === 'end') asked.line?.resolve(undefined);
    else if (message.kind === 'json') asked.answer({ kind: 'json', text: message.text });
    else asked.answer({ kind: 'bytes', bytes: message.bytes });
  }

  async function* readLines(asked: Ask): AsyncGenerator<string> {
    try {
      for (;;) {
        asked.signal.throwIfAborted();
        if (!begun.has(asked.id)) throw why ?? closedError();
        asked.line = Promise.withResolvers();
        expectFrom(asked);
        current?.send({ kind: 'next', id: asked.id });
        const line = await asked.line.promise;
        if (line === undefined) return;
        yield line;
      }
    } finally {
      clearTimeout(asked.timer);
      if (begun.delete(asked.id)) current?.send({ kind: 'stop', id: asked.id });
      work();
    }
  }

  function expectFrom(asked: Ask): void {
    asked.timer = setTimeout(() => giveUp(asked), limitMs);
  }

  /** What computes cannot be interrupted: the process ends, and the other calls are asked again. */
  function giveUp(late: Ask): void {
    begun.delete(late.id);
    const seconds = limitMs / 1_000;
    settle(
      late,
      failure('server.slow', `${late.name} took longer than ${seconds} s and was stopped`, {
        why: 'there is much to read, or the disk is slow',
        now: 'nothing was changed',
        fix: 'ask for less at once, or try again',
      }),
    );
    why = failure('server.restarted', 'the process that read this was stopped because of another question', {
      fix: 'try again',
    });
    const others = [...begun.values()].filter(({ line }) => line === undefined);
    for (const { timer } of others) clearTimeout(timer);
    for (const other of others) begun.delete(other.id);
    waiting = [...others, ...waiting];
    failBegun(why);
    current?.kill();
    start();
  }

  function bury(end: WorkerEnd): void {
    const wasUnable = state === 'unable';
    current = undefined;
    deaths += 1;
    const pauseMs =
      deaths === 1 && !wasUnable ? 0 : Math.min(LONGEST_PAUSE_MS, SHORTEST_PAUSE_MS * 2 ** Math.min(deaths - 1, 10));
    notBeforeMs = nowMs() + pauseMs;
    if (state === 'closed') return;
    if (!wasUnable) why = diedError(end, pauseMs, finishes ? 'acts' : 'reads the project');
    failBegun(why ?? closedError());
    if (pauseMs === 0) start();
    work();
  }

  function failBegun(error: SheafError): void {
    const all = [...begun.values()];
    begun.clear();
    for (const each of all) settle(each, error);
  }
}

function settle({ timer, line, fail }: Ask, error: SheafError): void {
  clearTimeout(timer);
  fail(error);
  line?.reject(error);
}

function closedError(): SheafError {
  return failure('server.closed', 'the server is ending', { fix: 'start it again: sheaf serve' });
}

/** @param does what the process does, as in `the process that acts` */
function diedError({ exitCode, signal, said }: WorkerEnd, pauseMs: number, does: string): SheafError {
  const update = findUpdate();
  if (update !== undefined) return new SheafError(update, 1);
  const how = signal === undefined ? `ended with status ${exitCode ?? 'unknown'}` : `was killed (${signal})`;
  const parts: Omit<Problem, 'code' | 'message'> = {
    why: signal === 'SIGKILL' ? 'the machine may have run out of memory' : 'see what it wrote',
    now: pauseMs === 0 ? 'it has started again' : `it starts again in ${pauseMs / 1_000} s`,
    fix: 'try again',
  };
  return failure('server.worker', `the process that ${does} ${how}`, {
    ...parts,
    ...(said === '' ? {} : { said }),
  });
}
