import { basename, isAbsolute, join } from 'node:path';
import {
  isBranch,
  layerTree,
  mergeLayers,
  placelessLayer,
  problemAt,
  treeAt,
  valueOf,
  type Branch,
  type Layer,
  type Tree,
} from '../../core/config/config.ts';
import { CLUSTER_PROFILES, clusterProfile } from '../../core/cluster/cluster-profiles.ts';
import { PROJECT_KEYS, projectKeyProblems } from '../../core/config/keys.ts';
import { unknownKeys } from '../../core/config/setting.ts';
import { readLiveSettings } from '../../core/config/live-settings.ts';
import { throwProblems, type Problem } from '../../core/errors.ts';
import type { WrittenColumn } from '../../core/settings/export-column.ts';
import type { Integrations } from '../../core/settings/integrations.ts';
import { SCHEDULER_NAMES } from '../../core/settings/scheduler-name.ts';
import { isMap, type Value, type ValueMap } from '../../core/value.ts';
import { readTextIfThere } from '../../system/index.ts';
import { parseYaml } from '../yaml/yaml.ts';

/** Partitions and the machine's own slots, as written by hand. */
interface ClusterCatalogue {
  /** The name of a profile, whose partitions those written complete. */
  readonly profile?: string;
  readonly partitions: { readonly [name: string]: ValueMap };
  /** GPUs that the project describes itself. */
  readonly gpus: { readonly [name: string]: ValueMap };
  /** Slots of the local scheduler. */
  readonly local: { readonly cpus?: number; readonly gpus?: number };
}

/** What holds for a whole project: `sheaf.yaml` over a user's config.yaml over the environment. */
export interface ProjectConfig {
  /** Absolute path of the project folder. */
  readonly root: string;
  readonly project: string;
  /** Absent when sheaf.yaml does not say: it is never guessed. */
  readonly scheduler?: string;
  /** Absolute path of the folder for experiments. */
  readonly experiments: string;
  readonly cluster: ClusterCatalogue;
  /** Columns of `export` by default. */
  readonly exportColumns?: readonly WrittenColumn[];
  /** Trackers, where no template says otherwise. */
  readonly integrations?: Integrations;
  /** Defaults that templates build on. */
  readonly defaults: Branch;
}

interface ProjectSource {
  /** Absolute path of the folder with `sheaf.yaml`. */
  readonly root: string;
  /** A user's own defaults; by default `~/.config/sheaf/config.yaml`. */
  readonly userConfig?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Names that `scheduler` may have; by default those of the schedulers that come with sheaf. */
  readonly schedulers?: readonly string[];
}

const FILE = 'sheaf.yaml';

/** @throws SheafError `yaml.*`, `project.*`, `config.*`: all that is wrong with one file at once */
export function openProjectConfig({
  root,
  userConfig,
  env,
  schedulers = SCHEDULER_NAMES,
}: ProjectSource): ProjectConfig {
  const user = readLayer(userConfig ?? defaultUserConfig(env), '~/.config/sheaf/config.yaml');
  if (user) throwProblems(projectKeyProblems(user, 'user'));
  const layer = readLayer(join(root, FILE), FILE) ?? placelessLayer(FILE, {});
  const own = layerTree(layer, false);
  const problems = projectKeyProblems(layer, 'project');
  const settings = readProject(own, { root, schedulers }, problems);
  const layers = [...environmentLayers(env), ...(user ? [user] : [])].map((each) => layerTree(each, false));
  const defaults = mergeLayers([...layers, withoutProjectKeys(own)]);
  const { exportColumns, integrations } = readLiveSettings(defaults, problems);
  throwProblems(problems);
  return {
    root,
    ...settings,
    ...(exportColumns && { exportColumns }),
    ...(integrations && { integrations }),
    defaults,
  };
}

/** What is no default for templates. */
function withoutProjectKeys(tree: Branch): Branch {
  return { children: new Map([...tree.children].filter(([key]) => !PROJECT_KEYS.includes(key))) };
}

function defaultUserConfig(env: ProjectSource['env']): string | undefined {
  const folder = env['XDG_CONFIG_HOME'] || (env['HOME'] ? join(env['HOME'], '.config') : undefined);
  return folder === undefined ? undefined : join(folder, 'sheaf', 'config.yaml');
}

function readLayer(path: string | undefined, source: string): Layer | undefined {
  const text = path === undefined ? undefined : readTextIfThere(path);
  return text === undefined ? undefined : parseYaml(text, source);
}

const FROM_ENVIRONMENT = [
  ['SBATCH_ACCOUNT', 'account'],
  ['SBATCH_PARTITION', 'partition'],
  ['SBATCH_QOS', 'qos'],
] as const;

function environmentLayers(env: ProjectSource['env']): Layer[] {
  return FROM_ENVIRONMENT.flatMap(([variable, key]) => {
    const value = env[variable];
    return value ? [placelessLayer(`$${variable}`, { [key]: value })] : [];
  });
}

