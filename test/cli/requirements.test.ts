import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { REQUIREMENTS_CHECK } from '../../src/template/launch/requirements-check.ts';
import { testFolder, type TestFolder } from '../support/run-sheaf.ts';

/** A template that requires packages. */
function template(requires: string, more = ''): string {
  return `environment:\n  requires: ${requires}\n${more}command: echo it ran\n`;
}

/** A project beside a folder with the metadata of installed packages, as pip leaves it. */
function projectWith(templates: Readonly<Record<string, string>>, installed: Readonly<Record<string, string>> = {}) {
  const folder = testFolder({
    'sheaf.yaml': 'scheduler: local\ncode: live\n',
    ...Object.fromEntries(Object.entries(templates).map(([name, text]) => [`templates/${name}.yaml`, text])),
  });
  const packages = join(folder.path, 'packages');
  for (const [name, version] of Object.entries(installed)) {
    const info = join(packages, `${name}-${version}.dist-info`);
    mkdirSync(info, { recursive: true });
    writeFileSync(join(info, 'METADATA'), `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`);
  }
  const sheaf: TestFolder['sheaf'] = (words, settings = {}) =>
    folder.sheaf(words, { ...settings, env: { PYTHONPATH: packages, ...settings.env } });
  return { ...folder, sheaf };
}

describe('a run that requires Python packages', () => {
  test('is refused before anything is made, with all that is missing and the line that installs it', async () => {
    const project = projectWith(
      { t: template('["shelf-lib>=2.4, <3", shelf_tools, "shelf.old~=1.0", here==1.*]') },
      { 'shelf-lib': '2.3.1', shelf_old: '1.9', here: '1.5+cpu' },
    );
    const python = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim();
    const { stderr, exitCode } = await project.sheaf(['run', 't']);
    expect(stderr).toContain(
      `error: ${python} lacks Python packages: shelf-lib>=2.4,<3 is needed, but 2.3.1 is installed, shelf_tools is not installed\n`,
    );
    expect(stderr).toMatch(/^ {2}fix {2}.*pip install 'shelf-lib>=2.4,<3' shelf_tools$/m);
    expect(stderr).toContain('Nothing was submitted');
    expect(exitCode).toBe(2);
    expect((await project.sheaf(['list', '--json'])).stdout).not.toContain('t-001');
    const dry = await project.sheaf(['run', 't', '--dry-run']);
    expect(dry).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('echo it ran') as string, stderr: '' });
  });

  test('runs if they are installed, and a sweep is refused once for all its members', async () => {
    const project = projectWith(
      { t: `x: 1\n${template('[Shelf.Lib>=2]')}`, bad: `x: 1\n${template('[shelf-lib<2]')}` },
      { shelf_lib: '2.0rc1.post3' },
    );
    expect(await project.sheaf(['run', 't', '--set', 'environment.requires=[shelf-lib>1.9]'])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('it ran') as string,
    });
    const { stderr } = await project.sheaf(['run', 'bad', 's', '--grid', 'x=1,2,3', '--yes']);
    expect(stderr.match(/shelf-lib<2 is needed/g)).toHaveLength(1);
    expect(stderr).toContain('environment.requires of s_x1 names them');
  });

  test('starts the Python for it once, though it checks before it makes anything and when it submits', async () => {
    const project = projectWith({ t: `x: 1\n${template('[shelf-lib]')}` }, { 'shelf-lib': '1' });
    const python = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim();
    const starts = join(project.path, 'starts');
    mkdirSync(join(project.path, 'bin'));
    writeFileSync(
      join(project.path, 'bin/python3'),
      `#!/bin/sh\ncase "$*" in *--json*) echo 1 >>${starts} ;; esac\nexec ${python} "$@"\n`,
      { mode: 0o755 },
    );
    const env = { PATH: `${join(project.path, 'bin')}:${process.env['PATH'] ?? ''}` };
    for (const words of [
      ['run', 't', '--detach'],
      ['run', 't', '--grid', 'x=1,2', '--detach'],
      ['sweep', 't', '--grid', 'x=3,4', '--submit'],
    ]) {
      writeFileSync(starts, '');
      expect(await project.sheaf(words, { env })).toMatchObject({ exitCode: 0 });
      expect(readFileSync(starts, 'utf8'), words.join(' ')).toBe('1\n');
    }
  });

  test('ends at once in its job, with one line, if only the job knows which Python it has', async () => {
    const project = projectWith({ t: template('[shelf-lib]', '  setup: "export SHELF=1"\n') });
    const { stdout, exitCode } = await project.sheaf(['run', 't']);
    expect(exitCode).toBe(1);
    expect(stdout).not.toContain('it ran');
    expect(stdout).toMatch(/^✗ t-001 · failed · .*lacks Python packages: shelf-lib is not installed; to fix it: /m);
  });

  test('is checked with the Python of its virtual environment, and the fix makes that if it is missing', async () => {
    const project = projectWith({ t: template('[shelf-lib]', '  venv: env\n') }, { 'shelf-lib': '1.0' });
    const missing = await project.sheaf(['run', 't']);
    expect(missing.stderr).toContain('error: there is no virtual environment in env\n');
    expect(missing.stderr).toContain('fix  python3 -m venv env && env/bin/python3 -m pip install shelf-lib\n');
    execFileSync('python3', ['-m', 'venv', '--without-pip', join(project.path, 'env')]);
    expect((await project.sheaf(['run', 't'], { env: { PYTHONPATH: '' } })).stderr).toContain(
      `${join(project.path, 'env')}/bin/python3 lacks Python packages: shelf-lib is not installed`,
    );
    expect(await project.sheaf(['run', 't'])).toMatchObject({ exitCode: 0 });
  });

  test('names what a list of them must look like', async () => {
    const project = projectWith({ t: template('[shelf-lib>=2.4,<3]') });
    const { stderr, exitCode } = await project.sheaf(['new', 't', 'x']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('fix  put quotes around a range with a comma: ["torch>=2.4,<3", timm]');
  });
});

