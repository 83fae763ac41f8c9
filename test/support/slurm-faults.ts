/** A project of an ordinary user on a cluster that is broken under it. */
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ran } from './run-sheaf.ts';
import { userFolder, type Cluster, type UserFolder } from './slurm.ts';
import { until } from './until.ts';

export const TEMPLATE = 'run: "true"\nseed: 0\ntime_limit: "00:10:00"\ncommand: bash -c "$SHEAF_P_run"\n';
export const FILES = {
  'sheaf.yaml': 'scheduler: slurm\n',
  'templates/once.yaml': `${TEMPLATE}requeue: false\n`,
  'templates/again.yaml': `${TEMPLATE}requeue: true\n`,
};

/** A program that goes on when {@link Project.letGo} says so. */
export const WAITS = 'echo attempt $SHEAF_ATTEMPT; until [ -e go-$SHEAF_EXP_ID-$SHEAF_ATTEMPT ]; do sleep 0.1; done';

/** After this time, a job that is not in the queue is lost. */
export const GRACE_PASSED = { SHEAF_TEST_CLOCK_OFFSET_MS: '130000' };
/** The same where accounting has it as running still. */
export const LONG_GRACE_PASSED = { SHEAF_TEST_CLOCK_OFFSET_MS: '1930000' };

export interface Line {
  readonly exp_id: string;
  readonly status: string;
  readonly cause: string | null;
  readonly attempt: number;
  readonly job: string;
  readonly exit_code: number | null;
  readonly note: string | null;
  readonly unseen_since: string | null;
}

export interface Looked {
  readonly exitCode: number | null;
  readonly warnings: string;
  readonly seconds: number;
  readonly of: Readonly<Record<string, Line>>;
}

export type Env = Readonly<Record<string, string>>;

export interface Project {
  readonly folder: UserFolder;
  sheaf(line: string, env?: Env): Promise<Ran>;
  /** Makes experiments, by name what each runs, and submits them one by one. */
  submit(programs: Readonly<Record<string, string>>, flags?: string, submitFlags?: string): Promise<void>;
  look(env?: Env): Promise<Looked>;
  letGo(name: string): void;
  /** Words of `show`. */
  show(name: string): Promise<string>;
}

export function projectOn(cluster: Cluster): Project {
  const folder = userFolder(cluster, 'sheaf1', FILES);
  const all = { SHEAF_POLL_SECONDS: '0' };
  const run = async (words: readonly string[], env?: Env) => await folder.sheaf(words, { env: { ...all, ...env } });
  const done = async (words: readonly string[], env?: Env) => {
    const ran = await run(words, env);
    if (ran.exitCode !== 0) throw new Error(`sheaf ${words.join(' ')} ended with ${ran.exitCode}: ${ran.stderr}`);
    return ran;
  };
  return {
    folder,
    sheaf: async (line, env) => await run(line.split(' '), env),
    submit: async (programs, flags = '--template once', submitFlags = '') => {
      for (const [name, program] of Object.entries(programs)) {
        await done(['new', '--exp-id', name, ...flags.split(' '), '--run', program]);
        await done(['submit', name, ...submitFlags.split(' ').filter((word) => word !== '')]);
      }
    },
    look: async (env) => {
      const began = performance.now();
      const { exitCode, stdout, stderr } = await run(['status', '--where', 'exp_id ~ "*"', '--json'], env);
      const seconds = (performance.now() - began) / 1000;
      if (stdout === '') return { exitCode, seconds, warnings: stderr, of: {} };
      const { data, warnings } = JSON.parse(stdout) as { data: { experiments: Line[] }; warnings: string[] };
      const of = Object.fromEntries(data.experiments.map((line) => [line.exp_id, line]));
      return { exitCode, seconds, warnings: warnings.join('\n'), of };
    },
    letGo: (name) => writeFileSync(join(folder.path, `go-${name}`), ''),
    show: async (name) => (await done(['show', name])).stdout,
  };
}

/** Looks until it is so. */
export async function seen(project: Project, names: Readonly<Record<string, string>>, env?: Env): Promise<Looked> {
  let last: Looked | undefined;
  return await until(
    async () => {
      const looked = await project.look(env);
      last = looked;
      return Object.entries(names).every(([name, status]) => statusOf(looked.of[name]) === status) && looked;
    },
    () => `${JSON.stringify(names)}; last seen: ${JSON.stringify(last && statuses(last))} ${last?.warnings ?? ''}`,
  );
}

/** `failed/lost`, `running` */
export function statusOf(line: Line | undefined): string {
  return line === undefined ? 'unknown' : [line.status, line.cause ?? []].flat().join('/');
}

export function statuses(looked: Looked): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(looked.of).map(([name, line]) => [name, statusOf(line)]));
}

export function idsOf({ of }: Looked): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(of).map(([name, { job }]) => [name, job]));
}

export function ask(cluster: Cluster, line: string): string {
  const [program = '', ...words] = line.split(' ');
  const { status, stdout, stderr } = spawnSync(program, words, { env: cluster.env, cwd: '/tmp', encoding: 'utf8' });
  if (status !== 0) throw new Error(`${line} ended with ${status}: ${stderr}`);
  return stdout.trim();
}

/** `started` or `ended`, as the job itself records it. */
export async function recorded(
  project: Project,
  what: 'started' | 'ended',
  ...names: readonly string[]
): Promise<void> {
  const file = (name: string) => join(project.folder.path, 'experiments', name, 'attempts/train-1', `${what}.json`);
  await until(
    () => names.every((name) => existsSync(file(name))),
    () => `${what}.json of ${names.join(', ')}`,
  );
}

/** Submits a held job without sheaf, whose name is `other`. */
export async function submitOther(project: Project): Promise<string> {
  const words = ['--hold', '-J', 'other', '-o', '/dev/null', '--wrap', 'true'];
  return (await project.folder.run(['sbatch', '--parsable', ...words])).stdout.trim();
}

/** A look for which the cluster was asked: one that is younger than a moment serves others, too. */
export async function askedInVain(project: Project): Promise<Looked> {
  return await until(async () => {
    const looked = await project.look();
    return looked.warnings !== '' && looked;
  });
}
