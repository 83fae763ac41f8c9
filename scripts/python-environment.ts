/** Virtual environments in the cache of this user, made once for each list of packages. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { takeLock } from '../src/app/project/lock.ts';
import { run } from './run-program.ts';

export interface PythonEnvironment {
  /** The folder in the cache: `sheaf-interop`. */
  readonly name: string;
  /** What it is made from: another text is another environment. */
  readonly contents: string;
  /** The Python that makes it. */
  readonly base: string;
  /** Words for `python3 -m venv`. */
  readonly venv?: readonly string[];
  /** Words for `pip install`. */
  readonly install: readonly string[];
}

/** The Python of the environment; undefined if it is not made yet. */
export function findEnvironment(environment: PythonEnvironment): string | undefined {
  const { python, mark } = placesOf(environment);
  return existsSync(mark) ? python : undefined;
}

/** How often a program that waits for another one looks whether it is done, milliseconds. */
const LOOK_MS = 500;

/**
 * Makes it, or finds the one that was made before. While another program makes it, this one waits.
 *
 * @param say told what takes time
 * @returns its Python
 * @throws with what `python3 -m venv` or pip said
 */
export function makeEnvironment(environment: PythonEnvironment, say: (text: string) => void): string {
  const { cache } = placesOf(environment);
  const lock = `${cache}.lock`;
  mkdirSync(dirname(cache), { recursive: true });
  for (;;) {
    const known = findEnvironment(environment);
    if (known !== undefined) return known;
    if (takeLock(lock) === undefined) break;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_MS);
  }
  try {
    // It may have been made between the look and the lock.
    return findEnvironment(environment) ?? makeNew(environment, say);
  } finally {
    rmSync(lock);
  }
}

function makeNew(environment: PythonEnvironment, say: (text: string) => void): string {
  const { cache, folder, python, mark } = placesOf(environment);
  rmSync(cache, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  say(`Making a Python environment in ${folder}: this takes minutes`);
  const began = performance.now();
  run(environment.base, ['-m', 'venv', ...(environment.venv ?? []), folder]);
  // Python compiles what is imported when it is first imported: a small part of the packages.
  const quiet = ['--quiet', '--disable-pip-version-check', '--no-compile'];
  run(python, ['-m', 'pip', 'install', ...quiet, ...environment.install]);
  writeFileSync(mark, '');
  say(`It is there after ${((performance.now() - began) / 1000).toFixed(0)} s`);
  return python;
}

function placesOf({ name, contents }: PythonEnvironment) {
  const cache = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), name);
  const folder = join(cache, createHash('sha256').update(contents).digest('hex').slice(0, 16));
  // Written last, so that an interrupted installation is made again.
  return { cache, folder, python: join(folder, 'bin/python3'), mark: join(folder, 'complete') };
}