/** What the program says of packages that one Python has. */
function check(python: string, words: readonly string[], installed: Readonly<Record<string, string>> = {}) {
  const { path } = projectWith({}, installed);
  const env = { ...process.env, PYTHONPATH: join(path, 'packages'), SHEAF_PROJECT: path };
  return { path, ...spawnSync(python, ['-c', REQUIREMENTS_CHECK, ...words], { encoding: 'utf8', env }) };
}

describe('the check of packages', () => {
  test('compares versions as Python packages do', () => {
    const met = [
      ['2.6.0+debian', '>=2.4,<3'],
      ['2.10', '>2.9'],
      ['2.4', '==2.4.0'],
      ['2.4.1', '~=2.4'],
      ['2.4.9', '~=2.4.1'],
      ['1.0.post1', '>=1.0'],
      ['3.0', '!=3.0.1'],
      ['2.6.0a0+git', '>=2.5'],
      ['unreadable', '>=1'],
      ['1!1.0', '>2024.1'],
    ] as const;
    const unmet = [
      ['3.0rc1', '<3'],
      ['2.6.0a0', '>=2.6'],
      ['1.0.dev3', '>=1.0a1'],
      ['2.5', '~=2.4.1'],
      ['3.0', '~=2.4'],
      ['1.0.post1', '>1.0'],
      ['2.4.1', '==2.4'],
      ['2.6.0+cpu', '==2.6.0+cu124'],
      ['2.4.3', '!=2.4.*'],
    ] as const;
    const all = [...met, ...unmet].map(([version, range], i) => ({ name: `shelf${i}`, version, range }));
    const { stderr } = check(
      'python3',
      all.map(({ name, range }) => name + range),
      Object.fromEntries(all.map(({ name, version }) => [name, version])),
    );
    const lacking = [...stderr.matchAll(/(\S+) is needed, but (\S+) is installed/g)].map(([text]) => text);
    const expected = all.slice(met.length);
    expect(lacking).toEqual(
      expected.map(({ name, version, range }) => `${name}${range} is needed, but ${version} is installed`),
    );
  });

  test('asks whether a missing package with almost the name of a known or an installed one is meant', () => {
    const { stderr } = check('python3', ['nunpyy>=1', 'shlef-lib', 'quite-another', 'shelf-lib'], { 'shelf-lib': '1' });
    expect(stderr).toContain('nunpyy>=1 is not installed (did you mean numpy?)');
    expect(stderr).toContain('shlef-lib is not installed, quite-another is not installed; to fix it: ');
    expect(stderr).toContain('check the names before you install anything');
    const other = check('python3', ['Shlef_Lib', 'flaxx', 'jx'], { 'shelf-lib': '1' });
    expect(other.stderr).toContain('Shlef_Lib is not installed (did you mean shelf-lib?)');
    expect(other.stderr).toContain('flaxx is not installed (did you mean flax?)');
    expect(other.stderr).toContain('jx is not installed (did you mean jax?)');
  });

  test('names a smaller PyTorch on a machine without a GPU, for a run without GPUs', () => {
    const hint = 'a CPU build of torch is enough';
    const isWithout = globSync('/dev/nvidia[0-9]*').length === 0 && !existsSync('/dev/kfd');
    expect(check('python3', ['torch>=99']).stderr.includes(hint)).toBe(isWithout);
    expect(check('python3', ['--gpu', 'torch>=99']).stderr).not.toContain(hint);
  });

  test("makes a virtual environment beside a Python that is the system's", (context) => {
    const isManaged = globSync('/usr/lib/python3*/EXTERNALLY-MANAGED').length > 0;
    if (!isManaged || !existsSync('/usr/bin/python3')) context.skip('no Python here is managed by its system');
    const { path, stderr } = check('/usr/bin/python3', ['shelf', 'pip-of-nobody'], { shelf: '1' });
    expect(stderr).toContain(
      `to fix it: /usr/bin/python3 -m venv --system-site-packages ${path}/.venv && ${path}/.venv/bin/python3 -m pip install pip-of-nobody; then write into sheaf.yaml: environment: {venv: .venv}`,
    );
  });

  test('is one file in the project, which all jobs share', async () => {
    const project = projectWith({ t: template('[shelf-lib]') }, { 'shelf-lib': '1' });
    await project.sheaf(['run', 't']);
    await project.sheaf(['run', 't']);
    const files = globSync('.sheaf/lib/requirements-*.py', { cwd: project.path });
    expect(files).toHaveLength(1);
    expect(readFileSync(join(project.path, files[0] ?? ''), 'utf8')).toBe(REQUIREMENTS_CHECK);
  });
});
