/** The environment variables that sheaf reads, and those that it sets for jobs; and what the code says about them. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

type Group = 'sheaf' | 'system' | 'defaults' | 'run' | 'tracker' | 'launch';

export interface Variable {
  readonly group: Group;
  /** Several that mean the same kind of thing. `*` stands for a name. */
  readonly names: readonly string[];
  readonly meaning: string;
}

function list(group: Group, variables: { readonly [names: string]: string }): Variable[] {
  return Object.entries(variables).map(([names, meaning]) => ({ group, names: names.split(' '), meaning }));
}

export const VARIABLES: readonly Variable[] = [
  ...list('sheaf', {
    SHEAF_LOCAL_DIR:
      'the [cache folder](files.md#outside-the-project) of this machine, instead of `/var/tmp/sheaf-<uid>/`. It must be on a disk of the machine, not on a network file system',
    SHEAF_POLL_SECONDS:
      'the minimum seconds between two queries to Slurm, 5 by default; all your commands share one answer ([load](../admin/load.md))',
    'SHEAF_LOCAL_CPUS SHEAF_LOCAL_GPUS':
      'what the local scheduler may use: a number of CPUs, and ids of GPUs such as `0,1` (empty: none). They take precedence over `cluster.local` in `sheaf.yaml`',
    SHEAF_NODE: 'the Node that runs sheaf, 22.13 or newer',
  }),
  ...list('defaults', {
    'SBATCH_ACCOUNT SBATCH_PARTITION SBATCH_QOS':
      'account, partition and QOS, if neither `sheaf.yaml` nor the template nor your configuration sets them',
    'MLFLOW_TRACKING_URI MLFLOW_TRACKING_TOKEN MLFLOW_TRACKING_USERNAME MLFLOW_TRACKING_PASSWORD':
      'the tracking server of `sheaf export --to mlflow`, and how to log in to it',
    SLURM_CONF: "Slurm's configuration file, as for `sbatch`; it also reaches jobs",
  }),
  ...list('system', {
    'XDG_CONFIG_HOME XDG_CACHE_HOME HOME':
      'where [your configuration and caches](files.md#outside-the-project) are; `~` in paths of inputs',
    'NO_COLOR FORCE_COLOR CLICOLOR_FORCE': 'no colours; colours also in a pipe. `--color` takes precedence',
    'TERM COLUMNS':
      'what the terminal can do; with `TERM=dumb`, sheaf redraws nothing. `COLUMNS` is its width if the terminal does not say',
    'LC_ALL LC_CTYPE LANG': 'whether the terminal shows UTF-8; otherwise sheaf draws with ASCII',
    TZ: 'the time zone of times that are shown; records are in UTC',
    TERM_PROGRAM: 'in the terminal of VS Code, `sheaf serve` says that the editor forwards its port',
    PATH: 'where `sbatch`, `git`, `wandb`, `tensorboard` and others are found',
    'CONDA_DEFAULT_ENV SCRATCH': 'what `sheaf init` and `sheaf info` propose',
  }),
  ...list('run', {
    'SHEAF_EXP_ID SHEAF_STAGE SHEAF_ATTEMPT':
      'which attempt this is: the experiment, the stage, the number of the attempt from 1',
    SHEAF_PROJECT: 'the project folder; with `code: live` the program starts there',
    SHEAF_DIR: 'the folder of the experiment, which its stages share',
    SHEAF_OUT: 'the folder of this attempt: write outputs here',
    SHEAF_PARAMS: 'the path of a JSON file with all parameters',
    'SHEAF_P_*':
      'each parameter, as text. Lists and maps are JSON. Characters other than letters, digits and `_` in the name become `_`; a null parameter has no variable',
    'SHEAF_INPUT_*': 'the absolute path of each [input](../how-to/jobs/data.md); `.` and `-` in its name become `_`',
    SHEAF_METRICS: 'a file for [metrics](metrics-file.md): one JSON object per line',
    SHEAF_CHECKPOINT: 'the [checkpoint to resume from](resuming.md), or empty',
    SHEAF_START_FROM:
      "another experiment's [checkpoint to start from](../how-to/jobs/start-from.md), or empty. If `SHEAF_CHECKPOINT` is set too, the run resumes",
    SHEAF_STOP: 'the path of a link that is there once the run [is to stop](signals.md#runs-that-are-stopped)',
    'SHEAF_PACK_SLOT SHEAF_PACK_SIZE':
      'in a [pack](packs.md): the number of this member, from 0, and the number of members',
    SHEAF_COMMIT: 'the commit of the code, if the snapshot is of a git repository',
    SHEAF_CONTAINER: 'the image, if `environment.container` is set',
    SHEAF_TENSORBOARD: 'a folder for event files, with `integrations: {tensorboard: true}`',
  }),
  ...list('tracker', {
    'WANDB_RUN_ID WANDB_RESUME WANDB_NAME':
      'always: the attempts of a stage are one run, with the name of the experiment',
    'WANDB_PROJECT WANDB_ENTITY WANDB_MODE WANDB_RUN_GROUP WANDB_TAGS WANDB_DIR':
      'with `integrations.wandb`, unless the shell that submits sets them',
    WANDB_GIT_COMMIT: 'the commit of the code, if the snapshot is of a git repository',
    'MLFLOW_TRACKING_URI MLFLOW_EXPERIMENT_NAME MLFLOW_RUN_NAME':
      'with `integrations: {mlflow: {env: true}}`, unless the shell that submits sets them',
    TENSORBOARD_LOGGING_DIR: 'with `integrations: {tensorboard: true}`; the Trainer of Hugging Face reads it',
  }),
  ...list('launch', {
    PYTHONUNBUFFERED: '`1`: lines of the log appear at once',
    'OMP_NUM_THREADS MKL_NUM_THREADS OPENBLAS_NUM_THREADS NUMEXPR_NUM_THREADS':
      'the CPUs of each process, if they are known; `environment.threads` sets another number',
    'MASTER_ADDR MASTER_PORT': 'with a launcher other than `none`, if there is more than one process: where they meet',
    'NCCL_DEBUG NCCL_P2P_DISABLE NCCL_IB_DISABLE':
      'with several GPUs: those that `gpu_type` needs; `environment.nccl: false` sets none',
    'VIRTUAL_ENV UV_PROJECT_ENVIRONMENT': 'with `environment.venv` and `environment.uv`',
    GIT_CEILING_DIRECTORIES:
      'the folder of the attempt: `git` in the program does not find the repository around it, whose files may have changed since',
  }),
];

