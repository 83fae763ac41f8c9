/** Each daemon of a cluster: how it starts, and how one sees that it answers. */
import { chmodSync, existsSync, readdirSync, rmSync, writeFileSync, readFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { join } from 'node:path';
import { confOf, databaseSocket, mungeSocket, stateFolder, type Settings } from './config.ts';
import { nodes } from './nodes.ts';
import { end, running, signal, startProcess } from './processes.ts';
import { must, run, until } from './run.ts';

/** `munged`, `mariadbd`, `slurmdbd`, `slurmctld`, or the slurmd of a node: `slurmd.NODE`. */
export type DaemonName = 'munged' | 'mariadbd' | 'slurmdbd' | 'slurmctld' | `slurmd.${string}`;

/** One daemon, for tests of what happens when it fails. */
export interface Daemon {
  readonly name: DaemonName;
  /** Undefined when it does not run. */
  pid(): number | undefined;
  /** Starts it if it does not run, and waits until it answers (a slurmd: until it is registered). */
  start(): Promise<void>;
  /** TERM, and KILL after 20 s; waits until it has ended. */
  stop(): Promise<void>;
  /** KILL: it saves nothing. Waits until it has ended. */
  kill9(): Promise<void>;
  /** STOP: it takes connections and does not answer. */
  pause(): void;
  /** CONT. */
  resume(): void;
}

/** In the order of starting. */
export function daemonNames({ accounting }: Pick<Settings, 'accounting'>): DaemonName[] {
  const database: DaemonName[] = accounting ? ['mariadbd', 'slurmdbd'] : [];
  return ['munged', ...database, 'slurmctld', ...nodes.map(({ name }): DaemonName => `slurmd.${name}`)];
}

export function daemonOf(settings: Settings, name: DaemonName): Daemon {
  const { dir } = settings;
  return {
    name,
    pid: () => running(dir, name)?.pid,
    start: async () => {
      await launch(settings, name);
      await answers(settings, name);
    },
    stop: async () => {
      const found = running(dir, name);
      if (found) await end(found, 20_000);
    },
    kill9: async () => {
      const found = running(dir, name);
      if (found) await end9(found);
    },
    pause: () => {
      const found = running(dir, name);
      if (found) signal(found, 'SIGSTOP');
    },
    resume: () => {
      const found = running(dir, name);
      if (found) signal(found, 'SIGCONT');
    },
  };
}

async function end9(found: Parameters<typeof signal>[0]): Promise<void> {
  await until('end of a killed daemon', () => !signal(found, 'SIGKILL'), { everyMs: 10 });
}

/** Starts it if it does not run; it may not answer yet. */
export async function launch(settings: Settings, name: DaemonName): Promise<void> {
  if (running(settings.dir, name)) return;
  await startProcess(settings.dir, name, command(settings, name), environment(settings));
}

/** What a client of this cluster needs. */
export function environment({ dir }: Pick<Settings, 'dir'>): NodeJS.ProcessEnv {
  return { ...process.env, SLURM_CONF: confOf(dir), MYSQL_UNIX_PORT: databaseSocket(dir) };
}

function command(settings: Settings, name: DaemonName): [string, ...string[]] {
  const { dir } = settings;
  switch (name) {
    case 'munged':
      return mungedCommand(dir);
    case 'mariadbd':
      return mariadbdCommand(dir);
    case 'slurmdbd':
      return ['slurmdbd', '-D'];
    case 'slurmctld':
      // -i: without a saved state it is the first start, and not a loss to stop at.
      return existsSync(stateFolder(dir)) && readdirSync(stateFolder(dir)).length > 0
        ? ['slurmctld', '-D']
        : ['slurmctld', '-D', '-i'];
    default:
      return ['slurmd', '-D', '-N', name.slice('slurmd.'.length)];
  }
}

/** Of this cluster alone, with a key of its own: a munged of the system is left as it is. */
function mungedCommand(dir: string): [string, ...string[]] {
  const folder = join(dir, 'munge');
  const key = join(folder, 'key');
  if (!existsSync(key)) writeFileSync(key, randomBytes(1024), { mode: 0o600 });
  rmSync(mungeSocket(dir), { force: true });
  const files = ['key', 'pid', 'log', 'seed'].map((what) => `--${what}-file=${join(folder, what)}`);
  return ['munged', '--foreground', '--force', '--num-threads=10', `--socket=${mungeSocket(dir)}`, ...files];
}

function mariadbdCommand(dir: string): [string, ...string[]] {
  return [
    'mariadbd',
    '--no-defaults',
    '--user=mysql',
    `--datadir=${join(dir, 'database', 'data')}`,
    // The caller's TMPDIR may be closed to the user mysql.
    `--tmpdir=${join(dir, 'database')}`,
    `--socket=${databaseSocket(dir)}`,
    `--pid-file=${join(dir, 'database', 'pid')}`,
    '--skip-networking',
    '--innodb-flush-log-at-trx-commit=2',
    '--innodb-lock-wait-timeout=900',
  ];
}

/** Makes the files of an empty database. */
export async function makeDatabase(dir: string): Promise<void> {
  const data = join(dir, 'database', 'data');
  if (existsSync(join(data, 'mysql'))) return;
  await must('chown', ['mysql:', join(dir, 'database')]);
  await must('mariadb-install-db', [
    '--no-defaults',
    '--user=mysql',
    `--datadir=${data}`,
    `--tmpdir=${join(dir, 'database')}`,
    '--auth-root-authentication-method=socket',
    '--auth-root-socket-user=root',
    '--skip-test-db',
    '--skip-name-resolve',
  ]);
  chmodSync(join(dir, 'database'), 0o755);
}

/**
 * slurmdbd would make it, after a connection to it has failed; with some versions of the client library (11.8.9) the
 * same handle then takes no answer at all ("maximum allowed number of columns (=0)").
 */
export async function createSchema(dir: string): Promise<void> {
  const statement = 'CREATE DATABASE IF NOT EXISTS slurm_acct_db';
  await must('mariadb', ['--no-defaults', `--socket=${databaseSocket(dir)}`, `--execute=${statement}`]);
}

/** Waits until it answers. */
export async function answers(settings: Settings, name: DaemonName): Promise<void> {
  const { dir } = settings;
  await until(
    `answer of ${name}`,
    async () => {
      if (!running(dir, name)) throw new Error(`${name} ended. ${lastWords(dir, name)}`);
      return await doesAnswer(settings, name);
    },
    { hint: () => lastWords(dir, name) },
  );
}

/** Whether it answers now. */
export async function doesAnswer(settings: Settings, name: DaemonName): Promise<boolean> {
  const { dir } = settings;
  const env = environment(settings);
  const options = { env, timeoutMs: 5000 };
  switch (name) {
    case 'munged':
      return (await run('munge', ['--no-input', `--socket=${mungeSocket(dir)}`], options)).code === 0;
    case 'mariadbd':
      return (
        (await run('mariadb-admin', ['--no-defaults', `--socket=${databaseSocket(dir)}`, 'ping'], options)).code === 0
      );
    case 'slurmdbd':
      return (await run('sacctmgr', ['--noheader', 'list', 'cluster'], options)).code === 0;
    case 'slurmctld':
      return (await run('scontrol', ['ping'], options)).code === 0;
    default:
      return (await listens(slurmdPort(settings, name))) && (await isRegistered(name, options));
  }
}

function slurmdPort({ portBase }: Settings, name: DaemonName): number {
  return portBase + 2 + nodes.findIndex((node) => name === `slurmd.${node.name}`);
}

async function listens(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true));
    socket.on('connect', () => socket.destroy()).on('error', () => resolve(false));
  });
}

async function isRegistered(name: DaemonName, options: Parameters<typeof run>[2]): Promise<boolean> {
  const { code, stdout } = await run('sinfo', ['-h', '-N', '-n', name.slice('slurmd.'.length), '-o', '%T'], options);
  // A `*` says that it has not answered.
  return code === 0 && /^(?:idle|mixed|allocated|completing|draining|drained)$/m.test(stdout);
}

function lastWords(dir: string, name: DaemonName): string {
  const texts = [`${name}.out`, `${name}.log`].map((file) => tail(join(dir, 'logs', file)));
  return texts.filter((text) => text !== '').join('\n');
}

function tail(file: string): string {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-8).join('\n');
  } catch {
    return '';
  }
}
