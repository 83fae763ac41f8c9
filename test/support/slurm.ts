/** A real Slurm cluster for tests: the shared one of the run, disposable ones to break, and ordinary users on them. */
import { spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, inject, onTestFinished, test } from 'vitest';
import {
  openCluster,
  startCluster,
  stopCluster,
  type Cluster,
  type ClusterOptions,
} from '../../scripts/slurm/index.ts';
import type { Ran, RunSettings } from './run-sheaf.ts';
import { installedUnderTest } from './sheaf-argv.ts';
import { testClusterPrefix } from './slurm-setup.ts';

export type { Cluster, Daemon, DaemonName } from '../../scripts/slurm/index.ts';

const root: string = join(import.meta.dirname, '../..');

/** The shared cluster of this run. Others use it too: look only at jobs of your own, and break no daemon of it. */
export function slurmCluster(): Cluster | undefined {
  const { dir } = inject('slurm');
  return dir === undefined ? undefined : openCluster(dir);
}

/** Tests with the shared cluster; without one a single skipped test says why. */
export function describeSlurm(name: string, tests: (cluster: Cluster) => void): void {
  const cluster = slurmCluster();
  describe(`on Slurm: ${name}`, () => {
    if (cluster === undefined) return skipped(inject('slurm').why ?? 'the cluster is gone');
    tests(cluster);
    afterAll(stopDisposables, 60_000);
  });
}

/** One test that stands for those that cannot run, and says why. */
function skipped(why: string): void {
  test(`not run: ${why}`, (context) => {
    context.skip(why);
    expect.unreachable();
  });
}

const disposable: string[] = [];

/** A cluster of this file's own, to break or to set up otherwise: stopped after its describeSlurm. */
export async function disposableCluster(options: Omit<ClusterOptions, 'dir' | 'bound'> = {}): Promise<Cluster> {
  const dir = `${testClusterPrefix}${process.pid}x${disposable.length}`;
  disposable.push(dir);
  return await startCluster({ ...options, dir, bound: true });
}

async function stopDisposables(): Promise<void> {
  await Promise.all(disposable.splice(0).map(stopCluster));
}

/** A folder of an ordinary user, with a project in it that belongs to that user. */
export interface UserFolder {
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
  /** Words that start a program as that user. */
  readonly become: readonly string[];
  /** Runs a program as that user in the project's folder; `sheaf` and Slurm's commands are on the PATH. */
  run(argv: readonly [string, ...string[]], settings?: RunSettings): Promise<Ran>;
  /** Runs `sheaf` with these words. */
  sheaf(words: readonly string[], settings?: RunSettings): Promise<Ran>;
}

/** Removed after the test. @param finished a test that runs beside others gives its own: `onTestFinished` of its context */
export function userFolder(
  cluster: Cluster,
  userName: 'sheaf1' | 'sheaf2',
  files: Readonly<Record<string, string>> = {},
  finished: typeof onTestFinished = onTestFinished,
): UserFolder {
  const user = cluster.users.find(({ name }) => name === userName);
  if (user === undefined) throw new Error(`${cluster.name} has no user ${userName}`);
  const outer = mkdtempSync(join(user.home, 'test-'));
  const path = join(outer, 'project');
  const own = (file: string) => chownSync(file, user.uid, user.gid);
  const makeFolder = (folder: string) => {
    if (existsSync(folder)) return;
    makeFolder(dirname(folder));
    mkdirSync(folder);
    own(folder);
  };
  own(outer);
  for (const folder of [path, join(outer, 'home'), join(outer, 'local')]) makeFolder(folder);
  for (const [name, text] of Object.entries(files)) {
    makeFolder(dirname(join(path, name)));
    writeFileSync(join(path, name), text);
    own(join(path, name));
  }
  finished(() => rmSync(outer, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));
  const env = {
    PATH: `${join(reachableProgram(cluster), 'bin')}:${process.env['PATH'] ?? ''}`,
    HOME: join(outer, 'home'),
    USER: user.name,
    LOGNAME: user.name,
    SHEAF_LOCAL_DIR: join(outer, 'local'),
    SHEAF_TEST_TOLD_NOT_KEPT: '1',
    SLURM_CONF: cluster.conf,
    LANG: 'C.UTF-8',
    TERM: 'xterm',
  };
  const identity = ['--reuid', `${user.uid}`, '--regid', `${user.gid}`, '--init-groups', '--'];
  const run: UserFolder['run'] = async (argv, settings = {}) =>
    await runProgram('setpriv', [...identity, ...argv], join(path, settings.cwd ?? '.'), {
      ...settings,
      env: { ...env, ...settings.env },
    });
  const sheaf: UserFolder['sheaf'] = async (words, settings) => await run(['sheaf', ...words], settings);
  return { path, env, become: ['setpriv', ...identity], run, sheaf };
}

/**
 * The built program and its Node where every user can read it: the clone may lie in a folder that others cannot enter.
 * Copied once for each build, below the cluster's folder.
 */
export function reachableProgram(cluster: Cluster): string {
  const installed = installedUnderTest();
  const built = installed ?? join(root, 'dist/cli.cjs');
  if (!existsSync(built)) throw new Error('dist is missing: npm run build');
  const { mtimeMs, ino } = statSync(built);
  const folder = join(cluster.dir, `program-${ino}-${Math.trunc(mtimeMs)}`);
  if (existsSync(folder)) return folder;
  const made = mkdtempSync(`${folder}-`);
  if (installed === undefined) copyClone(made);
  else linkInstalled(installed, made);
  const node = join(made, 'node_modules/node/bin/node');
  mkdirSync(dirname(node), { recursive: true });
  linkOrCopy(process.execPath, node);
  chmodSync(made, 0o755);
  try {
    renameSync(made, folder);
  } catch {
    // Another test file was faster.
    rmSync(made, { recursive: true });
  }
  return folder;
}

function copyClone(to: string): void {
  for (const part of ['bin', 'dist', 'package.json']) cpSync(join(root, part), join(to, part), { recursive: true });
  // What harvest writes series with is not part of the built files.
  for (const library of ['hyparquet', 'hyparquet-writer'])
    cpSync(join(root, 'node_modules', library), join(to, 'node_modules', library), { recursive: true });
}

/** An installed sheaf must lie where every user can read it. */
function linkInstalled(sheaf: string, folder: string): void {
  mkdirSync(join(folder, 'bin'));
  symlinkSync(sheaf, join(folder, 'bin/sheaf'));
}

function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}

async function runProgram(
  program: string,
  words: readonly string[],
  cwd: string,
  { env, input = '' }: RunSettings,
): Promise<Ran> {
  return await new Promise((resolve, reject) => {
    const child = spawn(program, words, { cwd, env, stdio: 'pipe' });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject).on('close', (exitCode) => resolve({ stdout, stderr, exitCode }));
    child.stdin.on('error', () => undefined).end(input);
  });
}
