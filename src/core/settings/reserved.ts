import { computeEditDistance } from '../text/nearest.ts';

/**
 * What a reserved key holds.
 *
 * - `text`: one word or sentence; `lines`: text that may have line breaks
 * - `texts`: a list of texts, or one
 * - `count`: a whole number from 1; `count0`: from 0
 * - `memory`, `time`: as Slurm writes them
 * - `flag`: true or false; `map`: a map
 * - `pack`: a whole number from 1, or a map of it and the limits of each member
 * - `setting`: a word, a number or a map of parts, read on its own
 */
export type ReservedType =
  | 'text'
  | 'lines'
  | 'texts'
  | 'count'
  | 'count0'
  | 'memory'
  | 'time'
  | 'flag'
  | 'map'
  | 'pack'
  | 'setting';

type ReservedGroup = 'identity' | 'resources' | 'run' | 'results' | 'parameters' | 'structure';

/** A key that is no parameter. */
export interface ReservedKey {
  readonly name: string;
  readonly group: ReservedGroup;
  readonly type: ReservedType;
  readonly help: string;
  /** May be given on the command line. */
  readonly flag: boolean;
  /** Makes sense in a template only, not in sheaf.yaml. */
  readonly templateOnly: boolean;
  /** May be `auto`: found for each attempt. */
  readonly auto?: true;
  /** May be `none`: it is not requested, and nothing is chosen for it. */
  readonly none?: true;
}

type Row = readonly [name: string, type: ReservedType, help: string, more?: Partial<ReservedKey>];

const IDENTITY: readonly Row[] = [
  ['exp_id', 'text', 'Name of the experiment', { templateOnly: true }],
  ['description', 'lines', 'Description'],
  ['tags', 'texts', 'Tags to find it by'],
  ['notes', 'texts', 'Remarks'],
];

const RESOURCES: readonly Row[] = [
  ['partition', 'texts', 'Partition, several to choose from, or auto: advice chooses for each attempt'],
  ['account', 'text', 'Account that is charged'],
  ['qos', 'text', 'Quality of service'],
  ['num_nodes', 'count', 'Nodes'],
  ['num_gpus', 'count0', 'GPUs per node'],
  ['gpu_type', 'text', 'Type of GPU'],
  ['cpus_per_task', 'count', 'CPU cores per task'],
  ['ntasks_per_node', 'count', 'Tasks per node'],
  [
    'mem',
    'memory',
    'Memory per node: 16G; a bare number is MiB; auto: from past runs; none: not stated',
    { auto: true, none: true },
  ],
  ['time_limit', 'time', 'Time limit: D-HH:MM:SS, HH:MM:SS or minutes; auto: from past runs', { auto: true }],
  ['constraint', 'text', 'Features that a node must have'],
  ['exclude', 'text', 'Nodes to stay away from'],
  ['reservation', 'text', 'Reservation to use'],
  ['sbatch', 'map', 'Any further option of sbatch: {mail-type: END}'],
  ['pack', 'pack', 'Experiments of a sweep that share one job: 4, or {size: 4, time_limit: 00:30:00, mem: 8G}'],
  [
    'requeue',
    'setting',
    'Back into the queue by itself, as its next attempt: true after preemption or node failure; or a map such as {on: [timeout], max: 5}',
  ],
];

const RUN: readonly Row[] = [
  ['command', 'lines', 'What runs, a shell script with {{ names }} of parameters'],
  [
    'stages',
    'map',
    'Several commands, one after another: {train: {command: …}, eval: {after: train, command: …}}',
    { flag: false },
  ],
  ['flag_style', 'setting', 'How {{ flags }} writes names: hyphen (--batch-size), underscore, single-dash or equals'],
  ['launcher', 'setting', 'How processes are started: none, srun, torchrun, accelerate or deepspeed'],
  ['environment', 'map', 'Modules, conda, venv, uv, container, variables and lines to run in'],
  ['script', 'text', 'A Jinja file of your own for the whole script, or blocks of it'],
  ['code', 'setting', 'Which code runs: snapshot (as it is when you submit) or live'],
  [
    'inputs',
    'setting',
    'Data that is read, checked and recorded at submission: {train: /data/imagenet/train}',
    { flag: false },
  ],
  ['start_from', 'text', 'Checkpoint of another experiment to start from: pretrain@best, pretrain@5000'],
  ['checkpoint', 'setting', "Where checkpoints are: 'checkpoints/*.ckpt'"],
  ['retry', 'map', 'What to try again by itself: {host_oom: {max: 2, mem: x1.5}}'],
  ['monitor', 'setting', 'Record the use of GPU, CPU and memory: seconds between samples, or false'],
  [
    'integrations',
    'map',
    'Trackers: {wandb: {project: …}, mlflow: {tracking_uri: …}, tensorboard: true}',
    { flag: false },
  ],
];

