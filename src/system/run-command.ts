import type { Environment } from '../core/value.ts';
import type { ChildProcessWithoutNullStreams, spawn as Spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { nowMs } from './clock.ts';
import { runEffect } from './fault.ts';
import { descendantsOf, sendSignal } from './processes.ts';

/** Loaded when first needed: commands that only read start no program. */
const spawn: typeof Spawn = ((...args: Parameters<typeof Spawn>) =>
  process.getBuiltinModule('node:child_process').spawn(...args)) as typeof Spawn;

/** How a program ended; nothing is thrown for a program that fails. */
export interface CommandResult {
  readonly argv: readonly string[];
  /** Exit status; undefined when it was killed or could not be started. */
  readonly exitCode?: number;
  readonly signal?: NodeJS.Signals;
  /** It did not end in time and was killed. */
  readonly timedOut: boolean;
  /** It printed more than `mostOutput` characters and was killed. */
  readonly overflowed?: true;
  /** Why it could not be started: `ENOENT`, `EACCES`, … */
  readonly notStarted?: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
}

export interface CommandOptions {
  readonly timeoutMs: number;
  readonly cwd?: string;
  readonly env?: Environment;
  readonly input?: string;
  /** Of input and output. `latin1`: one character is one byte, for names that may not be UTF-8. Default `utf8`. */
  readonly encoding?: 'utf8' | 'latin1';
  /** Kills it when it is aborted; the result is then that of a killed program. */
  readonly signal?: AbortSignal;
  /** A program of a user's, which may start others: they are killed with it. It gets a process group of its own. */
  readonly withFamily?: boolean;
  /** Does not wait for its end after the time limit: a program that waits for a file server cannot even be killed. */
  readonly leaveHanging?: true;
  /** Characters of its standard output; of its standard error only the end is kept then. Default: no limit. */
  readonly mostOutput?: number;
}

/** Characters at the end of a standard error without end. */
const MOST_ERRORS = 65_536;

/** What runs a program: {@link runCommand}, or one that listens to it. */
export type RunCommand = typeof runCommand;

/** Runs a program to its end: argv only, never a shell, always with a time limit. */
export function runCommand(argv: readonly [string, ...string[]], options: CommandOptions): Promise<CommandResult> {
  const startedMs = nowMs();
  return new Promise((resolve) => {
    let [stdout, stderr, timedOut] = ['', '', false];
    const child = started(argv, options);
    if ('notStarted' in child) {
      resolve({ argv, timedOut, stdout, stderr, durationMs: nowMs() - startedMs, ...child });
      return;
    }
    const { encoding = 'utf8', mostOutput = Infinity } = options;
    let overflowed = false;
    const kill = (): void => killChild(child, options.withFamily === true);
    child.stdout.setEncoding(encoding).on('data', (text: string) => {
      stdout += text;
      if (stdout.length <= mostOutput || overflowed) return;
      overflowed = true;
      kill();
    });
    child.stderr
      .setEncoding('utf8')
      .on(
        'data',
        (text: string) =>
          (stderr = options.mostOutput === undefined ? stderr + text : (stderr + text).slice(-MOST_ERRORS)),
      );
    const timer = setTimeout(() => {
      timedOut = true;
      kill();
      if (!options.leaveHanging) return;
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
      child.unref();
      finish({});
    }, options.timeoutMs);
    options.signal?.addEventListener('abort', kill, { once: true });
    const finish = (rest: Partial<CommandResult>): void => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', kill);
      const durationMs = nowMs() - startedMs;
      resolve({ argv, timedOut, stdout, stderr, durationMs, ...(overflowed && { overflowed }), ...rest });
    };
    child.on('error', (error: NodeJS.ErrnoException) => finish({ notStarted: error.code ?? error.message }));
    child.on('close', (code, signal) =>
      finish({ ...(code === null ? {} : { exitCode: code }), ...(signal === null ? {} : { signal }) }),
    );
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '', encoding);
  });
}

/** A program's family may hold its pipes, in other groups too: so they are ended and the pipes closed. */
function killChild(child: ChildProcessWithoutNullStreams, withFamily: boolean): void {
  // What has no pid could not be started.
  const family = withFamily && child.pid !== undefined ? descendantsOf(child.pid) : [];
  if (withFamily && child.pid !== undefined) killGroup(child.pid);
  else child.kill('SIGKILL');
  for (const one of family) sendSignal(one, 'SIGKILL');
  if (withFamily) for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
}

