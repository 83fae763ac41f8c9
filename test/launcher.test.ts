import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';

const root: string = join(import.meta.dirname, '..');
/** All that a name may hold, but a backslash: Node loads no ES module from a folder with one. */
const HOSTILE = 'a b\'c"d$(echo x)`e`*?%41#é\n';

interface Said {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const PRINTS_ARGUMENTS = 'console.log(JSON.stringify(process.argv.slice(2)));\n';

interface Installed {
  /** Text of files in `dist`. */
  readonly dist?: Readonly<Record<string, string>>;
  /** A clone, not what npm installs of a package. */
  readonly clone?: boolean;
}

/** A package of its own in a folder with a hostile name, whose command prints its arguments. */
function install({ dist = { 'cli.cjs': PRINTS_ARGUMENTS }, clone = true }: Installed = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'sheaf-launcher-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const home = join(folder, HOSTILE, 'sheaf');
  mkdirSync(join(home, 'bin'), { recursive: true });
  mkdirSync(join(home, 'dist'));
  const files = ['package.json', 'bin/sheaf', 'bin/start.cjs', ...(clone ? ['package-lock.json'] : [])];
  for (const path of files) copyFileSync(join(root, path), join(home, path));
  for (const [name, text] of Object.entries(dist)) writeFileSync(join(home, 'dist', name), text);
  return home;
}

/** A program called `node` that says who it is, as one that is too old or one that a package brought. */
function writeNode(path: string, words: string): string {
  return writeProgram(path, `echo ${words}`);
}

function writeProgram(path: string, script: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return path;
}

function run(command: string, args: readonly string[] = [], options: { cwd?: string; env?: object } = {}): Said {
  const env = { PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, ...options.env };
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', ...options, env });
  return { status, stdout, stderr };
}

/** Runs a shell that may mount what it likes, which nobody else sees. */
function withMounts(script: string, args: readonly string[]): Said {
  return run('unshare', ['--mount', '--map-root-user', '/bin/sh', '-c', script, 'sh', ...args]);
}

function canMount(): boolean {
  return withMounts('mount -t tmpfs none /mnt', []).status === 0;
}

/** Root may do everything: its tests run such commands as nobody. */
function asOrdinaryUser(argv: readonly [string, ...string[]], env: object = {}): Said {
  const [program, ...args] = process.getuid?.() === 0 ? [...AS_NOBODY, ...argv] : argv;
  return run(program, args, { env });
}

const AS_NOBODY = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] as const;

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

  test('takes the Node that SHEAF_NODE names, then the one of the package, then the one on the PATH', () => {
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

  test.each([
    [true, 'run "npm ci" in the folder of sheaf, which brings a Node'],
    [false, 'install Node 22.13 or newer'],
  ])('says what to do when there is no Node (in a clone: %s)', (clone, advice) => {
    const home = install({ clone });
    const { status, stdout, stderr } = run('/bin/sh', [join(home, 'bin/sheaf')], { env: { PATH: '/nowhere' } });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toBe(
      `error: sheaf needs Node 22.13 or newer, and there is no program "node"
  fix  ${advice}, or name one: export SHEAF_NODE=/path/to/node
`,
    );
  });

  test('says which glibc is missing, where a stand-in of an old Linux does not start Node', (context) => {
    const home = install();
    const lib = join(home, 'lib64');
    mkdirSync(lib);
    for (const name of globSync('/lib64/ld-linux*')) copyFileSync(name, join(lib, basename(name)));
    writeFileSync(join(lib, 'libc-2.17.so'), '');
    // With the words of the loader of a real one.
    const loader = 'echo "node: /lib64/libc.so.6: version \\`GLIBC_2.28\' not found (required by node)" >&2; exit 1';
    const programs = dirname(writeProgram(join(home, 'programs/node'), loader));
    writeProgram(join(programs, 'getconf'), 'echo glibc 2.17');
    const start = (path: string): Said =>
      withMounts('mount --bind "$1" /lib64 && PATH=$2 exec "$3" x', [lib, path, join(home, 'bin/sheaf')]);
    if (!canMount()) return context.skip('nothing can be mounted here');
    expect(start(`${programs}:/usr/bin:/bin`)).toEqual({
      status: 1,
      stdout: '',
      stderr: `error: glibc 2.17 here, sheaf's Node needs 2.28
  fix  use a machine with a newer system, or name a Node that was built for this one: export SHEAF_NODE=/path/to/node
`,
    });
    // A Node that was built for it starts.
    expect(start(`${dirname(process.execPath)}:/usr/bin:/bin`)).toEqual({ status: 0, stdout: '["x"]\n', stderr: '' });
  });

  test('says where to install when its own Node is on a disk that is mounted noexec', (context) => {
    const home = install({ clone: false });
    writeNode(join(home, 'node_modules/node/bin/node'), 'package');
    const script = 'mount --bind "$1" "$1" && mount -o remount,bind,noexec "$1" && PATH=$2 exec /bin/sh "$1/bin/sheaf"';
    const start = (path: string): Said => withMounts(script, [home, path]);
    if (!canMount()) return context.skip('nothing can be mounted here');
    const { status, stderr } = start('/nowhere');
    expect(status).toBe(1);
    expect(stderr).toMatch(/node may not be executed: its file system is mounted noexec, or /);
    expect(stderr).toContain(
      'install sheaf where programs may be executed (uv: UV_TOOL_DIR, pipx: PIPX_HOME, npm: --prefix)',
    );
    // It takes a Node from elsewhere.
    expect(start(`${dirname(process.execPath)}:/usr/bin:/bin`)).toEqual({ status: 0, stdout: '[]\n', stderr: '' });
  });

  test('says what to do if it is not built', () => {
    const { status, stderr } = run('./sheaf', [], { cwd: join(install({ dist: {} }), 'bin') });
    expect(status).toBe(1);
    expect(stderr).toMatchInlineSnapshot(`
      "error: sheaf is not built: ./../dist/cli.cjs is missing
        fix  run "npm ci && npm run build" in the folder of sheaf
      "
    `);
  });
});

