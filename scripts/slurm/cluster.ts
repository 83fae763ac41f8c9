/** A cluster is a folder: whole when it has the file `up`, and everything that runs for it is recorded in it. */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { basename, dirname, join, resolve } from 'node:path';
import { fillAccounting } from './accounting.ts';
import { confOf, portCount, stateFolder, writeConfig, type Settings } from './config.ts';
import {
  answers,
  createSchema,
  daemonNames,
  daemonOf,
  doesAnswer,
  environment,
  launch,
  makeDatabase,
  type Daemon,
  type DaemonName,
} from './daemons.ts';
import { installPackages, whyNoCluster } from './install.ts';
import { giveGroupsBack, takeGroups, type MemoryLimit } from './memory-limit.ts';
import { nodes } from './nodes.ts';
import { end, isAlive, jobProcesses, recordedNames, running, signal, thisProcess, type Process } from './processes.ts';
import { pause, run, until } from './run.ts';
import { ensureUsers, usersOf, type User } from './users.ts';

export interface ClusterOptions {
  /** An absolute path, short: sockets lie below it. */
  readonly dir?: string;
  /** Derived from the folder unless given. */
  readonly name?: string;
  /** One more than the largest index of an array. */
  readonly maxArraySize?: number;
  /** False: no database and no slurmdbd, as on a site without accounting. */
  readonly accounting?: boolean;
  /** Seconds that an ended job stays in the controller's answers. */
  readonly minJobAge?: number;
  /** Seconds after which a node that does not answer is given up, and its jobs with it. Default 60: a busy computer is slow to answer. */
  readonly slurmdTimeout?: number;
  /** It is a remnant, which the next start of one removes, when this process ends without having stopped it. */
  readonly bound?: boolean;
  readonly say?: (text: string) => void;
}

export interface Cluster {
  readonly dir: string;
  /** For SLURM_CONF. */
  readonly conf: string;
  readonly name: string;
  readonly accounting: boolean;
  readonly maxArraySize: number;
  readonly minJobAge: number;
  /** The two ordinary users. */
  readonly users: readonly User[];
  readonly nodes: readonly string[];
  /** What kills a job that takes more memory than it asked for. */
  readonly memoryLimit: MemoryLimit;
  /** It was up before. */
  readonly found: boolean;
  /** The environment of a client: this process's, with SLURM_CONF. */
  readonly env: NodeJS.ProcessEnv;
  readonly daemons: readonly DaemonName[];
  daemon(name: DaemonName): Daemon;
  /** Whether its controller answers now. */
  answers(): Promise<boolean>;
  /** What a stopped controller would know after a start: nothing. Its job ids start at 1 again. */
  forgetState(): Promise<void>;
}

export const defaultDir = '/tmp/sheaf-slurm';

/** Brings a cluster up, or finds it. Cleans up what an earlier start or stop that was cut off left. */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const dir = resolve(options.dir ?? defaultDir);
  const say = options.say ?? (() => undefined);
  // The longest socket: spool/NODE/NODE_JOB.STEP
  if (dir.length > 50) throw new Error(`${dir} is too long a path for a cluster: sockets lie below it`);
  const why = whyNoCluster();
  if (why !== undefined) throw new Error(why);
  const found = await foundCluster(dir, say);
  if (found !== undefined) return found;
  const settings = await claim(dir, options);
  try {
    installPackages(say);
    await bringUp(settings);
  } catch (error) {
    await stopCluster(dir);
    throw error;
  }
  return clusterOf(settings, false);
}

/** The cluster in that folder, if it came up and belongs to no process that has ended. Its daemons are not asked. */
export function openCluster(dir: string = defaultDir): Cluster | undefined {
  const settings = readSettings(resolve(dir));
  if (settings === undefined || isRemnant(settings) || !existsSync(join(settings.dir, 'up'))) return undefined;
  return clusterOf(settings, true);
}

/** Removes clusters whose folder starts like this and whose process has ended. */
export async function stopRemnants(prefix: string): Promise<void> {
  const folder = dirname(prefix);
  for (const entry of readdirSync(folder)) {
    const dir = join(folder, entry);
    const settings = dir.startsWith(prefix) ? readSettings(dir) : undefined;
    if (settings === undefined || !isRemnant(settings)) continue;
    // A start that was cut off before it had the folder.
    if (settings.dir === dir) await stopCluster(dir);
    else rmSync(dir, { recursive: true, force: true });
  }
}

