import { isBranch, type Branch, type Tree } from './config.ts';
import { flagOf, lineOf, linesOf, oneOf, SettingReader } from './run-settings.ts';
import type { Problem } from '../errors.ts';
import type {
  Integrations,
  MlflowSettings,
  TensorboardSettings,
  WandbMode,
  WandbSettings,
} from '../settings/integrations.ts';
import { isMap, withoutUndefined, type Value } from '../value.ts';

const KEYS = ['mlflow', 'wandb', 'tensorboard'];
const WANTS = 'a map: {wandb: {project: vision}, mlflow: {tracking_uri: http://host:5000}, tensorboard: true}';

/** Which trackers a project works with. What is wrong is added to `problems`; a part that is wrong counts as not given. */
export function readIntegrations(tree: Tree | undefined, problems: Problem[]): Integrations | undefined {
  if (tree === undefined) return undefined;
  const reader = new SettingReader(problems);
  const map = reader.map(tree, 'integrations', KEYS, WANTS);
  if (map === undefined) return undefined;
  return withoutUndefined({
    mlflow: readMlflow(map.children.get('mlflow'), reader),
    wandb: readWandb(map.children.get('wandb'), reader),
    tensorboard: readTensorboard(map.children.get('tensorboard'), reader),
  });
}

/** The map of one tracker; `true` is one with nothing in it, `false` is none. */
function partsOf(
  tree: Tree | undefined,
  name: string,
  keys: readonly string[],
  example: string,
  reader: SettingReader,
): Branch | undefined {
  if (tree === undefined) return undefined;
  const wants = `true, false or a map: ${example}`;
  if (isBranch(tree)) return reader.map(tree, name, keys, wants);
  const isOn = reader.read(tree, name, (value) => (isMap(value) ? true : flagOf(value)), wants);
  return isOn ? { children: new Map() } : undefined;
}

const MLFLOW_KEYS = ['tracking_uri', 'experiment', 'artifacts', 'env'];
const MLFLOW_EXAMPLE = '{tracking_uri: http://host:5000, experiment: vision, artifacts: [results.json]}';

function readMlflow(tree: Tree | undefined, reader: SettingReader): MlflowSettings | undefined {
  const name = 'integrations.mlflow';
  const map = partsOf(tree, name, MLFLOW_KEYS, MLFLOW_EXAMPLE, reader);
  if (map === undefined) return undefined;
  const trackingUri = readServer(map.children.get('tracking_uri'), reader);
  const experiment = reader.part(map, name, 'experiment', lineOf, 'a name');
  return {
    ...withoutUndefined({ trackingUri, experiment }),
    artifacts: reader.part(map, name, 'artifacts', globsOf, GLOBS_WANTED) ?? [],
    env: reader.part(map, name, 'env', flagOf, 'true or false') ?? false,
  };
}

const GLOBS_WANTED = 'a pattern of files in the folder of the experiment or of an attempt, or a list: [results.json]';

/** What is in sheaf.yaml is shared with everyone, and frozen with each experiment: credentials have no place in it. */
function readServer(tree: Tree | undefined, reader: SettingReader): string | undefined {
  const name = 'integrations.mlflow.tracking_uri';
  if (tree === undefined || isBranch(tree) || !hasCredentials(tree.value))
    return reader.read(tree, name, serverOf, 'the address of a server: http://host:5000');
  reader.problem(tree, 'environment.secret', `${name} has credentials in it`, {
    why: 'they would be in files of the project',
    fix: 'take them out, and set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN, in your shell',
  });
  return undefined;
}

function serverOf(value: Value): string | undefined {
  const text = lineOf(value);
  return text !== undefined && /^https?:\/\/[^\s/]/.test(text) ? text : undefined;
}

function hasCredentials(value: Value): boolean {
  return typeof value === 'string' && /^\w+:\/\/[^/?#]*@/.test(value);
}

/** Relative paths that stay inside the folder. */
function globsOf(value: Value): readonly string[] | undefined {
  const globs = linesOf(value);
  return globs?.every((glob) => !glob.startsWith('/') && !glob.split('/').includes('..')) ? globs : undefined;
}

const WANDB_KEYS = ['project', 'entity', 'mode', 'group', 'tags'];
const MODES: readonly WandbMode[] = ['online', 'offline', 'disabled'];
/** Of one tag: W&B refuses longer ones. */
const LONGEST_TAG = 64;

function readWandb(tree: Tree | undefined, reader: SettingReader): WandbSettings | undefined {
  const name = 'integrations.wandb';
  const map = partsOf(tree, name, WANDB_KEYS, '{project: vision, entity: my_team, mode: offline}', reader);
  if (map === undefined) return undefined;
  const tags = reader.part(map, name, 'tags', tagsOf, `a list of tags of at most ${LONGEST_TAG} characters, no commas`);
  return {
    ...withoutUndefined({
      project: reader.part(map, name, 'project', lineOf, 'a name'),
      entity: reader.part(map, name, 'entity', lineOf, 'the name of a user or a team'),
      mode: reader.part(map, name, 'mode', oneOf(MODES), `one of ${MODES.join(', ')}`),
      group: reader.part(map, name, 'group', lineOf, 'a name'),
    }),
    tags: tags ?? [],
  };
}

function tagsOf(value: Value): readonly string[] | undefined {
  return linesOf(value)?.every(isWandbTag) ? linesOf(value) : undefined;
}

/** Whether W&B takes it as a tag: in `WANDB_TAGS` a comma separates. */
export function isWandbTag(tag: string): boolean {
  return tag.length <= LONGEST_TAG && !tag.includes(',');
}

function readTensorboard(tree: Tree | undefined, reader: SettingReader): TensorboardSettings | undefined {
  const name = 'integrations.tensorboard';
  const map = partsOf(tree, name, ['env', 'command'], '{command: tensorboard}', reader);
  if (map === undefined) return undefined;
  const command = reader.part(map, name, 'command', linesOf, 'a program, or a list of words such as [python3, -m, …]');
  return {
    env: reader.part(map, name, 'env', flagOf, 'true or false') ?? true,
    command: command === undefined || command.length === 0 ? DEFAULT_TENSORBOARD : command,
  };
}

/** What starts TensorBoard where nothing is said. */
export const DEFAULT_TENSORBOARD: readonly string[] = ['tensorboard'];