function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Some reasons why a program cannot be started are thrown, such as an environment that is too large. */
function started(
  [program, ...args]: readonly [string, ...string[]],
  { cwd, env, withFamily }: CommandOptions,
): ChildProcessWithoutNullStreams | { readonly notStarted: string } {
  try {
    return runEffect('spawn', program, () =>
      spawn(program, args, {
        ...(cwd === undefined ? {} : { cwd }),
        ...(env === undefined ? {} : { env }),
        ...(withFamily && { detached: true }),
        stdio: ['pipe', 'pipe', 'pipe'],
      }),
    );
  } catch (error) {
    return { notStarted: (error as NodeJS.ErrnoException).code ?? String(error) };
  }
}

/** Runs a program that has the terminal to itself until it ends. @returns its exit status, 1 when it was killed */
export function runOnTerminal(
  argv: readonly [string, ...string[]],
  options: { cwd: string; env: Environment },
): Promise<number> {
  const [program, ...args] = argv;
  // Ctrl-C is for that program.
  const ignore = (): void => undefined;
  process.on('SIGINT', ignore);
  return new Promise<number>((resolve, reject) => {
    const child = runEffect('spawn', program, () => spawn(program, args, { ...options, stdio: 'inherit' }));
    child.on('error', (error) => reject(error));
    child.on('close', (code) => resolve(code ?? 1));
  }).finally(() => process.off('SIGINT', ignore));
}

/**
 * Starts a program that outlives this one: in a session of its own, with its output in files.
 *
 * @returns its pid
 */
export function startDetached(
  argv: readonly [string, ...string[]],
  options: { cwd: string; env: Environment; stdout: string; stderr?: string },
): number | undefined {
  const out = openSync(options.stdout, 'a');
  const err = options.stderr === undefined ? out : openSync(options.stderr, 'a');
  try {
    const [program, ...args] = argv;
    const child = runEffect('spawn', program, () =>
      spawn(program, args, { cwd: options.cwd, env: options.env, detached: true, stdio: ['ignore', out, err] }),
    );
    // Without a listener a program that cannot be started would end this process.
    child.on('error', () => undefined);
    child.unref();
    return child.pid;
  } finally {
    closeSync(out);
    if (err !== out) closeSync(err);
  }
}

/** How a child of this process ended. */
export interface ChildEnd {
  readonly exitCode?: number;
  readonly signal?: NodeJS.Signals;
  /** Why it could not be started: `ENOENT`, `EACCES`, … */
  readonly notStarted?: string;
}

/**
 * Starts a program that outlives this one like {@link startDetached}, and reports its end as long
 * as this process lives.
 *
 * @param options.output file that both its streams are appended to
 * @returns its pid; undefined when it could not be started, which `ended` reports, too
 * @throws when `output` cannot be opened
 */
export function startTracked(
  argv: readonly [string, ...string[]],
  options: { cwd: string; env: Environment; output: string },
  ended: (end: ChildEnd) => void,
): number | undefined {
  const out = openSync(options.output, 'a');
  try {
    const [program, ...args] = argv;
    const child = runEffect('spawn', program, () =>
      spawn(program, args, { cwd: options.cwd, env: options.env, detached: true, stdio: ['ignore', out, out] }),
    );
    child.on('error', (error: NodeJS.ErrnoException) => ended({ notStarted: error.code ?? error.message }));
    child.on('exit', (code, signal) =>
      ended({ ...(code === null ? {} : { exitCode: code }), ...(signal === null ? {} : { signal }) }),
    );
    child.unref();
    return child.pid;
  } finally {
    closeSync(out);
  }
}

/**
 * Runs a server until it ends, or until `signal` is aborted: then it is asked to end, and made to if it does not.
 *
 * @param heard told what it writes on both its streams
 */
export function runServer(
  argv: readonly [string, ...string[]],
  options: { cwd: string; env: Environment; signal: AbortSignal | undefined },
  heard: (text: string) => void,
): Promise<ChildEnd> {
  const { cwd, env, signal } = options;
  const child = started(argv, { cwd, env, timeoutMs: Infinity });
  if ('notStarted' in child) return Promise.resolve(child);
  const stop = (): void => {
    child.kill('SIGTERM');
    setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS).unref();
  };
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop, { once: true });
  child.stdin.on('error', () => undefined).end();
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', heard);
  return new Promise<ChildEnd>((resolve) => {
    child.on('error', (error: NodeJS.ErrnoException) => resolve({ notStarted: error.code ?? error.message }));
    child.on('close', (code, killed) =>
      resolve({ ...(code === null ? {} : { exitCode: code }), ...(killed === null ? {} : { signal: killed }) }),
    );
  }).finally(() => signal?.removeEventListener('abort', stop));
}

/** How long a server may take to end. */
const PATIENCE_MS = 5_000;
