import { dirname, join, resolve } from 'node:path';
import type { Via } from '../../core/experiment/event.ts';
import type { Environment } from '../../core/value.ts';
import { inputError } from '../../core/errors.ts';
import { getFileFacts, readText } from '../../system/index.ts';
import { openStore, projectPaths, type Store } from '../../store/index.ts';
import type { Scheduler, SchedulerKind, SchedulerKinds } from '../../scheduler/index.ts';
import { SCHEDULER_NAMES } from '../../core/settings/scheduler-name.ts';
import type { ProjectConfig } from '../../template/index.ts';
import { foldElsewhere } from './fold-elsewhere.ts';
import { getSchedulerKind, toSchedulerHost, getSchedulerKinds } from './schedulers.ts';

/** An open project: its record, and what else is loaded when it is first needed. */
export interface Project {
  readonly root: string;
  readonly env: Environment;
  readonly store: Store;
  /** `sheaf.yaml` and what lies beneath it. @throws SheafError with the place of what is wrong in it */
  config(): Promise<ProjectConfig>;
  /** The scheduler that `sheaf.yaml` names. @throws SheafError `scheduler.none` when it names none */
  scheduler(): Promise<Scheduler>;
  /** What sheaf knows of that scheduler before it is opened. @throws SheafError `scheduler.none` */
  schedulerKind(): Promise<SchedulerKind>;
}

export interface OpenOptions {
  /** Where to look from, upwards. */
  readonly dir: string;
  readonly env: Environment;
  /** The program that supervises the local scheduler: argv before the spool's path. */
  readonly supervisorArgv: readonly string[];
  /** Through what its user acts: events say so. */
  readonly by?: Via;
  /** Told how many events have been folded, while many are. */
  readonly onFold?: (events: number) => void;
  /** This process stays for long: another one folds what is long, and ends with the memory that this takes. */
  readonly staysOpen?: boolean;
  /** Schedulers beside those that come with sheaf. */
  readonly schedulers?: SchedulerKinds;
}

const CONFIG_FILE = 'sheaf.yaml';

/** The nearest folder with a `sheaf.yaml`, upwards from `dir`. */
export function findRoot(dir: string): string | undefined {
  for (let folder = resolve(dir); ; folder = dirname(folder)) {
    if (getFileFacts(join(folder, CONFIG_FILE), { follow: true })?.kind === 'file') return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

/** @throws SheafError `project.none` when there is no project there or above */
export async function openProject(options: OpenOptions): Promise<Project> {
  const root = findRoot(options.dir);
  if (root === undefined) {
    throw inputError('project.none', `there is no sheaf project in ${resolve(options.dir)} or above it`, {
      why: `a project is a folder with a ${CONFIG_FILE}`,
      fix: 'make one here: sheaf init\nor name the one that you mean: --project DIR',
    });
  }
  const config = once(() => loadConfig(root, options));
  const schedulerKind = once(async () => findKind(await config(), options.schedulers));
  const experiments = await experimentsFolder(root, config);
  const store = await openStore(projectPaths(root, experiments), {
    env: options.env,
    ...(options.onFold === undefined ? {} : { progress: options.onFold }),
    ...(options.staysOpen === true ? { foldElsewhere: foldElsewhere(root, options) } : {}),
    ...(options.by && { by: options.by }),
  });
  return {
    root,
    env: options.env,
    store,
    config,
    scheduler: once(async () => openScheduler(await schedulerKind(), { root, config: await config(), store, options })),
    schedulerKind,
  };
}

async function loadConfig(root: string, { env, schedulers = {} }: OpenOptions): Promise<ProjectConfig> {
  const { openProjectConfig } = await import('../../template/index.ts');
  return openProjectConfig({ root, env, schedulers: [...SCHEDULER_NAMES, ...Object.keys(schedulers)] });
}

/** Most projects keep the default: the YAML parser, slow to load, is not asked then. */
async function experimentsFolder(root: string, config: () => Promise<ProjectConfig>): Promise<string> {
  const named = /^experiments\s*:/m.test(readText(join(root, CONFIG_FILE)));
  return named ? (await config()).experiments : join(root, 'experiments');
}

/** The one that `sheaf.yaml` names: a project for a cluster never runs anything on this machine by itself. */
async function findKind({ scheduler }: ProjectConfig, extra: SchedulerKinds | undefined): Promise<SchedulerKind> {
  if (scheduler === undefined) {
    throw inputError('scheduler.none', 'sheaf.yaml names no scheduler', {
      at: { file: CONFIG_FILE },
      fix: 'to find out which one, and write it down: sheaf init',
    });
  }
  return getSchedulerKind(await getSchedulerKinds(extra), scheduler);
}

interface Opening {
  readonly root: string;
  readonly config: ProjectConfig;
  readonly store: Store;
  readonly options: OpenOptions;
}

function openScheduler(
  kind: SchedulerKind,
  { root, config, store, options: { env, supervisorArgv } }: Opening,
): Scheduler | Promise<Scheduler> {
  return kind.open({
    ...toSchedulerHost(env),
    root,
    localDir: store.localFolder,
    slots: config.cluster.local,
    supervisorArgv,
    gpus: writtenGpus(config),
  });
}

/** GPUs of partitions as `cluster: {partitions: …}` has them. Errors in it are reported where all of it is read. */
function writtenGpus({ cluster }: ProjectConfig): ReadonlyMap<string, { type?: string; perNode: number }> {
  return new Map(
    Object.entries(cluster.partitions).flatMap(([name, { gpu_type: type, gpus_per_node: perNode }]) =>
      typeof perNode === 'number' ? [[name, { perNode, ...(typeof type === 'string' ? { type } : {}) }] as const] : [],
    ),
  );
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

export function experimentFolder(project: Project, expId: string): string {
  return join(project.store.paths.experiments, expId);
}
