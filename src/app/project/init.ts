import { basename, join, relative, resolve } from 'node:path';
import { CLUSTER_PROFILES, getClusterProfile } from '../../core/cluster/cluster-profiles.ts';
import { inputError, SheafError } from '../../core/errors.ts';
import { getFileFacts, makeFolder, readText, readTextIfThere, setMode, writeAtomic } from '../../system/index.ts';
import { forgetRemovedProject, projectPaths } from '../../store/index.ts';
import { warnOfUnkeptCode } from './code-notes.ts';
import type { SchedulerKinds, SeenCluster } from '../../scheduler/index.ts';
import { getSchedulerKind, getSchedulerKinds, lookForCluster, toSchedulerHost } from './schedulers.ts';
import { FIRST_TEMPLATE, writeProjectText } from './init-texts.ts';
import { writeEditorSchemas } from './editor-schemas.ts';
import { findRoot } from './project.ts';
import { copyExample, findExample, readExampleCommands, type Example } from './examples.ts';
import { withoutUndefined, type Environment } from '../../core/value.ts';

const FILE = 'sheaf.yaml';

export interface InitOptions {
  readonly dir: string;
  /** Written down in `sheaf.yaml`: `slurm` or `local`; by default the scheduler of the cluster that this host belongs to. */
  readonly scheduler?: string;
  /** By default that of this process. */
  readonly env?: Environment;
  /** Where experiments go instead of the project folder. */
  readonly experiments?: string;
  /** A cluster profile, written down as `cluster:`. */
  readonly profile?: string;
  /** Name of an example to copy. */
  readonly example?: string;
  /** Others of the group may write. */
  readonly shared?: boolean;
  /** Schedulers beside those that come with sheaf. */
  readonly schedulers?: SchedulerKinds;
}

