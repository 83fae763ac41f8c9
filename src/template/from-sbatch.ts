import { layerTree, placelessLayer } from '../core/config.ts';
import { readSettings } from '../core/config-settings.ts';
import type { Problem } from '../core/errors.ts';
import type { Value, ValueMap } from '../core/value.ts';
import { plainScalar } from '../core/written.ts';
import { optionsOf, partsOf, type Option } from './directive-options.ts';
import { blockText } from './yaml-write.ts';

/** Options of sbatch as the reserved keys that they are here. */
const KEYS: Readonly<Record<string, string>> = {
  partition: 'partition',
  account: 'account',
  qos: 'qos',
  nodes: 'num_nodes',
  'cpus-per-task': 'cpus_per_task',
  'ntasks-per-node': 'ntasks_per_node',
  mem: 'mem',
  time: 'time_limit',
  constraint: 'constraint',
  exclude: 'exclude',
  reservation: 'reservation',
};

const COUNTS: readonly string[] = ['num_nodes', 'cpus_per_task', 'ntasks_per_node'];

const LOGS = 'each attempt has out.log and err.log of its own; sheaf logs ID shows them';
const NOTHING = 'it says nothing about the job';

/** Options that cannot be taken over, and what there is instead. */
const INSTEAD: Readonly<Record<string, string>> = {
  array:
    'each index becomes an experiment of a sweep. Make what $SLURM_ARRAY_TASK_ID chose a parameter, then: ' +
    'sheaf sweep --template T --name S --grid NAME=1,2,3 --max-parallel 4',
  chdir: 'a job starts in the project folder; write cd FOLDER in the command',
  dependency: 'stages: with after: follow each other; one experiment after another: sheaf submit --after ID',
  error: LOGS,
  export: 'a job gets the environment of the shell that submits it; set in the command what must differ',
  'export-file': 'a job gets the environment of the shell that submits it; set in the command what must differ',
  'get-user-env': 'a job gets the environment of the shell that submits it',
  help: NOTHING,
  hold: 'sheaf submit --hold',
  'job-name': 'sheaf names each job so that it finds it again; an experiment has an exp_id',
  'open-mode': LOGS,
  output: LOGS,
  parsable: NOTHING,
  quiet: NOTHING,
  'test-only': 'sheaf submit --dry-run',
  usage: NOTHING,
  verbose: NOTHING,
  version: NOTHING,
  wait: 'sheaf submit --wait',
  wrap: 'what runs is below command:',
};

/** What was left out, and why. */
export interface LeftOut {
  readonly text: string;
  readonly why: string;
}

/**
 * An sbatch script as a template: its directives become resources, the rest its command. What has no place in
 * a template is named in a comment, with the reason.
 *
 * @param name of the script's file, for the comment
 */
export function templateFromSbatch(script: string, name: string): string {
  const { shebang, directives, body } = partsOf(script);
  // As for sbatch, what is said last counts.
  const options = new Map(directives.flatMap(optionsOf).map((option) => [option.name, option]));
  const { resources, further, leftOut } = takeOver(options);
  const { command, why } = commandOf(shebang, body, name);
  const values: ValueMap = {
    description: `From ${name}`,
    ...resources,
    ...(Object.keys(further).length === 0 ? {} : { sbatch: further }),
    ...(command === undefined ? {} : { command }),
  };
  return `${COMMENT}${leftOutText([...leftOut, ...why])}${blockText(values)}`;
}

const COMMENT = `\
# Made from an sbatch script. Give what you vary a name here, with a default, and write {{ name }} where it
# stands in the command: learning_rate: 0.1 and --lr {{ learning_rate }}.
`;

function leftOutText(leftOut: readonly LeftOut[]): string {
  if (leftOut.length === 0) return '';
  const lines = leftOut.map(({ text, why }) => `#   ${text}: ${why}`.replace(/\p{Cc}|[\u2028\u2029]/gu, ' '));
  return `#\n# Not taken over:\n${lines.join('\n')}\n`;
}

export interface Taken {
  readonly resources: Record<string, Value>;
  /** What stands below `sbatch:`. */
  readonly further: Record<string, Value>;
  readonly leftOut: readonly LeftOut[];
}