/** Ends all that runs for the cluster and removes its folder; false when there is none. */
export async function stopCluster(dir: string = defaultDir): Promise<boolean> {
  const folder = resolve(dir);
  if (!existsSync(folder)) return false;
  const settings = readSettings(folder);
  if (settings === undefined) throw new Error(`${folder} is not the folder of a cluster: it is left as it is`);
  rmSync(join(folder, 'up'), { force: true });
  if (settings.boundTo === undefined) await cancelJobs(settings);
  await endAll(settings);
  giveGroupsBack(folder);
  // What makes the files of the database may be at it still, if an up was killed.
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  return true;
}

/** The cluster in that folder, whole again if a part of it has ended; what cannot be used is removed. */
async function foundCluster(dir: string, say: (text: string) => void): Promise<Cluster | undefined> {
  if (!existsSync(dir) || readdirSync(dir).length === 0) return undefined;
  const settings = readSettings(dir);
  if (settings === undefined)
    throw new Error(`${dir} has files and is not the folder of a cluster: choose another one`);
  const owner = readOwner(dir);
  const isWhole = () => existsSync(join(dir, 'up'));
  if (owner !== undefined)
    await until('another start of the same cluster', () => isWhole() || !isAlive(owner), { timeoutMs: 300_000 });
  if (isWhole() && !isRemnant(settings) && (await repaired(settings, say))) return clusterOf(settings, true);
  say(`${dir} has what is left of a cluster: it is removed first`);
  await stopCluster(dir);
  return undefined;
}

/** Starts the daemons that have ended; false when none runs, or one does not answer. */
async function repaired(settings: Settings, say: (text: string) => void): Promise<boolean> {
  const names = daemonNames(settings);
  const missing = names.filter((name) => !running(settings.dir, name));
  if (missing.length === names.length) return false;
  try {
    for (const name of missing) {
      say(`${name} had ended: it is started again`);
      await startAndWait(settings, name);
    }
    return await doesAnswer(settings, 'slurmctld');
  } catch {
    return false;
  }
}

function isRemnant({ boundTo }: Settings): boolean {
  return boundTo !== undefined && !isAlive(boundTo);
}

/** The folder appears with its settings and its owner in it, so that of two starts one gets it. */
async function claim(dir: string, options: ClusterOptions): Promise<Settings> {
  const settings: Settings = {
    dir,
    name: options.name ?? nameOf(dir),
    portBase: await freePortBase(dir),
    maxArraySize: options.maxArraySize ?? 1001,
    minJobAge: options.minJobAge ?? 300,
    slurmdTimeout: options.slurmdTimeout ?? 60,
    accounting: options.accounting ?? true,
    memoryLimit: 'gather',
    ...(options.bound === true ? { boundTo: thisProcess() } : {}),
  };
  const made = `${dir}.${process.pid}`;
  mkdirSync(made, { recursive: true, mode: 0o755 });
  writeSettings(made, settings);
  writeFileSync(join(made, 'owner.json'), JSON.stringify(thisProcess()));
  try {
    if (existsSync(dir)) rmdirSync(dir);
    renameSync(made, dir);
  } catch (error) {
    rmSync(made, { recursive: true });
    throw new Error(`${dir} was taken by someone else`, { cause: error });
  }
  // Only now: groups are held by a folder that is there.
  const taken: Settings = { ...settings, memoryLimit: takeGroups(dir) };
  writeSettings(dir, taken);
  return taken;
}

function writeSettings(dir: string, settings: Settings): void {
  const file = join(dir, 'cluster.json');
  writeFileSync(`${file}.new`, `${JSON.stringify(settings, undefined, 2)}\n`);
  renameSync(`${file}.new`, file);
}

async function bringUp(settings: Settings): Promise<void> {
  const { dir, accounting } = settings;
  writeConfig(settings);
  const env = environment(settings);
  await Promise.all([
    ensureUsers(dir),
    startAndWait(settings, 'munged'),
    accounting ? startDatabase(settings) : undefined,
  ]);
  if (accounting) {
    await startAndWait(settings, 'slurmdbd');
    await fillAccounting(settings.name, env);
  }
  await startAndWait(settings, 'slurmctld');
  const slurmds = daemonNames(settings).filter((name) => name.startsWith('slurmd.'));
  await Promise.all(slurmds.map(async (name) => await launch(settings, name)));
  await allIdle(settings);
  writeFileSync(join(dir, 'up'), '');
}

async function startDatabase(settings: Settings): Promise<void> {
  await makeDatabase(settings.dir);
  await startAndWait(settings, 'mariadbd');
  await createSchema(settings.dir);
}

async function startAndWait(settings: Settings, name: DaemonName): Promise<void> {
  await launch(settings, name);
  await answers(settings, name);
}

