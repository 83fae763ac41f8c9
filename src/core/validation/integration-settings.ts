import { EMPTY, makeProblemAt, toValue } from './config.ts';
import { choice, flag, line, lines, listSchema, pathsOf } from './kinds.ts';
import {
  described,
  key,
  keyOr,
  mapOf,
  readKeys,
  refined,
  shortFor,
  valueKind,
  type Keys,
  type Kind,
  type ReadMap,
} from './setting.ts';
import type { Integrations } from '../settings/integrations.ts';
import { isMap } from '../value.ts';

/** The map of a tracker; `true` is one with nothing in it, `false` is no tracker. */
function trackerOf<K extends Keys>(keys: K, example: string): Kind<ReadMap<K> | false> {
  const isOn = valueKind<boolean>('true or false', flag.schema, (value) =>
    isMap(value) ? true : flag.accept(value, {}),
  );
  const defaults = readKeys(keys, EMPTY, '', []) ?? false;
  const wants = `true, false or a map: ${example}`;
  return shortFor<boolean, ReadMap<K> | false>(wants, isOn, (is) => is && defaults, mapOf(keys));
}

const name = described(line, 'a name');
const addressOfServer = valueKind(
  'the address of a server: http://host:5000',
  { type: 'string', pattern: '^https?://[^\\s/@]+(/[^@]*)?$' },
  (value, written) => {
    const text = line.accept(value, written);
    return text !== undefined && /^https?:\/\/[^\s/]/.test(text) ? text : undefined;
  },
);

/** `sheaf.yaml` is shared with everyone, and frozen with each experiment: credentials must not be in it. */
const server: Kind<string> = {
  ...addressOfServer,
  read: (tree, shownName, problems) => {
    const value = toValue(tree);
    if (typeof value !== 'string' || !/^\w+:\/\/[^/?#]*@/.test(value))
      return addressOfServer.read(tree, shownName, problems);
    problems.push(
      makeProblemAt(tree, 'environment.secret', `${shownName} has credentials in it`, {
        why: 'they would be in files of the project',
        fix: 'take them out, and set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN, in your shell',
      }),
    );
    return undefined;
  },
};

/** Relative paths that stay inside the folder. */
const globs = pathsOf(
  'a pattern of files in the folder of the experiment or of an attempt, or a list: [results.json]',
  (glob) => (glob.startsWith('/') || glob.split('/').includes('..') ? undefined : glob),
);

const mlflow = refined(
  trackerOf(
    {
      tracking_uri: key(server, 'Address of the server, without credentials'),
      experiment: key(name, "MLflow's name for a group of runs. Default: the project's name"),
      artifacts: keyOr(globs, 'Files to upload, below the folder of the experiment or of its newest attempts', []),
      env: keyOr(flag, 'Set MLFLOW_* in jobs', false),
    },
    '{tracking_uri: http://host:5000, experiment: vision, artifacts: [results.json]}',
  ),
  (read) => {
    if (!read) return false;
    const { tracking_uri: trackingUri, ...others } = read;
    return { ...others, ...(trackingUri !== undefined && { trackingUri }) };
  },
);

/** Of one tag: W&B refuses longer ones. */
const LONGEST_TAG = 64;

/** Whether W&B takes it as a tag: in `WANDB_TAGS` a comma separates. */
export function isWandbTag(tag: string): boolean {
  return tag.length <= LONGEST_TAG && !tag.includes(',');
}

const tags = valueKind(
  `a list of tags of at most ${LONGEST_TAG} characters, no commas`,
  listSchema({ ...line.schema, not: { type: 'string', pattern: `,|^.{${LONGEST_TAG + 1}}` } }),
  (value, written) => {
    const found = lines.accept(value, written);
    return found?.every(isWandbTag) ? found : undefined;
  },
);

const wandb = trackerOf(
  {
    project: key(name, 'The W&B project'),
    entity: key(described(line, 'the name of a user or a team'), 'The user or team that owns the project'),
    mode: key(choice(['online', 'offline', 'disabled']), 'WANDB_MODE in jobs'),
    group: key(name, 'Group of the runs. Default: the sweep'),
    tags: keyOr(tags, 'Tags in addition to those of the experiment', []),
  },
  '{project: vision, entity: my_team, mode: offline}',
);

/** What starts TensorBoard by default. */
export const DEFAULT_TENSORBOARD: readonly string[] = ['tensorboard'];

const tensorboard = trackerOf(
  {
    env: keyOr(flag, 'Give jobs a folder for their event files', true),
    command: keyOr(
      described(lines, 'a program, or a list of words such as [python3, -m, …]'),
      'What starts TensorBoard',
      DEFAULT_TENSORBOARD,
    ),
  },
  '{command: tensorboard}',
);

/** Which trackers a project works with. */
export const integrations: Kind<Integrations> = refined(
  mapOf(
    {
      mlflow: key(mlflow, 'MLflow: for jobs, and for sheaf export --to mlflow'),
      wandb: key(wandb, 'Weights & Biases: for jobs, and for sheaf export --to wandb'),
      tensorboard: key(tensorboard, 'TensorBoard: for jobs, and for sheaf tensorboard'),
    },
    'a map: {wandb: {project: vision}, mlflow: {tracking_uri: http://host:5000}, tensorboard: true}',
  ),
  ({ mlflow: server, wandb: runs, tensorboard: boards }): Integrations => ({
    ...(server && { mlflow: server }),
    ...(runs && { wandb: runs }),
    ...(boards && { tensorboard: boards }),
  }),
);
