/** What administrators install sheaf with for a group: a module file, an easyconfig and a recipe. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findEnvironment, makeEnvironment, type PythonEnvironment } from '../../scripts/python-environment.ts';
import { temporaryFolder } from '../support/project-folder.ts';
import { sheafArgv } from '../support/sheaf-argv.ts';

const packaging = join(import.meta.dirname, '../../packaging');
const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as {
  version: string;
};
const LMOD = '/usr/share/lmod/lmod/init/bash';
const NO_LMOD = 'NOT RUN: this needs apt-get install lmod';
const NO_EASYBUILD = 'NOT RUN: npm run check:full makes the environment with EasyBuild that this needs';

/** A program of one file that starts the sheaf under test. */
function writeProgram(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const words = sheafArgv().map((word) => `'${word}'`);
  writeFileSync(path, `#!/bin/sh\nexec ${words.join(' ')} "$@"\n`, { mode: 0o755 });
}

/** Lines of bash in which `module` is Lmod's, with these module files. */
function runWithModules(files: string, lines: string): { readonly said: string; readonly status: number | null } {
  const script = `unset MODULEPATH LOADEDMODULES _LMFILES_; . ${LMOD}; module use ${files}\n${lines}`;
  const { stdout, stderr, status } = spawnSync('bash', ['--norc', '-c', script], { encoding: 'utf8' });
  return { said: stdout + stderr, status };
}

describe('the module file for Lmod', () => {
  test('puts the version that is loaded on the PATH, and describes it', (context) => {
    if (!existsSync(LMOD)) context.skip(NO_LMOD);
    const folder = temporaryFolder();
    const files = join(folder, 'modulefiles');
    mkdirSync(join(files, 'sheaf'), { recursive: true });
    const text = readFileSync(join(packaging, 'lmod/sheaf.lua'), 'utf8').replace(
      '"/apps/sheaf"',
      JSON.stringify(folder),
    );
    writeFileSync(join(files, 'sheaf', `${version}.lua`), text);
    writeProgram(join(folder, version, 'bin/sheaf'));
    const loaded = runWithModules(
      files,
      'module load sheaf && sheaf --version && command -v sheaf && module unload sheaf && command -v sheaf',
    );
    expect(loaded.said).toContain(`${version}\n${folder}/${version}/bin/sheaf\n`);
    expect(loaded.said).not.toContain('error');
    const shown = runWithModules(files, `module --redirect show sheaf/${version}; module --redirect help sheaf`);
    expect(shown.said).toContain(`prepend_path("PATH","${folder}/${version}/bin")`);
    expect(shown.said).toContain('sheaf init my-project');
  });
});

const EASYBUILD: PythonEnvironment = {
  name: 'sheaf-easybuild',
  contents: 'easybuild<6',
  base: 'python3',
  install: ['easybuild<6'],
};

/** `npm run check:full` makes the environment; other runs use it if it is there. */
function findEasyBuild(): string | undefined {
  const isRequired = process.env['SHEAF_TEST_INTEROP'] === 'require';
  return isRequired
    ? makeEnvironment(EASYBUILD, (text) => process.stderr.write(`${text}\n`))
    : findEnvironment(EASYBUILD);
}

describe('the easyconfig for EasyBuild', () => {
  const python = findEasyBuild();

  test('installs the single file with its checksum, and a module file', (context) => {
    if (!existsSync(LMOD)) context.skip(NO_LMOD);
    if (python === undefined) context.skip(NO_EASYBUILD);
    const folder = temporaryFolder();
    const [easyconfig = ''] = globSync('*.eb', { cwd: join(packaging, 'easybuild') });
    expect(easyconfig).toBe(`sheaf-${version}.eb`);
    copyFileSync(join(packaging, 'easybuild', easyconfig), join(folder, easyconfig));
    writeProgram(join(folder, 'sheaf-linux-x64'));
    const bin = dirname(python ?? '');
    const build = (...words: string[]): ReturnType<typeof runWithModules> =>
      runWithModules(
        join(folder, 'none'),
        `cd ${folder}; export PATH=${bin}${delimiter}$PATH EB_PYTHON=${python} EASYBUILD_ALLOW_USE_AS_ROOT_AND_ACCEPT_CONSEQUENCES=1
eb ${easyconfig} --prefix=${folder}/eb --sourcepath=${folder} --modules-tool=Lmod ${words.join(' ')}`,
      );
    expect(build('--inject-checksums')).toMatchObject({ status: 0 });
    expect(readFileSync(join(folder, easyconfig), 'utf8')).toMatch(/checksums = \['?[^\]]*[0-9a-f]{64}/);
    expect(build('--enforce-checksums')).toMatchObject({ status: 0 });
    const loaded = runWithModules(
      join(folder, 'eb/modules/all'),
      'module load sheaf && sheaf --version && command -v sheaf',
    );
    expect(loaded.said).toBe(`sheaf ${version}\n${folder}/eb/software/sheaf/${version}/bin/sheaf\n`);
  });
});

describe('the recipe for Spack', () => {
  test('is Python, and names the version of this release', () => {
    const path = join(packaging, 'spack/package.py');
    const compiled = spawnSync('python3', ['-c', 'import ast, sys; ast.parse(open(sys.argv[1]).read())', path]);
    expect(compiled).toMatchObject({ status: 0 });
    expect(readFileSync(path, 'utf8')).toContain(`version("${version}", expand=False)`);
  });
});
