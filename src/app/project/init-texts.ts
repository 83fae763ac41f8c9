import { formatDuration } from '../../core/units.ts';
import { PROJECT_SCHEMA_LINE, TEMPLATE_SCHEMA_LINE } from './editor-schemas.ts';
import { writeCatalogue, word } from './init-catalogue.ts';
import { getSchedulerKind } from './schedulers.ts';
import type {
  PartitionDescription,
  SchedulerDescription,
  SchedulerKind,
  SchedulerKinds,
} from '../../scheduler/index.ts';

export interface ProjectTextRequest {
  readonly name: string;
  /** All schedulers that a project may name. */
  readonly kinds: SchedulerKinds;
  readonly scheduler: string;
  readonly experiments: string | undefined;
  /** What is written down as comments. */
  readonly cluster: SchedulerDescription | undefined;
  /** A cluster profile that was asked for. */
  readonly profile: string | undefined;
  /** Entries that git ignores and that runs may need; undefined without git. */
  readonly ignored: readonly string[] | undefined;
}

/** `sheaf.yaml` of a new project. */
export function writeProjectText(request: ProjectTextRequest): string {
  const { name, kinds, scheduler, experiments, cluster, profile, ignored } = request;
  const kind = getSchedulerKind(kinds, scheduler);
  const isCluster = kind.lookFor !== undefined;
  return `${PROJECT_SCHEMA_LINE}# A sheaf project: the folder that holds this file. Commands find it upwards from where you are.
project: ${JSON.stringify(name)}

# Who runs the jobs. ${summaries(kinds)}
scheduler: ${scheduler}
${isCluster ? clusterText(kind, cluster, profile) : ''}
# The folder that results go to; may lie on scratch: /scratch/you/${name.replace(/[^A-Za-z0-9_-]/g, '-')}
${experiments === undefined ? '# experiments: experiments' : `experiments: ${JSON.stringify(experiments)}`}

# What runs, for templates that have no command of their own. {{ flags }} stands for all parameters
# as --learning-rate 0.1 --batch-size 256; SHEAF_OUT is a folder of the run's own for what it writes.
# command: python3 train.py {{ flags }} --output "$SHEAF_OUT"

${codeText(ignored)}
# Parameters that every template has unless it says otherwise.
# params:
#   seed: 0

# Columns of sheaf export when none are named.
# export:
#   columns: [exp_id, status, learning_rate, seed, accuracy]
${isCluster ? '' : LOCAL_SLOTS}`;
}

function summaries(kinds: SchedulerKinds): string {
  return Object.entries(kinds)
    .map(([name, { summary }]) => `${name}: ${summary}.`)
    .join(' ');
}

/** What git ignores is proposed, not taken: nobody but its user knows what a run needs of it. */
function codeText(ignored: readonly string[] | undefined): string {
  const names = ignored?.map(word).join(', ');
  if (names === undefined)
    return '# Which code runs: the files here, as they are when the job starts. In a git repository: as they were when you submitted.\n';
  return `# Which code runs: in a git repository the files as they were when you submitted. What git ignores is not among them;
# of that, what a run needs is linked${names === '' ? '' : '. Found here'}:
# code: { link: [${names === '' ? 'data, .venv' : names}] }
`;
}

const LOCAL_SLOTS = `
# How much of this machine the local scheduler may use; all of it when left out. More than there is: it pretends.
# cluster:
#   local: { cpus: 4, gpus: 1 }
`;

/** What was found, for a person to choose from: sheaf chooses only if there is no alternative. */
function clusterText(
  kind: SchedulerKind,
  cluster: SchedulerDescription | undefined,
  profile: string | undefined,
): string {
  const { accounts = [], partitions = [] } = cluster ?? {};
  return `${accountText(kind, accounts)}${partitionText(partitions)}${writeCatalogue(partitions, profile)}`;
}