type OwnSettings = Pick<ProjectConfig, 'project' | 'scheduler' | 'experiments' | 'cluster'>;

function readProject(
  tree: Branch,
  { root, schedulers }: { readonly root: string; readonly schedulers: readonly string[] },
  problems: Problem[],
): OwnSettings {
  const text = (key: string): string | undefined => {
    const found = tree.children.get(key);
    const value = found === undefined ? null : valueOf(found);
    if (found === undefined || value === null) return undefined;
    if (typeof value === 'string' && value !== '') return value;
    problems.push(problemAt(found, 'config.type', `${key} must be a text, but is ${JSON.stringify(value)}`));
    return undefined;
  };
  const folder = text('experiments') ?? 'experiments';
  const scheduler = readScheduler(tree, text('scheduler'), schedulers, problems);
  return {
    project: text('project') ?? basename(root),
    ...(scheduler && { scheduler }),
    experiments: isAbsolute(folder) ? folder : join(root, folder),
    cluster: readCluster(tree.children.get('cluster'), problems),
  };
}

function readScheduler(
  tree: Branch,
  name: string | undefined,
  names: readonly string[],
  problems: Problem[],
): string | undefined {
  if (name === undefined || names.includes(name)) return name;
  problems.push(
    problemAt(tree.children.get('scheduler') ?? tree, 'project.scheduler', `there is no scheduler "${name}"`, {
      fix: `write ${names.join(' or ')}`,
    }),
  );
  return undefined;
}

function readCluster(tree: Tree | undefined, problems: Problem[]): ClusterCatalogue {
  const empty: ClusterCatalogue = { partitions: {}, gpus: {}, local: {} };
  const value = tree === undefined ? null : valueOf(tree);
  if (tree === undefined || value === null) return empty;
  if (!isBranch(tree)) {
    if (typeof value === 'string') return { ...empty, ...readProfile(tree, value, problems) };
    if (!isMap(value)) {
      problems.push(
        problemAt(tree, 'config.type', 'cluster must be a map', { fix: 'write cluster: {partitions: {…}}' }),
      );
    }
    return empty;
  }
  problems.push(...unknownKeys(tree, ['profile', 'partitions', 'gpus', 'local'], 'cluster'));
  const profile = treeAt(tree, ['profile']);
  const named = profile === undefined ? null : valueOf(profile);
  return {
    ...(profile === undefined || named === null ? {} : readProfile(profile, named, problems)),
    partitions: readMaps(treeAt(tree, ['partitions']), 'partition', '{gpu_type: A100, gpus_per_node: 4}', problems),
    gpus: readMaps(treeAt(tree, ['gpus']), 'gpu', '{arch: hopper, memory_gb: 64}', problems),
    local: readSlots(treeAt(tree, ['local']), problems),
  };
}

function readProfile(tree: Tree, name: Value, problems: Problem[]): { readonly profile?: string } {
  if (typeof name === 'string' && clusterProfile(name) !== undefined) return { profile: name.toLowerCase() };
  problems.push(
    problemAt(tree, 'cluster.profile', `there is no cluster profile ${JSON.stringify(name)}`, {
      why: `there are: ${Object.keys(CLUSTER_PROFILES).join(', ')}`,
      fix: 'write the partitions below cluster: partitions:, or leave it out',
    }),
  );
  return {};
}

/** Maps by name, each of them a map. */
function readMaps(
  tree: Tree | undefined,
  what: 'partition' | 'gpu',
  example: string,
  problems: Problem[],
): Record<string, ValueMap> {
  const maps: Record<string, ValueMap> = {};
  if (tree === undefined) return maps;
  const value = valueOf(tree);
  if (value !== null && !isMap(value))
    problems.push(problemAt(tree, 'config.type', `cluster.${what}s must be a map of ${what}s`));
  for (const [name, entry] of isBranch(tree) ? tree.children : []) {
    const facts: Value = valueOf(entry);
    if (isMap(facts)) maps[name] = facts;
    else
      problems.push(
        problemAt(entry, 'config.type', `the ${what} ${name} must be a map`, { fix: `write for example ${example}` }),
      );
  }
  return maps;
}

function readSlots(tree: Tree | undefined, problems: Problem[]): { cpus?: number; gpus?: number } {
  if (tree === undefined || !isBranch(tree)) return {};
  problems.push(...unknownKeys(tree, ['cpus', 'gpus'], 'cluster.local'));
  const slots: { cpus?: number; gpus?: number } = {};
  for (const key of ['cpus', 'gpus'] as const) {
    const found = tree.children.get(key);
    const value = found && valueOf(found);
    if (found === undefined || value === null) continue;
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= (key === 'cpus' ? 1 : 0))
      slots[key] = value;
    else problems.push(problemAt(found, 'config.type', `cluster.local.${key} must be a whole number`));
  }
  return slots;
}