async function allIdle(settings: Settings): Promise<void> {
  const states = async () => {
    const { stdout } = await run('sinfo', ['-h', '-N', '-o', '%N %T'], { env: environment(settings) });
    return [...new Set(stdout.trim().split('\n'))];
  };
  let last: string[] = [];
  await until(
    'all nodes idle',
    async () => {
      last = await states();
      return last.length === nodes.length && last.every((line) => line.endsWith(' idle'));
    },
    { hint: () => last.join(', ') },
  );
}

function clusterOf(settings: Settings, found: boolean): Cluster {
  const { dir, name, accounting, maxArraySize, minJobAge, memoryLimit } = settings;
  return {
    dir,
    conf: confOf(dir),
    name,
    accounting,
    maxArraySize,
    minJobAge,
    users: usersOf(dir),
    nodes: nodes.map((node) => node.name),
    memoryLimit,
    found,
    env: { ...process.env, SLURM_CONF: confOf(dir) },
    daemons: daemonNames(settings),
    daemon: (which) => {
      if (!daemonNames(settings).includes(which)) throw new Error(`${name} has no ${which}`);
      return daemonOf(settings, which);
    },
    answers: async () => await doesAnswer(settings, 'slurmctld'),
    forgetState: async () => {
      if (running(dir, 'slurmctld')) throw new Error('slurmctld runs: stop it first, it would save its state again');
      rmSync(stateFolder(dir), { recursive: true, force: true });
      mkdirSync(stateFolder(dir), { mode: 0o755 });
    },
  };
}

/** Cancels all jobs, if a controller is there to do it, and gives their steps time to end. */
async function cancelJobs(settings: Settings): Promise<void> {
  for (const name of recordedNames(settings.dir)) {
    const stopped = running(settings.dir, name);
    if (stopped) signal(stopped, 'SIGCONT');
  }
  if (!running(settings.dir, 'slurmctld') || !running(settings.dir, 'munged')) return;
  const options = { env: environment(settings), timeoutMs: 15_000 };
  const { stdout } = await run('squeue', ['-h', '-o', '%A'], options);
  const ids = [...new Set(stdout.split('\n').filter((id) => id !== ''))];
  if (ids.length === 0) return;
  for (let at = 0; at < ids.length; at += 1000) await run('scancel', ['--quiet', ...ids.slice(at, at + 1000)], options);
  const by = performance.now() + 10_000;
  while (performance.now() < by && jobProcesses(settings.dir, settings.name).length > 0) await pause(100);
}

/** The nodes first, so that no job starts again; what is left of the jobs is killed when nothing starts another. */
async function endAll({ dir, name, boundTo }: Settings): Promise<void> {
  const names = recordedNames(dir);
  // What the daemons of a test would save is never read again.
  const graceMs = boundTo === undefined ? 3000 : 0;
  const order = ['slurmd.', 'slurmctld', 'slurmdbd', 'mariadbd', ''];
  const ended = new Set<string>();
  for (const prefix of order) {
    const group = names.filter((each) => each.startsWith(prefix) && !ended.has(each));
    await Promise.all(
      group.map(async (each) => {
        ended.add(each);
        const found = running(dir, each);
        if (found) await end(found, graceMs);
      }),
    );
    if (prefix === 'slurmd.') await endJobs(dir, name);
  }
  await endJobs(dir, name);
}

async function endJobs(dir: string, name: string): Promise<void> {
  await until('end of the jobs', () => {
    const left = jobProcesses(dir, name);
    for (const each of left) signal(each, 'SIGKILL');
    return left.length === 0;
  });
}

function readSettings(dir: string): Settings | undefined {
  return readJson<Settings>(join(dir, 'cluster.json'));
}

function readOwner(dir: string): Process | undefined {
  return readJson<Process>(join(dir, 'owner.json'));
}

function readJson<T>(file: string): T | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** The name of the folder and what tells two folders of one name apart. */
function nameOf(dir: string): string {
  const word = basename(dir)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_');
  return `${word.slice(0, 24)}_${hash(dir).toString(16).padStart(8, '0').slice(0, 4)}`;
}

function hash(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0);
}

/** Below the ports that the system assigns to outgoing connections. */
async function freePortBase(dir: string): Promise<number> {
  const room = 16;
  const blocks = 800;
  for (let attempt = 0; attempt < blocks; attempt++) {
    const base = 18_000 + ((hash(dir) + attempt) % blocks) * room;
    const ports = Array.from({ length: portCount }, (_, index) => base + index);
    const free = await Promise.all(ports.map(isFree));
    if (free.every(Boolean)) return base;
  }
  throw new Error('no free ports for a cluster');
}

async function isFree(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const server = createServer();
    server.on('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
