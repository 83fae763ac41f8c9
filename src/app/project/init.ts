import { basename, join, relative, resolve } from 'node:path';
import { CLUSTER_PROFILES, clusterProfile } from '../../core/cluster/cluster-profiles.ts';
import { inputError, SheafError } from '../../core/errors.ts';
import { isSchedulerName, SCHEDULER_NAMES, type SchedulerName } from '../../core/settings/scheduler-name.ts';
import { fileFacts, makeFolder, readText, readTextIfThere, setMode, writeAtomic } from '../../system/index.ts';
import { projectPaths } from '../../store/index.ts';
import { notKept } from './code-notes.ts';
import { lookForCluster, type SeenCluster } from './cluster.ts';
import { FIRST_TEMPLATE, projectText } from './init-texts.ts';
import { findRoot, type Environment } from './project.ts';

const FILE = 'sheaf.yaml';

export interface InitOptions {
  readonly dir: string;
  /** Written down in `sheaf.yaml`: `slurm` or `local`; by default Slurm where it answers. */
  readonly scheduler?: string;
  /** By default that of this process. */
  readonly env?: Environment;
  /** Where experiments go instead of the project folder. */
  readonly experiments?: string;
  /** A cluster profile, written down as `cluster:`. */
  readonly profile?: string;
  /** Others of the group may write. */
  readonly shared?: boolean;
}

export interface Initialised {
  readonly root: string;
  /** Files made or changed, relative to the root; none when it was a whole project already. */
  readonly made: readonly string[];
  /** The one that the project names. */
  readonly scheduler: string;
  /** Why it is that one, in words. */
  readonly why: string;
  /** What was found of a cluster; absent where none was looked for. */
  readonly cluster?: SeenCluster;
  readonly warnings: readonly string[];
}

/**
 * Makes a folder a project. In one that is a project already it changes nothing, but for a `sheaf.yaml` that
 * names no scheduler: it gets that line, and keeps all others with their comments.
 *
 * @throws SheafError `init.scheduler`, `init.profile`, `init.inside` (a project inside a project would hide the outer one)
 */
export async function initProject(options: InitOptions): Promise<Initialised> {
  const root = resolve(options.dir);
  const asked = schedulerOf(options.scheduler);
  const profile = profileOf(options.profile);
  const env = options.env ?? process.env;
  if (fileFacts(join(root, FILE)) !== undefined) return completed(root, asked, env);
  const outer = findRoot(root);
  if (outer !== undefined) {
    throw inputError('init.inside', `${root} is inside the project ${outer}`, {
      why: 'commands run there would no longer find that project',
      fix: 'choose a folder outside of it',
      now: 'nothing was made',
    });
  }
  const decision = await decide(asked, env);
  makeFolder(root, PERMITTED);
  makeRecord(root, options.shared ?? false);
  const ignored = await ignoredIn(root);
  const made = [
    ...writeUnlessThere(root, 'templates/baseline.yaml', FIRST_TEMPLATE),
    ...ignore(root),
    // Last: with it the folder is a project.
    ...writeUnlessThere(root, FILE, textOf(root, decision, options.experiments, profile, ignored)),
  ];
  const isInGit = ignored !== undefined || fileFacts(join(root, '.git')) !== undefined;
  const warnings = isInGit ? [] : notKept(join(root, '.sheaf'), env);
  return { root, made, ...decision, warnings };
}

type Decision = Pick<Initialised, 'scheduler' | 'why' | 'cluster'>;

/** A cluster that is set up and silent just now is the one all the same: nothing falls back on this machine. */
async function decide(asked: SchedulerName | undefined, env: Environment): Promise<Decision> {
  if (asked !== undefined && asked !== 'slurm') return { scheduler: asked, why: 'as asked' };
  const cluster = await lookForCluster(env);
  if (asked === 'slurm') return { scheduler: 'slurm', why: 'as asked', cluster };
  // A slip of the pen must not make trainings run on the login node.
  if (cluster.kind === 'misnamed') {
    throw inputError('init.slurm_conf', cluster.why, {
      fix: 'mend or unset SLURM_CONF; for a project of this machine alone: sheaf init --scheduler local',
      now: 'nothing was made',
    });
  }
  return { scheduler: cluster.kind === 'absent' ? 'local' : 'slurm', why: cluster.why, cluster };
}

