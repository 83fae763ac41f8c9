import { spawnSync } from 'node:child_process';

interface Settings {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs a program that must succeed.
 *
 * @returns what it wrote to its standard output
 * @throws Error with what it printed
 */
export function run(program: string, args: readonly string[], { cwd, env }: Settings = {}): Buffer {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd,
    env: { ...process.env, ...env },
    maxBuffer: 1 << 30,
  });
  if (error) throw error;
  if (status === 0) return stdout;
  throw new Error(`${program} ${args.join(' ')} ended with status ${status}\n${stdout.toString()}${stderr.toString()}`);
}
