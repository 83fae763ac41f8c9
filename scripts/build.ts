/**
 * Builds `dist`: the command as a starter and a folder of files that load when they are needed, and the library as
 * modules with their types.
 *
 * With `--if-stale` only when a source is newer than what was built. `dist` is replaced as a whole, so that a command that
 * starts during the build finds the old one or the new one. The files of the build before stay for commands that still run.
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire, enableCompileCache } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildWeb } from './build-web.ts';

const root: string = join(import.meta.dirname, '..');
const dist: string = join(root, 'dist');

if (!process.argv.includes('--if-stale') || isStale()) rebuild();

function isStale(): boolean {
  const sources = [
    'package.json',
    'package-lock.json',
    'tsconfig*.json',
    'rolldown.config.ts',
    'vite.config.ts',
    'scripts/build.ts',
    'scripts/build-web.ts',
    'src/**',
  ];
  return isOlder(join(dist, 'cli.cjs'), sources);
}

/** Whether a file is missing, or older than one of its sources. Folders count too: a file that was removed leaves its mark on them. */
function isOlder(built: string, sources: string[]): boolean {
  if (!existsSync(built)) return true;
  const builtMs = statSync(built).mtimeMs;
  return globSync(sources, { cwd: root }).some((path) => statSync(join(root, path)).mtimeMs > builtMs);
}

/** Builds the page of the dashboard, or keeps the one of the build before if nothing of it has changed. */
function refreshWeb(into: string): void {
  const before = join(dist, 'web');
  if (
    isOlder(join(before, 'index.html'), [
      'package-lock.json',
      'vite.config.ts',
      'scripts/build-web.ts',
      'src/web/**',
      'src/core/**',
    ])
  ) {
    buildWeb(root, into);
  } else {
    cpSync(before, into, { recursive: true, preserveTimestamps: true });
  }
}

function rebuild(): void {
  const made = mkdtempSync(join(root, '.build-'));
  const build = process.env['SHEAF_BUILD_NAME'] ?? `build-${Date.now().toString(36)}`;
  try {
    run('node_modules/.bin/rolldown', ['--config', 'rolldown.config.ts'], {
      SHEAF_BUILD_FOLDER: made,
      SHEAF_BUILD_NAME: build,
    });
    run('node_modules/.bin/tsc', ['--project', 'tsconfig.build.json', '--outDir', made]);
    copyAssets(made);
    refreshWeb(join(made, 'web'));
    listFiles(join(made, build));
    keepFormerBuild(made);
    chmodSync(made, 0o755);
    replace(made);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
  fillCompileCache(build);
}

/**
 * Makes Node keep what it compiles, before the first user has to wait for it; this also shows that what was built starts.
 *
 * Node keeps the functions of a file that were compiled when the file was first loaded. That is why the commands that
 * people wait for run first, in a small project, and the rest is loaded after them.
 */
function fillCompileCache(build: string): void {
  const project = mkdtempSync(join(tmpdir(), 'sheaf-build-'));
  const sheaf = (words: readonly string[], env = {}): void =>
    run(process.execPath, [join(dist, 'cli.cjs'), ...words, '--project', project], {
      SHEAF_LOCAL_DIR: join(project, 'local'),
      ...env,
    });
  try {
    mkdirSync(join(project, 'templates'));
    writeFileSync(join(project, 'sheaf.yaml'), 'scheduler: local\n');
    writeFileSync(join(project, 'templates', 't.yaml'), 'lr: 1e-3\ncommand: "true"\ncode: live\n');
    sheaf(['new', '--template', 't', '--exp-id', 'x'], { NODE_DISABLE_COMPILE_CACHE: '1' });
    for (const words of [['list'], ['status'], ['show', 'x'], ['list', '--help'], ['--help']]) sheaf(words);
  } finally {
    rmSync(project, { recursive: true });
  }
  enableCompileCache(join(dist, '.cache'));
  const load = createRequire(join(dist, build, 'files.json'));
  for (const name of globSync('*.cjs', { cwd: join(dist, build) })) load(`./${name}`);
}

/** Writes the list with which the command finds out whether it is whole, see src/system/program.ts. */
function listFiles(folder: string): void {
  const sizes = readdirSync(folder).map((name) => [name, statSync(join(folder, name)).size] as const);
  writeFileSync(join(folder, 'files.json'), JSON.stringify(Object.fromEntries(sizes)));
}

/** A command that runs while sheaf is built may still load files of the build that it started with. */
function keepFormerBuild(made: string): void {
  const former = globSync('build-*', { cwd: dist }).toSorted().at(-1);
  if (former !== undefined) cpSync(join(dist, former), join(made, former), { recursive: true });
}

function run(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): void {
  const { status, stdout, error } = spawnSync(resolve(root, program), args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${program} ended with status ${status}\n${stdout}`);
}

/** Files that a module reads from its own folder. They keep their place in `dist`. */
function copyAssets(made: string): void {
  const isSource = (path: string): boolean => path.endsWith('.ts') || path.includes('__snapshots__');
  for (const path of globSync('!(web)/**/*', { cwd: join(root, 'src') })) {
    const from = join(root, 'src', path);
    if (!isSource(path) && statSync(from).isFile()) cpSync(from, join(made, path));
  }
}

function replace(made: string): void {
  const old = `${made}-old`;
  if (existsSync(dist)) renameSync(dist, old);
  renameSync(made, dist);
  rmSync(old, { recursive: true, force: true });
}
