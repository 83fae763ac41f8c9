import type { ChildProcess } from 'node:child_process';
import type { Environment } from '../core/value.ts';
import { runEffect } from './fault.ts';

/** How a worker process ended. */
export interface WorkerEnd {
  readonly exitCode?: number;
  readonly signal?: NodeJS.Signals;
  /** The end of what it wrote to its standard error, or why it could not be started. */
  readonly said: string;
}

/** A process that answers messages of this one, and ends with it. */
export interface WorkerProcess {
  /** Undefined when it could not be started. */
  readonly pid: number | undefined;
  /** Values as `structuredClone` takes them: bytes travel as bytes. Those to a process that has ended are dropped. */
  send(message: unknown): void;
  kill(): void;
  /** Lets it go on alone: it hears that this process is gone, and this one can end before it. */
  leave(): void;
}

/** Characters. */
const MOST_SAID = 4_000;

/**
 * Starts a program that talks to this one by messages, see {@link connectToParent}.
 *
 * @param heard given each of its messages
 * @param ended called once, also if it could not be started
 */
export function startWorkerProcess(
  [program, ...args]: readonly [string, ...string[]],
  env: Environment,
  heard: (message: unknown) => void,
  ended: (end: WorkerEnd) => void,
): WorkerProcess {
  let said = '';
  const child: ChildProcess = runEffect('spawn', program, () =>
    process.getBuiltinModule('node:child_process').spawn(program, args, {
      env,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'advanced',
    }),
  );
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-MOST_SAID)));
  child.on('message', heard);
  let isOver = false;
  const end = (how: WorkerEnd): void => {
    if (!isOver) ended(how);
    isOver = true;
  };
  child.on('error', (error) => {
    if (child.pid === undefined) end({ said: error.message });
  });
  child.on('close', (code, signal) =>
    end({ ...(code === null ? {} : { exitCode: code }), ...(signal === null ? {} : { signal }), said: said.trim() }),
  );
  return {
    pid: child.pid,
    // It may end at any moment: that is heard as its end.
    send: (message) => void (child.connected && child.send(message as object, () => undefined)),
    kill: () => void child.kill('SIGKILL'),
    leave: () => {
      if (child.connected) child.disconnect();
      child.stderr?.destroy();
      child.unref();
    },
  };
}

/** The process that started this one. */
export interface ParentProcess {
  /** @throws when the message cannot be copied */
  send(message: unknown): void;
  /** Settles when it has ended, however. */
  readonly gone: Promise<void>;
  /** Says and hears nothing more, so that this process can end. */
  leave(): void;
}

/**
 * In a worker process: listens to the messages of the one that started it.
 *
 * @throws when no process that talks by messages started this one
 */
export function connectToParent(heard: (message: unknown) => void): ParentProcess {
  if (process.send === undefined) throw new Error('no other process of sheaf started this one');
  // Ctrl-C reaches all processes of a terminal: the parent decides when it ends.
  for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
  process.on('message', heard);
  return {
    send: (message) => void process.send?.(message, () => undefined),
    gone: new Promise((resolve) => {
      process.once('disconnect', resolve);
    }),
    leave: () => process.connected && process.disconnect(),
  };
}
