/** The Pythons that the Python client is tested with: the oldest that it promises, and the newest one of this machine. */
import { spawnSync } from 'node:child_process';
import { globSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { testFolder, type TestFolder } from './run-sheaf.ts';

/** `requires-python` of `python/pyproject.toml`. */
const OLDEST = '3.9';

/** A Python, with the version that tests are named after: `3.9`. */
interface ClientPython {
  readonly version: string;
  readonly program: string;
}

/** Where the module of the client is: `PYTHONPATH` of the tests. */
export const CLIENT: string = join(import.meta.dirname, '../../python');

/** The tests, once with each of the Pythons. Without the oldest one, a skipped test says so. */
export function describeClient(name: string, tests: (python: ClientPython) => void): void {
  const found = findPythons();
  const newest = found.at(-1);
  for (const python of found.filter(({ version }) => version === OLDEST || version === newest?.version))
    describe(`Python ${python.version}: ${name}`, () => {
      tests(python);
    });
  if (found[0]?.version === OLDEST) return;
  const why = `there is no Python ${OLDEST} on the PATH and in ~/.pyenv`;
  test(`not run: ${name}: ${why}`, (context) => {
    context.skip(why);
    expect.unreachable();
  });
}

/** A folder whose programs import the client and start sheaf. */
export function clientFolder(files: Readonly<Record<string, string>> = {}): TestFolder {
  return testFolder(files, {
    env: { PATH: process.env['PATH'] ?? '', PYTHONPATH: CLIENT, PYTHONDONTWRITEBYTECODE: '1' },
  });
}

/** The JSON that a script prints. @throws Error with its stderr if it fails */
export async function runScript(
  folder: TestFolder,
  program: string,
  script: string,
  env: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const { stdout, stderr, exitCode } = await folder.run([program, '-c', script], { env });
  if (exitCode !== 0) throw new Error(`Python ended with status ${exitCode}\n${stdout}${stderr}`);
  return JSON.parse(stdout);
}

/** One for each version from the oldest on, in their order. */
function findPythons(): ClientPython[] {
  const folders = [
    ...(process.env['PATH'] ?? '').split(delimiter),
    ...globSync(join(homedir(), '.pyenv/versions/*/bin')),
  ];
  const programs = folders.flatMap((folder) => globSync(join(folder, 'python3.*')));
  const byVersion = new Map<string, string>();
  for (const path of programs) {
    const [, minor] = /\/python3\.(\d+)$/.exec(path) ?? [];
    // Those of pyenv's `shims` start another one, or none.
    if (minor === undefined || Number(minor) < 9 || path.includes('/shims/')) continue;
    const version = `3.${minor}`;
    if (!byVersion.has(version) && spawnSync(path, ['-c', '']).status === 0) byVersion.set(version, realpathSync(path));
  }
  return [...byVersion]
    .map(([version, program]) => ({ version, program }))
    .toSorted((a, b) => a.version.localeCompare(b.version, 'en', { numeric: true }));
}