const RESULTS: readonly Row[] = [
  ['harvest', 'map', 'Rules that find the metrics', { flag: false }],
  [
    'auto_harvest',
    'setting',
    'Whether wait, run and status read the results of what completed. Default: true',
    { flag: false },
  ],
  ['export', 'map', 'Defaults of export: {columns: […]}', { flag: false }],
  [
    'search',
    'setting',
    'How sweeps go on by themselves: {metric: val_acc, trials: 200, stop: {from: 3, to: 81}}',
    { flag: false, templateOnly: true },
  ],
];

const PARAMETERS: readonly Row[] = [
  ['params', 'map', 'Parameters whose names would clash with reserved keys', { flag: false }],
];

const STRUCTURE: readonly Row[] = [
  ['extends', 'texts', 'Template that this one builds on, or several', { flag: false, templateOnly: true }],
  ['schema', 'map', 'Type, range, choices and help of parameters', { flag: false, templateOnly: true }],
  ['abstract', 'flag', 'Only for others to extend', { flag: false, templateOnly: true }],
];

function group(name: ReservedGroup, rows: readonly Row[]): ReservedKey[] {
  return rows.map(([key, type, help, more]) => ({
    name: key,
    group: name,
    type,
    help,
    flag: true,
    templateOnly: false,
    ...more,
  }));
}

/** All reserved keys, in the order in which help shows them. */
export const RESERVED: readonly ReservedKey[] = [
  ...group('identity', IDENTITY),
  ...group('resources', RESOURCES),
  ...group('run', RUN),
  ...group('results', RESULTS),
  ...group('parameters', PARAMETERS),
  ...group('structure', STRUCTURE),
];

const BY_NAME: ReadonlyMap<string, ReservedKey> = new Map(RESERVED.map((key) => [key.name, key]));

/** Names of the keys that say what a job asks for. */
export const RESOURCE_KEYS: readonly string[] = RESOURCES.map(([name]) => name);

/** Names of the keys that say how a stage runs; a stage may override each of them. */
export const RUN_KEYS: readonly string[] = [
  'flag_style',
  'launcher',
  'environment',
  'inputs',
  'script',
  'checkpoint',
  'retry',
  'monitor',
  'integrations',
];

export function findReservedKey(name: string): ReservedKey | undefined {
  return BY_NAME.get(name);
}

export function isReserved(name: string): boolean {
  return BY_NAME.has(name);
}

/** From how many letters of a reserved key on that many edits make another key suspect. */
const SUSPECT_LENGTHS: readonly { readonly letters: number; readonly edits: number }[] = [
  { letters: 9, edits: 2 },
  { letters: 6, edits: 1 },
];

/** The reserved key that a parameter's name is probably a misspelling of. */
export function findNearReservedKey(name: string): ReservedKey | undefined {
  return RESERVED.find((key) => {
    const edits = SUSPECT_LENGTHS.find(({ letters }) => key.name.length >= letters)?.edits ?? 0;
    const distance = computeEditDistance(name, key.name, edits);
    return distance > 0 && distance <= edits;
  });
}

/** Names in commands that are no parameters; a parameter of such a name is `params.name`. */
export const COMMAND_NAMES: readonly string[] = ['params', 'exp_id', 'stage', 'attempt', 'flags', 'hydra', 'launch'];

/** The flag of a key on the command line: `learning_rate` → `--learning-rate`. */
export function flagOf(name: string): string {
  return `--${name.replaceAll('_', '-')}`;
}
