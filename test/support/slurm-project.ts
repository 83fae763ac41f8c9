/** A project of an ordinary user on a real cluster, and what is asked of it and of the cluster in tests. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { Ran, RunSettings } from './run-sheaf.ts';
import { userFolder, type Cluster, type UserFolder } from './slurm.ts';
import { until } from './until.ts';

/** What small jobs ask for; each test adds its command. */
export const SMALL = 'partition: cpu\nmem: 50M\ntime_limit: 10\n';

/** One experiment as `status --json` shows it. */
export interface Line {
  readonly exp_id: string;
  readonly status: string;
  readonly cause?: string | null;
  readonly stage?: string;
  readonly attempt?: number;
  readonly job: string | null;
  readonly exit_code: number | null;
  readonly note: string | null;
}

/** What `submit --json` tells. */
export interface Told {
  readonly submissions: readonly {
    readonly stage: string;
    readonly job: string | null;
    readonly outcome: string;
    readonly members: readonly { readonly exp_id: string; readonly attempt: string }[];
    readonly problem: { readonly said: string; readonly fix: string | null; readonly ran: string | null } | null;
  }[];
  readonly nothing_to_do: readonly { readonly exp_id: string; readonly why: string }[];
  readonly kept_back: readonly { readonly exp_id: string; readonly why: string }[];
}

interface Attempts {
  readonly attempts: readonly {
    readonly stage: string;
    readonly attempt: number;
    readonly status: string;
    readonly cause: string | null;
    readonly exit_code: number | null;
    readonly said: string | null;
    readonly job: string | null;
  }[];
}

export interface SlurmProject extends Omit<UserFolder, 'sheaf' | 'run'> {
  readonly cluster: Cluster;
  /** Runs `sheaf` with these words, whatever its status. */
  readonly sheaf: UserFolder['sheaf'];
  /** Runs a program in the project. */
  readonly run: UserFolder['run'];
  /** Runs it, and it must succeed. @returns what it printed */
  ok(...words: readonly string[]): Promise<string>;
  submit(...words: readonly string[]): Promise<Told>;
  /** What `status` shows of experiments. */
  lines(...words: readonly string[]): Promise<readonly Line[]>;
  /** The one line of an experiment. */
  line(expId: string): Promise<Line>;
  /** `train-1 completed`, `eval-1 failed dependency`. */
  attempts(expId: string): Promise<string[]>;
  /** Waits until the experiment has this status. */
  waitFor(expId: string, status: string): Promise<Line>;
  /** The text of a file below the project. */
  read(path: string): string;
  /** Makes one experiment. */
  create(expId: string, template: string, ...words: readonly string[]): Promise<void>;
  sweep(name: string, template: string, ...words: readonly string[]): Promise<void>;
  /** Own jobs and tasks in the queue that have not ended, one line each. */
  queue(format: string): string[];
  /** The programs of Slurm that are called from now on, each with its words. */
  calls(): { readonly env: Readonly<Record<string, string>>; readonly taken: () => string[] };
}

export interface ProjectSettings {
  readonly user?: 'sheaf1' | 'sheaf2';
  /** Of the context of a test that runs beside others. */
  readonly finished?: typeof onTestFinished;
  /** More lines of `sheaf.yaml`. */
  readonly settings?: string;
}

/** @param templates by name; what the template does not say of resources is in SMALL */
export function slurmProject(
  cluster: Cluster,
  templates: Readonly<Record<string, string>>,
  { user = 'sheaf1', finished = onTestFinished, settings = '' }: ProjectSettings = {},
): SlurmProject {
  const files = {
    'sheaf.yaml': `scheduler: slurm\n${settings}`,
    ...Object.fromEntries(Object.entries(templates).map(([name, text]) => [`templates/${name}.yaml`, text])),
  };
  const folder = userFolder(cluster, user, files, finished);
  const project = projectIn(cluster, folder);
  finished(() => endJobs(cluster, folder.path));
  return project;
}