function textOf(
  root: string,
  { scheduler, cluster }: Decision,
  experiments: string | undefined,
  profile: string | undefined,
  ignored: readonly string[] | undefined,
): string {
  return projectText({ name: basename(root), scheduler, experiments, cluster: cluster?.description, profile, ignored });
}

/** A repository that cannot be read is told by the first submit, which needs it. */
async function ignoredIn(root: string): Promise<readonly string[] | undefined> {
  const { gitState, ignoredEntries } = await import('../../provenance/index.ts');
  try {
    return (await gitState(root)) && (await ignoredEntries(root));
  } catch (error) {
    if (error instanceof SheafError) return undefined;
    throw error;
  }
}

/** A project that names a scheduler keeps it. */
async function completed(root: string, asked: SchedulerName | undefined, env: Environment): Promise<Initialised> {
  const { editYaml, openProjectConfig } = await import('../../template/index.ts');
  const named = openProjectConfig({ root, env: {} }).scheduler;
  if (named !== undefined) return { root, made: [], scheduler: named, why: `${FILE} says so`, warnings: [] };
  const decision = await decide(asked, env);
  const path = join(root, FILE);
  writeAtomic(path, editYaml(readText(path), ['scheduler'], decision.scheduler));
  return { root, made: [FILE], ...decision, warnings: [] };
}

function schedulerOf(asked: string | undefined): SchedulerName | undefined {
  if (asked === undefined || isSchedulerName(asked)) return asked;
  throw inputError('init.scheduler', `there is no scheduler "${asked}"`, {
    why: `there are: ${SCHEDULER_NAMES.join(', ')}`,
    fix: 'sheaf init --scheduler slurm, or leave it out: what is found here is taken',
    now: 'nothing was made',
  });
}

function profileOf(asked: string | undefined): string | undefined {
  if (asked === undefined || clusterProfile(asked) !== undefined) return asked?.toLowerCase();
  throw inputError('init.profile', `there is no cluster profile "${asked}"`, {
    why: `there are: ${Object.keys(CLUSTER_PROFILES).join(', ')}`,
    fix: 'leave it out: what is found here is written down',
    now: 'nothing was made',
  });
}

const GROUP_WRITABLE = 0o2770;
/** What the umask leaves of it: a project is shared only when asked for, whatever the folder around is. */
const PERMITTED = 0o777;

function makeRecord(root: string, shared: boolean): void {
  const paths = projectPaths(root, join(root, 'experiments'));
  const claims = ['ids', 'released', 'attempts', 'runs'].map((kind) => join(paths.claims, kind));
  const record = [paths.sheaf, paths.journal, paths.claims, ...claims, paths.submissions, paths.experiments];
  for (const folder of [...record, join(root, 'templates')]) {
    makeFolder(folder, PERMITTED);
    if (shared) setMode(folder, GROUP_WRITABLE);
  }
}

function writeUnlessThere(root: string, name: string, text: string): string[] {
  if (fileFacts(join(root, name)) !== undefined) return [];
  writeAtomic(join(root, name), text);
  return [name];
}

const IGNORED = ['.sheaf/', 'experiments/'];

/** Adds to a `.gitignore` what must not be in git, keeping what is there. */
function ignore(root: string): string[] {
  const path = join(root, '.gitignore');
  const text = readTextIfThere(path) ?? '';
  const lines = new Set(text.split('\n').map((line) => line.trim()));
  const missing = IGNORED.filter((line) => !lines.has(line) && !lines.has(`/${line}`));
  if (missing.length === 0) return [];
  const glue = text === '' || text.endsWith('\n') ? '' : '\n';
  writeAtomic(path, `${text}${glue}${missing.join('\n')}\n`);
  return [relative(root, path)];
}
