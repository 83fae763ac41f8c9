/** The Python of the tests with other people's programs, made once for each list of packages. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const root: string = join(import.meta.dirname, '..');
const requirements: string = join(root, 'test/interop/requirements.txt');

/**
 * Makes a virtual environment in the cache of this user, or finds the one that was made for the same packages.
 *
 * @param say told what takes time
 * @returns its Python
 * @throws with what `python3 -m venv` or pip said
 */
export function interopPython(say: (text: string) => void): string {
  const cache = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'sheaf-interop');
  const folder = join(cache, createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 16));
  const python = join(folder, 'bin/python');
  // Written last, so that an interrupted installation is made again.
  const mark = join(folder, 'complete');
  if (existsSync(mark)) return python;
  rmSync(cache, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  say(`Making a Python with the packages of test/interop/requirements.txt in ${folder}: this takes minutes`);
  const began = performance.now();
  run('python3', ['-m', 'venv', folder]);
  run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '-r', requirements]);
  writeFileSync(mark, '');
  say(`It is there after ${((performance.now() - began) / 1000).toFixed(0)} s`);
  return python;
}

function run(program: string, args: readonly string[]): void {
  const { status, error, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (error) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with status ${status}\n${stdout}${stderr}`);
}
