/** What another program calls a setting of sheaf. */
export interface OtherName {
  /** What to write instead; for a common name, the setting alone. */
  readonly instead: string;
  /** Training programs have parameters of this name, too. */
  readonly isCommon: boolean;
}

const MAIL = 'sbatch: {mail-type: END, mail-user: NAME}';

/** No training program takes these: options of sbatch, parameters of submitit, resources of PBS. */
const OF_LAUNCHERS: readonly (readonly [name: string, instead: string])[] = [
  ['gres', 'num_gpus, and gpu_type for their type'],
  ['gpus_per_node', 'num_gpus'],
  ['gpus_per_task', 'num_gpus, the GPUs of a node'],
  ['ntasks', 'ntasks_per_node and num_nodes'],
  ['tasks_per_node', 'ntasks_per_node'],
  ['cpus_per_gpu', 'cpus_per_task'],
  ['mem_gb', 'mem: 16G'],
  ['mem_per_cpu', 'mem, the memory of a node'],
  ['mem_per_gpu', 'mem, the memory of a node'],
  ['nodelist', 'sbatch: {nodelist: NAMES}'],
  ['exclusive', 'sbatch: {exclusive: true}'],
  ['mail_type', MAIL],
  ['mail_user', MAIL],
  ['timeout_min', 'time_limit: minutes, or HH:MM:SS'],
  ['walltime', 'time_limit'],
  ['slurm_partition', 'partition'],
  ['slurm_account', 'account'],
];

/** Each with the setting that it may mean. */
const COMMON: readonly (readonly [name: string, setting: string])[] = [
  ['gpu', 'num_gpus'],
  ['gpus', 'num_gpus'],
  ['n_gpus', 'num_gpus'],
  ['ngpus', 'num_gpus'],
  ['nodes', 'num_nodes'],
  ['nnodes', 'num_nodes'],
  ['cpus', 'cpus_per_task'],
  ['memory', 'mem'],
  ['time', 'time_limit'],
];

const OTHER_NAMES: ReadonlyMap<string, OtherName> = new Map([
  ...OF_LAUNCHERS.map(([name, instead]): [string, OtherName] => [name, { instead, isCommon: false }]),
  ...COMMON.map(([name, instead]): [string, OtherName] => [name, { instead, isCommon: true }]),
]);

/**
 * The setting that a key of a template probably means. As it is written it is a parameter: the training code gets it, and
 * the job asks for nothing.
 */
export function findOtherName(key: string): OtherName | undefined {
  return OTHER_NAMES.get(key.replaceAll('-', '_'));
}
