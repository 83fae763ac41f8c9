import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';

const root: string = join(import.meta.dirname, '..');
/** All that a name may hold, but a backslash: Node loads no ES module from a folder with one. */
const HOSTILE = 'a b\'c"d$(echo x)`e`*?%41#é\n';

interface Said {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A package of its own in a folder with a hostile name, whose command prints its arguments. */
function install(options: { readonly built?: boolean } = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'sheaf-launcher-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const home = join(folder, HOSTILE, 'sheaf');
  mkdirSync(join(home, 'bin'), { recursive: true });
  mkdirSync(join(home, 'dist'));
  for (const path of ['bin/sheaf', 'bin/start.cjs']) copyFileSync(join(root, path), join(home, path));
  writeFileSync(join(home, 'package.json'), '{ "type": "module" }');
  if (options.built !== false) {
    writeFileSync(join(home, 'dist/cli.js'), 'console.log(JSON.stringify(process.argv.slice(2)));\n');
  }
  return home;
}

/** A program called `node` that says who it is, as one that is too old or one that a package brought. */
function writeNode(path: string, words: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\necho ${words}\n`);
  chmodSync(path, 0o755);
  return path;
}

function run(command: string, args: readonly string[] = [], options: { cwd?: string; env?: object } = {}): Said {
  const env = { PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, ...options.env };
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', ...options, env });
  return { status, stdout, stderr };
}

describe('bin/sheaf', () => {
  test('gives the command its arguments as they are', () => {
    const args = ['', ' ', '--', '-n', HOSTILE, "'", '"', '$HOME', '*'];
    const { status, stdout, stderr } = run(join(install(), 'bin/sheaf'), args);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toEqual(args);
  });

  test.each([
    ['the folder above it', '..', './bin/sheaf'],
    ['its own folder', '.', './sheaf'],
    ['its own folder, read by a shell', '.', 'sheaf'],
  ])('starts from %s', (_, folder, name) => {
    const home = install();
    const cwd = join(home, 'bin', folder);
    const said = name.includes('/') ? run(name, ['x'], { cwd }) : run('/bin/sh', [name, 'x'], { cwd });
    expect(said).toEqual({ status: 0, stdout: '["x"]\n', stderr: '' });
  });

  test('starts through links to links, relative and absolute, in folders with hostile names', () => {
    const home = install();
    const links = join(home, '..', 'links\n', '-n');
    mkdirSync(links, { recursive: true });
    symlinkSync(relative(links, join(home, 'bin/sheaf')), join(links, HOSTILE));
    symlinkSync(join(links, HOSTILE), join(links, 'absolute'));
    symlinkSync('absolute', join(links, 'sheaf'));
    expect(run(join(links, 'sheaf'), ['x'])).toEqual({ status: 0, stdout: '["x"]\n', stderr: '' });
    expect(run('sheaf', ['x'], { env: { PATH: `${links}:${process.env['PATH']}` } }).stdout).toBe('["x"]\n');
  });

  test('takes the Node that SHEAF_NODE names, else the one of the package, else the one on the PATH', () => {
    const home = install();
    const command = join(home, 'bin/sheaf');
    const onPath = dirname(writeNode(join(home, 'path/node'), 'path'));
    const env = { PATH: `${onPath}:/usr/bin:/bin` };
    expect(run(command, [], { env }).stdout).toBe('path\n');
    writeNode(join(home, 'node_modules/node/bin/node'), 'package');
    expect(run(command, [], { env }).stdout).toBe('package\n');
    const named = writeNode(join(home, 'named node'), 'named');
    expect(run(command, [], { env: { ...env, SHEAF_NODE: named } }).stdout).toBe('named\n');
  });

  test('says what to do where there is no Node', () => {
    const { status, stdout, stderr } = run('/bin/sh', [join(install(), 'bin/sheaf')], { env: { PATH: '/nowhere' } });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatchInlineSnapshot(`
      "error: sheaf needs Node 22.13 or newer, and there is no program "node"
        fix  run "npm ci" in the folder of sheaf, which brings a Node, or name one: export SHEAF_NODE=/path/to/node
      "
    `);
  });

  test('says what to do where it is not built', () => {
    const { status, stderr } = run('./sheaf', [], { cwd: join(install({ built: false }), 'bin') });
    expect(status).toBe(1);
    expect(stderr).toMatchInlineSnapshot(`
      "error: sheaf is not built: ./../dist/cli.js is missing
        fix  run "npm ci && npm run build" in the folder of sheaf
      "
    `);
  });
});

describe('bin/start.cjs', () => {
  const startAs = (version: string): Said => {
    const pretend = `Object.defineProperty(process.versions, 'node', { value: '${version}' });`;
    const load = `process.execPath = 'node'; require(${JSON.stringify(join(root, 'bin/start.cjs'))});`;
    return run(process.execPath, ['--eval', `${pretend}${load}console.log('started')`]);
  };

  test.each(['0.12.18', '6.17.1', '12.22.12', '20.20.2', '22.12.0'])('refuses Node %s with a sentence', (version) => {
    expect(startAs(version)).toEqual({
      status: 1,
      stdout: '',
      stderr: `error: sheaf needs Node 22.13 or newer, and node is ${version}
  fix  run "npm ci" in the folder of sheaf, which brings a Node, or name one: export SHEAF_NODE=/path/to/node
`,
    });
  });

  test.each(['22.13.0', '22.21.1', '24.0.0', '100.0.0'])('takes Node %s', (version) => {
    expect(startAs(version)).toEqual({ status: 0, stdout: 'started\n', stderr: '' });
  });

  test('holds back what Node says of experiments, and nothing else', () => {
    const warn =
      "process.emitWarning('tried', 'ExperimentalWarning'); process.emitWarning('old', 'DeprecationWarning');";
    const { stderr } = run(process.execPath, ['--require', join(root, 'bin/start.cjs'), '--eval', warn]);
    expect(stderr).toContain('DeprecationWarning: old');
    expect(stderr).not.toContain('tried');
  });
});