/** Options as resources, and what has no place among them. */
export function takeOver(options: ReadonlyMap<string, Option>): Taken {
  const taken = { resources: {}, further: {}, leftOut: [] as LeftOut[] };
  for (const option of options.values()) {
    const why = INSTEAD[option.name] ?? take(option, options, taken);
    if (why !== undefined) taken.leftOut.push({ text: option.text, why });
  }
  return taken;
}

/** Takes one option over, or says why that cannot be. */
function take(option: Option, options: ReadonlyMap<string, Option>, { resources, further }: Taken): string | undefined {
  const { name, value } = option;
  const own = gpusOf(option, isOneNode(options)) ?? ownKey(option);
  const fault = faultOf(own ?? { sbatch: { [name]: value ?? true } });
  if (fault !== undefined && (own === undefined || !value)) return fault;
  if (fault !== undefined) return `${fault}; to pass it on as it is: sbatch: {${name}: ${JSON.stringify(value)}}`;
  if (own !== undefined) Object.assign(resources, own);
  else if (value === '') return 'it has no value';
  else if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name) || name.length === 1) return 'sbatch has no such option';
  else further[name] = value ?? true;
  return undefined;
}

function ownKey({ name, value = '' }: Option): Record<string, Value> | undefined {
  if (name === 'requeue' || name === 'no-requeue') return { requeue: name === 'requeue' };
  const key = KEYS[name];
  if (key === undefined) return undefined;
  // Counts are numbers; times and sizes stay as they are written.
  return { [key]: COUNTS.includes(key) ? plainScalar(value.replace(/^(\d+)-\1$/, '$1')).value : value };
}

/** GPUs are counted per node here. */
function gpusOf({ name, value = '' }: Option, isSingle: boolean): Record<string, Value> | undefined {
  const text =
    name === 'gres'
      ? /^gpu(?::(.+))?$/.exec(value)?.slice(1).join('')
      : name === 'gpus-per-node' || (name === 'gpus' && isSingle)
        ? value
        : undefined;
  const match = text === undefined ? null : /^(?:(?<type>[\w.-]*[A-Za-z_][\w.-]*)(?::|$))?(?<count>\d+)?$/.exec(text);
  if (match === null || (text === '' && name !== 'gres')) return undefined;
  const { type, count = '1' } = match.groups ?? {};
  return { num_gpus: Number(count), ...(type !== undefined && { gpu_type: type }) };
}

function isOneNode(options: ReadonlyMap<string, Option>): boolean {
  const nodes = options.get('nodes')?.value;
  return nodes === undefined ? (options.get('ntasks')?.value ?? '1') === '1' : /^1(?:-1)?$/.test(nodes);
}

/** What sheaf would say of a template with these values. */
function faultOf(values: ValueMap): string | undefined {
  const problems: Problem[] = [];
  readSettings(layerTree(placelessLayer('', values), true), problems, () => undefined);
  return problems[0]?.message;
}

/** What runs: the script without its head. A program of another language stays a file. */
function commandOf(
  shebang: string,
  body: string,
  name: string,
): { readonly command?: string; readonly why: readonly LeftOut[] } {
  const [, interpreter = '/bin/bash', options = ''] =
    /^#!\s*(\S*env\s+(?:-S\s+)?\S+|\S+)\s*(.*)$/.exec(shebang.trimEnd()) ?? [];
  if (!/(?:^|[\s/])(?:ba|da|k|z)?sh$/.test(interpreter)) {
    const why = 'a command runs in bash, so this one runs the script: mend its path, seen from the project folder';
    return { command: `${interpreter}${options === '' ? '' : ` ${options}`} ${name}`, why: [{ text: shebang, why }] };
  }
  const why = options === '' ? [] : [{ text: shebang, why: SHELL_OPTIONS }];
  if (body === '') return { why: [...why, { text: name, why: 'it has no commands: write below command: what runs' }] };
  return { command: `${withoutJinja(body)}\n`, why };
}

const SHELL_OPTIONS =
  'a command runs in plain bash; do what its options did at the beginning of the command (-l: source /etc/profile)';

/** What looks like Jinja in a line of a shell script, such as `awk {{…}}`, must stay what it is. */
function withoutJinja(body: string): string {
  return body.replace(/^.*(?:\{\{|\{%|(?<!\$)\{#).*$/gm, '{% raw %}$&{% endraw %}');
}
