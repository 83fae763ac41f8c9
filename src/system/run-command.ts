import type { ChildProcessWithoutNullStreams, spawn as Spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { nowMs } from './clock.ts';
import { effect } from './fault.ts';

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
  /** Why it could not be started: `ENOENT`, `EACCES`, … */
  readonly notStarted?: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
}

export interface CommandOptions {
  readonly timeoutMs: number;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly input?: string;
  /** Of input and output. `latin1`: one character is one byte, for names that may not be UTF-8. Default `utf8`. */
  readonly encoding?: 'utf8' | 'latin1';
}

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
    const encoding = options.encoding ?? 'utf8';
    child.stdout.setEncoding(encoding).on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill('SIGKILL');
    }, options.timeoutMs);
    const finish = (rest: Partial<CommandResult>): void => {
      clearTimeout(timer);
      resolve({ argv, timedOut, stdout, stderr, durationMs: nowMs() - startedMs, ...rest });
    };
    child.on('error', (error: NodeJS.ErrnoException) => finish({ notStarted: error.code ?? error.message }));
    child.on('close', (code, signal) =>
      finish({ ...(code === null ? {} : { exitCode: code }), ...(signal === null ? {} : { signal }) }),
    );
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '', encoding);
  });
}

/** Some reasons why a program cannot be started are thrown, such as an environment that is too large. */
function started(
  [program, ...args]: readonly [string, ...string[]],
  { cwd, env }: CommandOptions,
): ChildProcessWithoutNullStreams | { readonly notStarted: string } {
  try {
    return effect('spawn', program, () =>
      spawn(program, args, {
        ...(cwd === undefined ? {} : { cwd }),
        ...(env === undefined ? {} : { env }),
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
  options: { cwd: string; env: Readonly<Record<string, string | undefined>> },
): Promise<number> {
  const [program, ...args] = argv;
  // Ctrl-C is for that program.
  const ignore = (): void => undefined;
  process.on('SIGINT', ignore);
  return new Promise<number>((resolve, reject) => {
    const child = effect('spawn', program, () => spawn(program, args, { ...options, stdio: 'inherit' }));
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
  options: { cwd: string; env: Readonly<Record<string, string | undefined>>; stdout: string; stderr?: string },
): number | undefined {
  const out = openSync(options.stdout, 'a');
  const err = options.stderr === undefined ? out : openSync(options.stderr, 'a');
  try {
    const [program, ...args] = argv;
    const child = effect('spawn', program, () =>
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
 * Starts a program that outlives this one like {@link startDetached}, and tells when it ends as long
 * as this process lives.
 *
 * @param options.output file that both its streams are appended to
 * @returns its pid; undefined when it could not be started, which `ended` tells of too
 * @throws when `output` cannot be opened
 */
export function startTracked(
  argv: readonly [string, ...string[]],
  options: { cwd: string; env: Readonly<Record<string, string | undefined>>; output: string },
  ended: (end: ChildEnd) => void,
): number | undefined {
  const out = openSync(options.output, 'a');
  try {
    const [program, ...args] = argv;
    const child = effect('spawn', program, () =>
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
  options: { cwd: string; env: Readonly<Record<string, string | undefined>>; signal: AbortSignal | undefined },
  heard: (text: string) => void,
): Promise<ChildEnd> {
  const child = started(argv, { ...options, timeoutMs: Infinity });
  if ('notStarted' in child) return Promise.resolve(child);
  const stop = (): void => {
    child.kill('SIGTERM');
    setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS).unref();
  };
  if (options.signal?.aborted) stop();
  options.signal?.addEventListener('abort', stop, { once: true });
  child.stdin.on('error', () => undefined).end();
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', heard);
  return new Promise<ChildEnd>((resolve) => {
    child.on('error', (error: NodeJS.ErrnoException) => resolve({ notStarted: error.code ?? error.message }));
    child.on('close', (code, signal) =>
      resolve({ ...(code === null ? {} : { exitCode: code }), ...(signal === null ? {} : { signal }) }),
    );
  }).finally(() => options.signal?.removeEventListener('abort', stop));
}

/** How long a server may take to end. */
const PATIENCE_MS = 5_000;
