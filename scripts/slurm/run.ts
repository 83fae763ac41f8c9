/** Other programs, run to their end. */
import { execFile, type ExecFileException } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Debian keeps the daemons in folders that an ordinary PATH lacks. */
export const path: string = `${process.env['PATH'] ?? ''}:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin`;

/** Runs a program; its status is an answer, not an error. A program that is missing or hangs ends with 127 or 124. */
export async function run(
  program: string,
  args: readonly string[],
  options: { readonly env?: NodeJS.ProcessEnv; readonly input?: string; readonly timeoutMs?: number } = {},
): Promise<Ended> {
  const { env = process.env, input = '', timeoutMs = 30_000 } = options;
  return await new Promise((resolve) => {
    const child = execFile(
      program,
      args,
      { env: { ...env, PATH: path }, timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => resolve({ code: codeOf(error), stdout, stderr: stderr || (error?.message ?? '') }),
    );
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

function codeOf(error: ExecFileException | null): number {
  if (error === null) return 0;
  if (typeof error.code === 'number') return error.code;
  return error.killed === true ? 124 : 127;
}

/** Runs a program that must succeed. */
export async function must(
  program: string,
  args: readonly string[],
  options: Parameters<typeof run>[2] = {},
): Promise<string> {
  const { code, stdout, stderr } = await run(program, args, options);
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}: ${(stderr || stdout).trim()}`);
  return stdout;
}

export function onPath(program: string): boolean {
  return path.split(':').some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Waits until the check holds; says what was waited for, and what hint() knows, when it does not in time. */
export async function until(
  what: string,
  check: () => boolean | Promise<boolean>,
  options: { readonly timeoutMs?: number; readonly everyMs?: number; readonly hint?: () => string } = {},
): Promise<void> {
  const { timeoutMs = 30_000, everyMs = 30, hint = () => '' } = options;
  const end = performance.now() + timeoutMs;
  while (!(await check())) {
    if (performance.now() > end) throw new Error(`${what}: not within ${timeoutMs / 1000} s. ${hint()}`.trim());
    await pause(everyMs);
  }
}

export async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
