import { type Environment, withoutUndefined } from '../../core/value.ts';
import { basename, isAbsolute, join } from 'node:path';
import {
  buildLayerTree,
  mergeLayers,
  makePlacelessLayer,
  type Branch,
  type Layer,
} from '../../core/validation/config.ts';
import { PROJECT_KEYS, checkProjectKeys } from '../../core/validation/keys.ts';
import { readProjectSettings, type ClusterCatalogue } from '../../core/validation/project-settings.ts';
import { readLiveSettings } from '../../core/validation/live-settings.ts';
import { throwProblems } from '../../core/errors.ts';
import type { WrittenColumn } from '../../core/settings/export-column.ts';
import type { Integrations } from '../../core/settings/integrations.ts';
import { SCHEDULER_NAMES } from '../../core/settings/scheduler-name.ts';
import type { Resources } from '../../core/settings/settings.ts';
import { readTextIfThere } from '../../system/index.ts';
import { parseYaml } from '../yaml/yaml.ts';

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
  /** Resources of jobs that wait for a sweep, beside those in `defaults`. */
  readonly waitJob: Resources;
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
  readonly env: Environment;
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
  if (user) throwProblems(checkProjectKeys(user, 'user'));
  const layer = readLayer(join(root, FILE), FILE) ?? makePlacelessLayer(FILE, {});
  const own = buildLayerTree(layer, false);
  const problems = checkProjectKeys(layer, 'project');
  const found = readProjectSettings(own, schedulers, problems);
  const { project = basename(root), experiments = 'experiments', wait_job: waitJob, ...settings } = found;
  const layers = [...environmentLayers(env), ...(user ? [user] : [])].map((each) => buildLayerTree(each, false));
  const defaults = mergeLayers([...layers, withoutProjectKeys(own)]);
  const { exportColumns, integrations } = readLiveSettings(defaults, problems);
  throwProblems(problems);
  return withoutUndefined({
    root,
    project,
    experiments: isAbsolute(experiments) ? experiments : join(root, experiments),
    ...settings,
    waitJob,
    exportColumns,
    integrations,
    defaults,
  });
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
    return value ? [makePlacelessLayer(`$${variable}`, { [key]: value })] : [];
  });
}
