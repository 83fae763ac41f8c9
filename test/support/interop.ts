/** Tests with real programs from PyPI: what sheaf wrote is read by them, and the other way round. */
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import type { Ran, RunSettings } from './run-sheaf.ts';

/** A Python with the packages of `test/interop/requirements.txt`. */
export interface Python {
  /** Absolute path of the program. */
  readonly path: string;
  /** Folder of the programs that came with the packages: `tensorboard`, `mlflow`, `wandb`. */
  readonly bin: string;
  /** Runs a script with these words; `settings.cwd` is an absolute path here. */
  run(script: string, words?: readonly string[], settings?: RunSettings): Promise<Ran>;
  /** What a script prints as JSON. @throws with its stderr when it fails */
  json(script: string, words?: readonly string[], settings?: RunSettings): Promise<unknown>;
}

/** Tests with that Python; without one a single skipped test says why. */
export function describeInterop(name: string, tests: (python: Python) => void): void {
  const { python, why = 'there is no Python for it' } = inject('interop');
  describe(`with real programs: ${name}`, () => {
    if (python !== undefined) return tests(pythonAt(python));
    test(`not run: ${why}`, (context) => {
      context.skip(why);
      expect.unreachable();
    });
  });
}

function pythonAt(path: string): Python {
  const run: Python['run'] = (script, words = [], settings = {}) => runScript(path, script, words, settings);
  return {
    path,
    bin: dirname(path),
    run,
    json: async (script, words, settings) => {
      const { stdout, stderr, exitCode } = await run(script, words, settings);
      if (exitCode !== 0) throw new Error(`python ended with status ${exitCode}\n${stderr}`);
      return JSON.parse(stdout) as unknown;
    },
  };
}

function runScript(
  path: string,
  script: string,
  words: readonly string[],
  { env = {}, input = '', cwd }: RunSettings,
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(path, ['-c', script, ...words], {
      ...(cwd === undefined ? {} : { cwd }),
      env: { ...process.env, PATH: `${dirname(path)}:${process.env['PATH'] ?? ''}`, ...env },
      stdio: 'pipe',
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject).on('close', (exitCode) => resolve({ stdout, stderr, exitCode }));
    child.stdin.on('error', () => undefined).end(input);
  });
}

/** A file of `test/interop`. */
export function interopFile(name: string): string {
  return join(import.meta.dirname, '../interop', name);
}