/** Names that the code uses between its own parts, or as an example. */
const INTERNAL = /^SHEAF_(TEST_.*|AGAIN|ARRAY_INDEX|JOB_ID|RECORDER|RESTART|SPOOL|P|P_NAME|INPUT)$/;

const root: string = join(import.meta.dirname, '../..');

function readSource(): string {
  return globSync('src/**/*.ts', { cwd: root })
    .filter((file) => !/\.test\.|^src\/web\//.test(file))
    .map((file) => readFileSync(join(root, file), 'utf8'))
    .join('\n');
}

/** The names of variables of sheaf, and the names that it reads by name from its environment. */
export function findVariables(): readonly string[] {
  const source = readSource();
  const read = [...source.matchAll(/\benv\['([A-Z][A-Z_]+)'\]/g)].map(([, name = '']) => name);
  const own = [...source.matchAll(/\bSHEAF_[A-Z_]*[A-Z]\b/g)].map(([name]) => name);
  return [...new Set([...read, ...own])].filter((name) => !INTERNAL.test(name)).toSorted();
}

/** The names of the table that do not occur in the code. */
export function findUnused(): readonly string[] {
  const source = readSource();
  const names = VARIABLES.flatMap((variable) => variable.names).map((name) => name.replace('*', ''));
  return names.filter((name) => !source.includes(name));
}