/** The project in a folder of a user. */
export function projectIn(cluster: Cluster, folder: UserFolder): SlurmProject {
  const withFresh = (settings: RunSettings = {}): RunSettings => ({
    ...settings,
    env: { SHEAF_POLL_SECONDS: '0', ...settings.env },
  });
  const sheaf: UserFolder['sheaf'] = (words, settings) => folder.sheaf(words, withFresh(settings));
  const ok = async (...words: readonly string[]): Promise<string> => good(await sheaf(words), words);
  const data = async <T>(...words: readonly string[]): Promise<T> =>
    (JSON.parse(await ok(...words, '--json')) as { data: T }).data;
  const lines: SlurmProject['lines'] = async (...words) =>
    (await data<{ experiments: Line[] }>('status', ...words)).experiments;
  const line = async (expId: string): Promise<Line> => {
    const [first] = await lines(expId);
    if (first === undefined) throw new Error(`status shows no ${expId}`);
    return first;
  };
  return {
    ...folder,
    cluster,
    sheaf,
    run: (argv, settings) => folder.run(argv, withFresh(settings)),
    ok,
    submit: (...words) => data<Told>('submit', ...words),
    lines,
    line,
    attempts: async (expId) =>
      (await data<Attempts>('show', expId)).attempts.map(({ stage, attempt, status, cause }) =>
        [`${stage}-${attempt}`, status, cause].filter((word) => word !== null).join(' '),
      ),
    waitFor: async (expId, status) => {
      let now: Line | undefined;
      return await until(
        async () => {
          now = await line(expId);
          return now.status === status && now;
        },
        () => `${expId} to be ${status}; last seen: ${JSON.stringify(now)}`,
      );
    },
    read: (path) => readFileSync(join(folder.path, path), 'utf8'),
    create: async (expId, template, ...words) => {
      await ok('new', '--exp-id', expId, '--template', template, ...words);
    },
    sweep: async (name, template, ...words) => {
      await ok('sweep', '--name', name, '--template', template, '--yes', ...words);
    },
    queue: (format) => {
      const tokens = tokensOf(folder.path);
      if (tokens.length === 0) return [];
      const rows = ask(cluster, ['squeue', '-h', '-a', '-r', '-o', format, '-n', tokens.join(',')]);
      return rows.split('\n').filter((row) => row !== '');
    },
    calls: () => countCalls(folder),
  };
}

function good({ stdout, stderr, exitCode }: Ran, words: readonly string[]): string {
  expect(exitCode, `sheaf ${words.join(' ')}: ${stderr}${stdout}`).toBe(0);
  return stdout;
}

/** What root asks of the cluster. */
export function ask(cluster: Cluster, [program, ...words]: readonly [string, ...string[]]): string {
  const { status, stdout, stderr } = spawnSync(program, words, { env: cluster.env, cwd: '/', encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${words.join(' ')} ended with ${status}: ${stderr}`);
  return stdout.trim();
}

/** The names of the jobs that were asked for in a project. */
export function tokensOf(project: string): string[] {
  const folders = ['submissions', 'waits'].map((name) => join(project, '.sheaf', name));
  return folders.flatMap((folder) => (existsSync(folder) ? readdirSync(folder) : []));
}

/** A test that failed half way leaves jobs; they would be in the way of others. */
export function endJobs(cluster: Cluster, project: string): void {
  for (const token of tokensOf(project)) spawnSync('scancel', ['-n', token], { env: cluster.env });
}

const PROGRAMS: readonly string[] = ['sbatch', 'squeue', 'sacct', 'scancel', 'scontrol', 'sinfo', 'sacctmgr', 'sshare'];

/** Programs before the real ones on the PATH, which write down how they are called. */
function countCalls({ path, env }: UserFolder): ReturnType<SlurmProject['calls']> {
  const folder = join(dirname(path), 'counting');
  const log = join(folder, 'log');
  mkdirSync(folder, { recursive: true });
  writeFileSync(log, '');
  chmodSync(log, 0o666);
  const real = `PATH=\${PATH#*counting:}`;
  for (const name of PROGRAMS)
    writeFileSync(
      join(folder, name),
      `#!/bin/bash\nprintf '%s\\n' "${name} $*" >>'${log}'\n${real} exec ${name} "$@"\n`,
      {
        mode: 0o755,
      },
    );
  return {
    env: { PATH: `${folder}:${env['PATH'] ?? ''}` },
    taken: () =>
      readFileSync(log, 'utf8')
        .split('\n')
        .filter((call) => call !== ''),
  };
}
