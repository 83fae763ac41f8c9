/** What the quickstart and the examples have in common: a project in a folder of its own, and commands that are shown and run. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

export const root: string = resolve(import.meta.dirname, '..');
/** The command, called `sheaf`: that of this clone, or the installed one that `SHEAF_UNDER_TEST` names. */
export const sheaf: string = resolve(process.env['SHEAF_UNDER_TEST'] || join(root, 'bin', 'sheaf'));

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** @param name of the script, before the message */
export function fail(name: string, message: string): never {
  process.stderr.write(`${name}: ${message}\n`);
  process.exit(1);
}

/**
 * An empty folder for a project.
 *
 * @param name of the script
 * @param given by the user; by default a new one
 * @param parent of a new one
 */
export function projectFolder(name: string, given: string | undefined, parent: string): string {
  if (given === undefined) return mkdtempSync(join(parent, `sheaf-${name}-`));
  const dir = resolve(process.env['INIT_CWD'] ?? process.cwd(), given);
  if (existsSync(dir) && readdirSync(dir).length > 0) fail(name, `${dir} is not empty: choose another --dir`);
  mkdirSync(dir, { recursive: true });
  return dir;
}

export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

export interface ShownRun {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  /** What stdout prints is returned, too, when the command has ended. */
  readonly captures?: boolean;
}

/**
 * Shows a command as one would type it, and runs it. A failure ends the script.
 *
 * @param name of the script
 * @param line a line for bash
 * @returns its stdout if it was captured
 */
export function runShown(name: string, line: string, { cwd, env = process.env, captures = false }: ShownRun): string {
  say(`\n$ ${line}`);
  const { status, stdout } = spawnSync('bash', ['-c', line], {
    cwd,
    env: { ...env, PATH: `${dirname(sheaf)}:${env['PATH'] ?? ''}` },
    stdio: ['inherit', captures ? 'pipe' : 'inherit', 'inherit'],
    encoding: 'utf8',
  });
  if (captures) process.stdout.write(stdout);
  if (status !== 0) fail(name, `that ended with ${status ?? 'a signal'}; the project is in ${cwd}`);
  return captures ? stdout : '';
}
