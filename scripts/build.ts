/**
 * Builds `dist`: the command as a starter and one file, and the library as modules with their types.
 *
 * With `--if-stale` only when a source is newer than what was built. The folder is replaced as a whole, so that a
 * command that starts during the build finds the old one or the new one.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, globSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root: string = join(import.meta.dirname, '..');
const dist: string = join(root, 'dist');

if (!process.argv.includes('--if-stale') || isStale()) rebuild();

function isStale(): boolean {
  const built = join(dist, 'cli.js');
  if (!existsSync(built)) return true;
  const builtMs = statSync(built).mtimeMs;
  // Folders count too: a file that was removed leaves its mark on them.
  const sources = [
    'package.json',
    'package-lock.json',
    'tsconfig*.json',
    'rolldown.config.ts',
    'scripts/build.ts',
    'src/**',
  ];
  return globSync(sources, { cwd: root }).some((path) => statSync(join(root, path)).mtimeMs > builtMs);
}

function rebuild(): void {
  const made = mkdtempSync(join(root, '.build-'));
  try {
    run('node_modules/.bin/rolldown', ['--config', 'rolldown.config.ts'], { SHEAF_BUILD_FOLDER: made });
    run('node_modules/.bin/tsc', ['--project', 'tsconfig.build.json', '--outDir', made]);
    copyAssets(made);
    chmodSync(made, 0o755);
    replace(made);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
  fillCompileCache();
}

/** The first start fills it, which also shows that what was built starts. Node makes it for this user alone. */
function fillCompileCache(): void {
  run('bin/sheaf', ['--help']);
  for (const path of globSync('.cache/*/*', { cwd: dist })) chmodSync(join(dist, path), 0o644);
}

function run(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): void {
  const { status, stdout, error } = spawnSync(join(root, program), args, {
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
  for (const path of globSync('**/*', { cwd: join(root, 'src') })) {
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