export interface Initialised {
  readonly root: string;
  /** Files made or changed, relative to the root; none when it was a whole project already. */
  readonly made: readonly string[];
  /** The one that the project names. */
  readonly scheduler: string;
  /** Why it is that one, in words. */
  readonly why: string;
  /** What was found of a cluster; absent when sheaf did not look for one. */
  readonly cluster?: SeenCluster;
  /** What to type in the project to run the example that it is a copy of; none otherwise. */
  readonly commands: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Makes a folder a project. In one that is a project already it changes nothing, except for the schemas for editors and a
 * `sheaf.yaml` that names no scheduler: it gets that line, and keeps all others with their comments.
 *
 * @throws SheafError `init.scheduler`, `init.profile`, `init.example`, `init.inside` (a project inside a project would hide the outer one)
 */
export async function initProject(options: InitOptions): Promise<Initialised> {
  const root = resolve(options.dir);
  const kinds = await getSchedulerKinds(options.schedulers);
  const asked = schedulerOf(kinds, options.scheduler);
  const profile = profileOf(options.profile);
  const choice = { kinds, asked, env: options.env ?? process.env };
  const { env } = choice;
  const example = options.example === undefined ? undefined : findExample(options.example, options.dir);
  if (getFileFacts(join(root, FILE)) !== undefined) {
    if (example !== undefined) throw projectExists(root, example);
    return completed(root, choice);
  }
  const outer = findRoot(root);
  if (outer !== undefined) {
    throw inputError('init.inside', `${root} is inside the project ${outer}`, {
      why: 'commands run there would no longer find that project',
      fix: 'choose a folder outside of it',
      now: 'nothing was made',
    });
  }
  const decision = await (example === undefined ? decide(choice) : decideForExample(example, choice));
  makeFolder(root, PERMITTED);
  if (getFileFacts(join(root, '.sheaf')) === undefined) forgetRemovedProject(root, env);
  makeRecord(root, options.shared ?? false);
  await writeEditorSchemas(root);
  const ignored = await ignoredIn(root);
  const parts = { root, kinds, decision, experiments: options.experiments, profile, ignored };
  const { made, kept } =
    example === undefined
      ? { made: writeUnlessThere(root, 'templates/baseline.yaml', FIRST_TEMPLATE), kept: [] }
      : copyExample(example, root);
  const text = example === undefined ? textOf(parts) : await textOfExample(example, parts);
  // Last: with sheaf.yaml the folder is a project.
  const all = [...made, ...ignore(root), ...writeUnlessThere(root, FILE, text)];
  const isInGit = ignored !== undefined || getFileFacts(join(root, '.git')) !== undefined;
  const warnings = [
    ...kept.map((path) => `${path} was there already and stays: the example may not run with it`),
    ...(isInGit ? [] : warnOfUnkeptCode(join(root, '.sheaf'), env)),
  ];
  const commands = example === undefined ? [] : readExampleCommands(example);
  return { root, made: all, ...decision, commands, warnings };
}

function projectExists(root: string, { name }: Example): Error {
  return inputError('init.exists', `${root} is a project already`, {
    why: 'an example is copied into a new folder',
    fix: `sheaf init DIR --example ${name}, or for its template alone: sheaf template new ${name} --from ${name}`,
    now: 'nothing was changed',
  });
}

/** An example is small: unless asked otherwise it runs on this machine, also on a host of a cluster. */
async function decideForExample({ folder }: Example, { asked, kinds }: Choice): Promise<Decision> {
  if (asked !== undefined) return { scheduler: asked, why: 'as asked' };
  const { openProjectConfig } = await import('../../template/index.ts');
  const { scheduler = 'local' } = openProjectConfig({ root: folder, env: {}, schedulers: Object.keys(kinds) });
  return { scheduler, why: `${FILE} of the example says so; --scheduler names another` };
}

/** The `sheaf.yaml` of the example, with the options of the command. */
async function textOfExample({ folder }: Example, { decision, experiments, profile }: TextParts): Promise<string> {
  const { editYaml } = await import('../../template/index.ts');
  const asked = withoutUndefined({ scheduler: decision.scheduler, experiments, cluster: profile });
  return Object.entries(asked).reduce(
    (text, [key, value]) => editYaml(text, [key], value),
    readText(join(folder, FILE)),
  );
}

type Decision = Pick<Initialised, 'scheduler' | 'why' | 'cluster'>;

/** What a scheduler is chosen by. */
interface Choice {
  readonly kinds: SchedulerKinds;
  /** The one that the user asked for. */
  readonly asked: string | undefined;
  readonly env: Environment;
}

/** A cluster that is set up and does not answer now is still chosen: nothing runs on this machine instead. */
async function decide({ kinds, asked, env }: Choice): Promise<Decision> {
  if (asked !== undefined) {
    const cluster = await getSchedulerKind(kinds, asked).lookFor?.(toSchedulerHost(env));
    return { scheduler: asked, why: 'as asked', ...(cluster && { cluster }) };
  }
  const { scheduler = 'local', cluster } = await lookForCluster(env, kinds);
  if (cluster.problem !== undefined) throw cluster.problem;
  return { scheduler, why: cluster.why, cluster };
}

interface TextParts {
  readonly root: string;
  readonly kinds: SchedulerKinds;
  readonly decision: Decision;
  readonly experiments: string | undefined;
  readonly profile: string | undefined;
  readonly ignored: readonly string[] | undefined;
}

function textOf({ root, kinds, decision: { scheduler, cluster }, ...rest }: TextParts): string {
  return writeProjectText({ name: basename(root), kinds, scheduler, cluster: cluster?.description, ...rest });
}

/** The first submit, which needs the repository, reports if it cannot be read. */
async function ignoredIn(root: string): Promise<readonly string[] | undefined> {
  const { readGitState, listIgnoredEntries } = await import('../../provenance/index.ts');
  try {
    return (await readGitState(root)) && (await listIgnoredEntries(root));
  } catch (error) {
    if (error instanceof SheafError) return undefined;
    throw error;
  }
}

/** A project that names a scheduler keeps it. */
async function completed(root: string, choice: Choice): Promise<Initialised> {
  const { editYaml, openProjectConfig } = await import('../../template/index.ts');
  const schemas = await writeEditorSchemas(root);
  const named = openProjectConfig({ root, env: {}, schedulers: Object.keys(choice.kinds) }).scheduler;
  if (named !== undefined)
    return { root, made: schemas, scheduler: named, why: `${FILE} says so`, commands: [], warnings: [] };
  const decision = await decide(choice);
  const path = join(root, FILE);
  writeAtomic(path, editYaml(readText(path), ['scheduler'], decision.scheduler));
  return { root, made: [FILE, ...schemas], ...decision, commands: [], warnings: [] };
}

function schedulerOf(kinds: SchedulerKinds, asked: string | undefined): string | undefined {
  if (asked === undefined || kinds[asked] !== undefined) return asked;
  throw inputError('init.scheduler', `there is no scheduler "${asked}"`, {
    why: `there are: ${Object.keys(kinds).toSorted().join(', ')}`,
    fix: 'sheaf init --scheduler slurm, or leave it out: what is found here is taken',
    now: 'nothing was made',
  });
}

function profileOf(asked: string | undefined): string | undefined {
  if (asked === undefined || getClusterProfile(asked) !== undefined) return asked?.toLowerCase();
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
  if (getFileFacts(join(root, name)) !== undefined) return [];
  writeAtomic(join(root, name), text);
  return [name];
}

const IGNORED = ['.sheaf/', 'experiments/', 'pinned/'];

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