/** The newest build of this clone: the name of its folder in `dist`. */
const build: string = globSync('dist/build-*', { cwd: root }).toSorted().at(-1) ?? '';

/** A package whose command is the built one. */
function installBuilt(options: Pick<Installed, 'clone'> = {}): string {
  const home = install({ ...options, dist: {} });
  cpSync(join(root, 'dist/cli.cjs'), join(home, 'dist/cli.cjs'));
  cpSync(join(root, build), join(home, build), { recursive: true });
  return home;
}

/** The file of a build that holds this text. */
function fileWith(text: string): string {
  const names = readdirSync(join(root, build)).filter((name) => name.endsWith('.cjs'));
  const found = names.find((name) => readFileSync(join(root, build, name), 'utf8').includes(text));
  if (found === undefined) throw new Error(`no file of the build holds ${text}`);
  return join(build, found);
}

describe('a command that cannot be loaded', () => {
  /** What it says with one word for the folder, which is in a folder with a newline in its name. */
  const loaded = (home: string, ...words: readonly string[]): Said => {
    const { stderr, ...said } = run(join(home, 'bin/sheaf'), words.length === 0 ? ['list'] : words);
    return {
      ...said,
      stderr: stderr.replaceAll(home.replaceAll("'", String.raw`'\''`), 'HOME').replaceAll(home, 'HOME'),
    };
  };
  const cut = (path: string): void => writeFileSync(path, readFileSync(path).subarray(0, -200));
  const starter = 'dist/cli.cjs';
  const first = fileWith('sheaf has no command');
  const ofCommand = fileWith('sheaf list --status failed running');

  test.each([
    ['its starter is cut short', starter, cut],
    ['its first file is cut short', first, cut],
    ['its first file is missing', first, (path: string) => rmSync(path)],
    ['its first file is another one', first, (path: string) => writeFileSync(path, 'module.exports = {};')],
    ['the file of the command is cut short', ofCommand, cut],
    ['the file of the command is cut to nothing', ofCommand, (path: string) => writeFileSync(path, '')],
    ['the file of the command is missing', ofCommand, (path: string) => rmSync(path)],
    [
      'the file of the command holds a syntax that is too new',
      ofCommand,
      (path: string) => appendFileSync(path, '\nnew syntax'),
    ],
  ])('says so with a message when %s', (_, path, damage) => {
    const home = installBuilt();
    damage(join(home, path));
    const { status, stdout, stderr } = loaded(home);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(
      /^error: sheaf cannot be loaded from HOME: .{1,200}\n {2}fix {2}cd 'HOME' && npm ci && npm run build\n$/s,
    );
  });

  test('is to be installed again when it is a package that npm installed', () => {
    const home = installBuilt({ clone: false });
    rmSync(join(home, first));
    expect(loaded(home).stderr).toMatch(/\n {2}fix {2}install sheaf again\n$/);
    const bare = loaded(install({ dist: {}, clone: false }));
    expect(bare.stderr).toMatch(/^error: sheaf is not built: .*cli.cjs is missing\n {2}fix {2}install sheaf again\n$/s);
  });

  test.each([
    ['the folder of its files', 'dist', 'you may not read'],
    ['its starter', starter, 'you may not read'],
    ['its first file', first, 'sheaf cannot be loaded from'],
    ['the file of the command', ofCommand, 'sheaf cannot be loaded from'],
  ])('says who can help when a user may not read %s', (_, path, message) => {
    const home = installBuilt();
    chmodSync(join(home, '../..'), 0o755);
    chmodSync(join(home, path), 0);
    const { status, stderr } = asOrdinaryUser([join(home, 'bin/sheaf'), 'list']);
    chmodSync(join(home, path), 0o755);
    expect(status).toBe(1);
    expect(stderr).toContain(message);
    expect(stderr).toContain('\n  fix  its owner runs: chmod -R a+rX ');
    expect(stderr.length).toBeLessThan(600);
  });

  test('is to be run again when its files were replaced while it ran', () => {
    const lost = "Object.assign(new Error('gone'), { code: 'MODULE_NOT_FOUND', requireStack: ['/gone/list.cjs'] })";
    const { status, stderr } = loaded(install({ dist: { 'cli.cjs': `exports.done = Promise.reject(${lost});` } }));
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: `error: sheaf was installed again while this command ran
  fix  run the command again: what it did so far is recorded
`,
    });
  });

  test('prints no source with an error that nobody expected', () => {
    const long = `/* ${'x'.repeat(10_000)} */`;
    const { status, stderr } = loaded(
      install({ dist: { 'cli.cjs': `${long} setTimeout(function late() { throw new Error('came late'); });` } }),
    );
    expect(status).toBe(1);
    expect(stderr).toMatch(/^error: came late\n {2}This is a bug in sheaf\.\n {4}at .*late/);
    expect(stderr).not.toContain('xxx');
  });
});