function accountText({ title }: SchedulerKind, accounts: NonNullable<SchedulerDescription['accounts']>): string {
  const names = [...new Set(accounts.map((account) => account.name))];
  const [only = 'NAME'] = names;
  const intro = '\n# The account that jobs are charged to.';
  if (names.length <= 1) return `${intro}\n${names.length === 1 ? '' : '# '}account: ${word(only)}\n`;
  const preset = accounts.find((account) => account.default)?.name ?? only;
  return `${intro} Yours: ${oneLine(names.join(', '))}. ${title} takes ${oneLine(preset)} when none is named.\n# account: ${word(preset)}\n`;
}

function partitionText(partitions: readonly PartitionDescription[]): string {
  const preset = partitions.find((partition) => partition.default);
  const intro = '\n# Where jobs go that name no partition; sheaf info shows what is free.';
  const lines = partitions.map((partition) => `#   ${oneLine(partitionLine(partition))}\n`).join('');
  const found = lines === '' ? '' : ` Found when this was made:\n${lines.trimEnd()}`;
  return `${intro}${found}\n# partition: ${word(preset?.name ?? partitions[0]?.name ?? 'NAME')}\n`;
}

/** `a100_public: 2 nodes, 4 a100 each, up to 7d 00h`. */
function partitionLine({ name, default: isDefault, nodes, gpuTypes, maxTimeS }: PartitionDescription): string {
  const gpus = gpuTypes.map(({ type, perNode }) => `${perNode} ${type === '' ? 'GPUs' : type}`);
  const parts = [
    `${nodes} node${nodes === 1 ? '' : 's'}`,
    ...(gpus.length === 0 ? ['no GPUs'] : [`${gpus.join(' or ')} each`]),
    maxTimeS === undefined ? 'any time' : `up to ${formatDuration(maxTimeS)}`,
    ...(isDefault ? ['the default'] : []),
  ];
  return `${name}: ${parts.join(', ')}`;
}

/** Names come from the cluster: in a comment they must not end it. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ');
}

/** A template to begin with. */
export const FIRST_TEMPLATE: string = `${TEMPLATE_SCHEMA_LINE}# A template: parameters with their defaults, resources, and what runs.
# sheaf new baseline --learning-rate 0.01
description: A first template

# Every key that sheaf does not know itself is a parameter that the training code receives.
# null means: must be given.
learning_rate: 0.1
batch_size: 64
epochs: 10
seed: 0

# Resources, for clusters and for this machine alike.
cpus_per_task: 1
time_limit: "01:00:00"

# What runs, where your code is. These two lines stand in for your own training script:
# command: python3 train.py {{ flags }} --output "$SHEAF_OUT"
# {{ flags }} stands for --learning-rate 0.1 --batch-size 64 --epochs 10 --seed 0
command: |
  echo training with {{ flags }}
  echo "final accuracy: 0.9{{ seed }}"

# What to take from the logs and files that a run leaves behind.
harvest:
  accuracy: { log: "final accuracy: (\\\\S+)" }
`;

/** What a template adds that has a script of its own. */
export function writeScriptLine(file: string): string {
  return `
# The script of a run, or blocks of it, as you want them: sheaf show ID --script prints what comes of it.
script: ${JSON.stringify(file)}
`;
}

/** An own script to begin with: unedited, it changes nothing. */
export const OWN_SCRIPT: string = `{% extends "sheaf" %}
{# Blocks that you leave out stay as sheaf makes them, and {{ super() }} is what sheaf would put there.
   Without the first line the whole script is yours. Values are quoted for their context, as in commands. #}

{% block directives %}
{{ super() }}
{# ##SBATCH --mail-type=END     without one of the #: a line for sbatch #}
{% endblock %}

{% block setup %}
{{ super() }}
# Lines before the program, such as data that goes to the node's own disk:
# cp -r "$SHEAF_PROJECT/data" "$TMPDIR/data"
{% endblock %}

{% block launch %}
{{ super() }}
{% endblock %}

{% block teardown %}
# Lines after the program, which ended with status $?.
{% endblock %}
`;
