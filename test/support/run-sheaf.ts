import { spawn } from 'node:child_process';
import { existsSync, globSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { endSpool } from './end-spool.ts';
import { sheafArgv } from './sheaf-argv.ts';

/** What a run of the program left behind. */
export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | null;
}

export interface RunSettings {
  readonly env?: Readonly<Record<string, string>>;
  /** Given on stdin, which is closed after it. */
  readonly input?: string;
  /** Below the project's folder. */
  readonly cwd?: string;
}

/** A folder of its own for one test, with a home and a local folder that no other test sees. */
export interface TestFolder {
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
  /** Runs `sheaf` with these words in the folder. */
  sheaf(words: readonly string[], settings?: RunSettings): Promise<Ran>;
  /** Runs a program in the folder, in which `sheaf` is on the PATH. */
  run(argv: readonly [string, ...string[]], settings?: RunSettings): Promise<Ran>;
}

export interface FolderSettings {
  /** The argv that starts sheaf; by default {@link sheafArgv}. */
  readonly program?: readonly [string, ...string[]];
  /** Of all programs that run in the folder. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A folder with these files, removed after the test. */
export function testFolder(
  files: Readonly<Record<string, string>> = {},
  { program = sheafArgv(), env: more = {} }: FolderSettings = {},
): TestFolder {
  const outer = realpathSync(mkdtempSync(join(tmpdir(), 'sheaf-cli-')));
  const path = join(outer, 'project');
  for (const folder of ['project', 'home', 'local', 'bin']) mkdirSync(join(outer, folder), { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  writeFileSync(join(outer, 'bin/sheaf'), `#!/bin/sh\nexec ${program.map((word) => `'${word}'`).join(' ')} "$@"\n`, {
    mode: 0o755,
  });
  const env = {
    ...more,
    PATH: `${join(outer, 'bin')}:${more['PATH'] ?? process.env['PATH'] ?? ''}`,
    HOME: join(outer, 'home'),
    SHEAF_LOCAL_DIR: join(outer, 'local'),
    // A cluster that this machine belongs to is no business of tests that do not ask for one.
    SHEAF_TEST_NO_SLURM: '1',
    // Most tests are about something else, in folders without git.
    SHEAF_TEST_TOLD_NOT_KEPT: '1',
    LANG: 'C.UTF-8',
    TERM: 'xterm',
  };
  const run: TestFolder['run'] = (argv, settings = {}) => runProgram(argv, path, env, settings);
  onTestFinished(async () => {
    const spools = globSync('.sheaf/local/*', { cwd: path });
    for (const spool of spools) endSpool(join(path, spool));
    if (spools.length === 0 && existsSync(join(path, '.sheaf/submissions')))
      await run(['sheaf', 'cancel', '--where', 'status in (queued, running)', '--yes']);
    rmSync(outer, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  });
  return { path, env, run, sheaf: (words, settings) => run([...program, ...words], settings) };
}

function runProgram(
  [program, ...words]: readonly [string, ...string[]],
  folder: string,
  folderEnv: Readonly<Record<string, string>>,
  { env = {}, input = '', cwd = '.' }: RunSettings,
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { cwd: join(folder, cwd), env: { ...folderEnv, ...env }, stdio: 'pipe' });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject).on('close', (exitCode) => resolve({ stdout, stderr, exitCode }));
    // A program that does not read its input may be gone before it is written.
    child.stdin.on('error', () => undefined).end(input);
  });
}

/** Output with what differs from run to run replaced: the folder, times, tokens and numbers of jobs. */
export function steady(text: string, folder: TestFolder): string {
  return text
    .replaceAll(folder.path, '<project>')
    .replaceAll(dirname(folder.path), '<folder>')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '<time>')
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?/g, '<time>')
    .replace(/-[a-z0-9]{12}\b/g, '-<token>')
    .replace(/\bran \d+[smhd]( \d+[smhd])?/g, 'ran <span>');
}