test('an installation that a user cannot write keeps what Node compiled in the home of the user', () => {
  const home = installBuilt();
  chmodSync(join(home, '../..'), 0o755);
  chmodSync(join(home, 'dist'), 0o555);
  onTestFinished(() => chmodSync(join(home, 'dist'), 0o755));
  const cache = join(home, '../cache');
  mkdirSync(cache);
  chmodSync(cache, 0o777);
  const start = (env: object): Said => asOrdinaryUser([join(home, 'bin/sheaf'), '--help'], env);
  expect(start({ XDG_CACHE_HOME: cache })).toMatchObject({ status: 0, stderr: '' });
  expect(globSync('sheaf/*/*', { cwd: cache })).not.toEqual([]);
  expect(start({ XDG_CACHE_HOME: '/proc/nothing', HOME: '/nowhere' })).toMatchObject({ status: 0, stderr: '' });
});

test('an installation goes on when the disk with the cache of what Node compiled is full', (context) => {
  const home = installBuilt({ clone: false });
  const cache = join(home, '../cache');
  mkdirSync(cache);
  // The folder of the installation is read-only, as that of a group is: the cache is in the home.
  const script = [
    'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1"',
    'mount -t tmpfs -o size=64k none "$2" && mkdir "$2/sheaf"',
    'head -c 1000000 /dev/zero > "$2/filled"',
    'XDG_CACHE_HOME="$2" exec "$1/bin/sheaf" --help',
  ].join('\n');
  if (!canMount()) return context.skip('nothing can be mounted here');
  const { status, stdout, stderr } = withMounts(script, [home, cache]);
  expect(stderr.replace(/^head: .*No space left on device\n/, '')).toBe('');
  expect(status).toBe(0);
  expect(stdout).toContain('sheaf COMMAND --help');
});

describe('bin/start.cjs', () => {
  const startAs = (version: string, clone: boolean): Said => {
    const start = join(install({ dist: { 'cli.cjs': "console.log('started');" }, clone }), 'bin/start.cjs');
    const pretend = `Object.defineProperty(process.versions, 'node', { value: '${version}' });`;
    const load = `process.execPath = 'node'; require(${JSON.stringify(start)});`;
    return run(process.execPath, ['--eval', `${pretend}${load}`]);
  };

  test.each(['0.12.18', '6.17.1', '12.22.12', '20.20.2', '22.12.0'])('refuses Node %s with a message', (version) => {
    const message = `error: sheaf needs Node 22.13 or newer, and node is ${version}`;
    expect(startAs(version, true)).toEqual({
      status: 1,
      stdout: '',
      stderr: `${message}
  fix  run "npm ci" in the folder of sheaf, which brings a Node, or name one: export SHEAF_NODE=/path/to/node
`,
    });
    expect(startAs(version, false).stderr).toBe(`${message}
  fix  install Node 22.13 or newer, or name one: export SHEAF_NODE=/path/to/node
`);
  });

  test.each(['22.13.0', '22.21.1', '24.0.0', '100.0.0'])('takes Node %s', (version) => {
    expect(startAs(version, true)).toEqual({ status: 0, stdout: 'started\n', stderr: '' });
  });
});
