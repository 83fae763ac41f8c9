/**
 * The Python of the examples: `node scripts/examples-python.ts` makes it in the cache of this user, and prints its path
 * and the versions in it.
 *
 * If the system has a PyTorch, as Debian does in python3-torch (built for the CPU), it uses that one: the one from PyPI is
 * some 3 GB, since it brings CUDA.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findEnvironment, makeEnvironment, type PythonEnvironment } from './python-environment.ts';

const requirements: string = join(import.meta.dirname, '../test/examples/requirements.txt');

/** Programs of a system that may have PyTorch. */
const SYSTEM_PYTHON = '/usr/bin/python3';

/** @param example of one example; without it, of all */
function environment(example?: string): PythonEnvironment {
  const base = hasTorch(SYSTEM_PYTHON) ? SYSTEM_PYTHON : 'python3';
  const packages = example === undefined ? undefined : packagesOf(example);
  return {
    name: 'sheaf-examples',
    contents: `${base}\n${packages?.join('\n') ?? readFileSync(requirements, 'utf8')}`,
    base,
    venv: base === SYSTEM_PYTHON ? ['--system-site-packages'] : [],
    install: packages ?? ['-r', requirements],
  };
}

function packagesOf(example: string): string[] {
  const project = readFileSync(join(import.meta.dirname, '../examples', example, 'pyproject.toml'), 'utf8');
  const [, listed = ''] = /^dependencies = \[([^\]]*)\]/m.exec(project) ?? [];
  return [...listed.matchAll(/"([^"]*)"/g)].map(([, requirement = '']) => requirement);
}

function hasTorch(python: string): boolean {
  const code = 'import importlib.metadata as m; m.version("torch"); m.version("torchvision")';
  return spawnSync(python, ['-c', code]).status === 0;
}

/** The Python with the packages of the examples; undefined if it is not made yet. */
export function findExamplesPython(): string | undefined {
  return findEnvironment(environment());
}

/**
 * Makes it, or finds it.
 *
 * @param say told what takes time
 * @param example makes one with the packages of this example alone
 * @throws with what `python3 -m venv` or pip said
 */
export function makeExamplesPython(say: (text: string) => void, example?: string): string {
  return makeEnvironment(environment(example), say);
}

/** `torch 2.6.0, timm 1.0.31`: the versions of packages that a Python has. */
export function describeVersions(python: string, names: readonly string[]): string {
  const code = 'import importlib.metadata as m, sys\nprint(", ".join(f"{n} {m.version(n)}" for n in sys.argv[1:]))';
  const { stdout, stderr, status } = spawnSync(python, ['-c', code, ...names], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${python} lacks a package\n${stderr}`);
  return stdout.trim();
}

if (process.argv[1] === import.meta.filename) {
  const python = makeExamplesPython((text) => process.stderr.write(`${text}\n`));
  const names = readFileSync(requirements, 'utf8').match(/^[\w-]+/gm) ?? [];
  process.stdout.write(`${python}\n`);
  process.stderr.write(`${describeVersions(python, names)}\n`);
}
