import { buildLayerTree, makePlacelessLayer } from '../../core/validation/config.ts';
import { readSettings } from '../../core/validation/settings.ts';
import type { Problem } from '../../core/errors.ts';
import { isSecret, findScriptSecrets } from '../../core/text/secrets.ts';
import type { Value, ValueMap } from '../../core/value.ts';
import { parsePlainScalar } from '../../core/number-source.ts';
import type { DirectiveOption } from '../render/directive-options.ts';

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

const LOGS = 'each attempt has its own out.log and err.log; sheaf logs ID shows them';
/** Of `--export` and its like. */
export const CALLERS = 'a job gets the environment of the shell that submits it; in the command, set what must differ';
const NOTHING = 'it does not describe the job';

/** Options that cannot be taken over, and what there is instead. */
const INSTEAD: Readonly<Record<string, string>> = {
  array:
    'the members of a sweep are submitted as an array. Make the index a parameter, then: ' +
    'sheaf run TEMPLATE --grid task=1,2,3 --max-parallel 4',
  chdir: 'a job starts at the top of the project, and paths in the command are relative to it',
  dependency:
    'for steps of one experiment, write stages: with after:; for one experiment after another: sheaf submit --after ID',
  error: LOGS,
  export: CALLERS,
  'export-file': CALLERS,
  'get-user-env': CALLERS,
  help: NOTHING,
  hold: 'sheaf submit --hold',
  'job-name': 'sheaf names each job so that it can find it again; experiments have an exp_id',
  'open-mode': LOGS,
  output: LOGS,
  parsable: NOTHING,
  quiet: NOTHING,
  'test-only': 'sheaf submit --dry-run',
  usage: NOTHING,
  verbose: NOTHING,
  version: NOTHING,
  wait: 'sheaf submit --wait',
  wrap: 'write the command under command:',
};

/** What was left out, and why. */
export interface DroppedOption {
  readonly text: string;
  readonly why: string;
}

export interface Taken {
  readonly resources: Record<string, Value>;
  /** The entries of `sbatch:`. */
  readonly further: Record<string, Value>;
  readonly leftOut: readonly DroppedOption[];
}

/** Options as resources, and what has no place among them. */
export function takeOver(options: ReadonlyMap<string, DirectiveOption>): Taken {
  const taken = { resources: {}, further: {}, leftOut: [] as DroppedOption[] };
  for (const option of options.values()) {
    const why = INSTEAD[option.name] ?? (isSecretOption(option) ? SECRET : take(option, options, taken));
    if (why !== undefined) taken.leftOut.push({ text: removeSecrets(option.text), why });
  }
  return taken;
}

const SECRET = 'it looks like a secret, and would be in files of the project';

function isSecretOption({ name, value = '' }: DirectiveOption): boolean {
  return isSecret(name, value);
}

/** A text of a script that can be shown, and written into a file. */
export function removeSecrets(text: string): string {
  return findScriptSecrets(` ${text.replaceAll(',', ' ')}`)
    .toReversed()
    .reduce((shown, { start, end, isAssigned, variable }) => {
      const hidden = isAssigned ? `${variable}=…` : '…';
      return shown.slice(0, start - 1) + hidden + shown.slice(end - 1);
    }, text);
}

/** Takes one option over, or says why that cannot be. */
function take(
  option: DirectiveOption,
  options: ReadonlyMap<string, DirectiveOption>,
  { resources, further }: Taken,
): string | undefined {
  const { name, value } = option;
  const own = gpusOf(option, isOneNode(options)) ?? ownKey(option);
  const fault = faultOf(own ?? { sbatch: { [name]: value ?? true } });
  if (fault !== undefined && (own === undefined || !value)) return fault;
  if (fault !== undefined) return `${fault}; to pass it on as it is: sbatch: {${name}: ${JSON.stringify(value)}}`;
  if (own !== undefined) Object.assign(resources, own);
  else if (name === 'ntasks' && !/^\+?\d+$/.test(value ?? ''))
    return `ntasks must be a whole number, but is ${JSON.stringify(value ?? '')}; long names have two dashes`;
  else if (value === '') return 'it has no value';
  else if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name) || name.length === 1) return 'sbatch has no such option';
  else further[name] = value ?? true;
  return undefined;
}

function ownKey({ name, value = '' }: DirectiveOption): Record<string, Value> | undefined {
  if (name === 'requeue' || name === 'no-requeue') return { requeue: name === 'requeue' };
  const key = KEYS[name];
  if (key === undefined) return undefined;
  // Counts are numbers; times and sizes stay as they are written.
  if (!COUNTS.includes(key)) return { [key]: value };
  const count = value.replace(/^(\d+)-\1$/, '$1').replace(/^\+?0*(?=\d)/, '');
  // From how many nodes to how many: sbatch alone knows of such.
  if (name === 'nodes' && /^\d+(?:-\d+|(?:,\d+)+)$/.test(count)) return undefined;
  return { [key]: count === '' ? count : parsePlainScalar(count).value };
}

/** GPUs are counted per node here. */
function gpusOf({ name, value = '' }: DirectiveOption, isSingle: boolean): Record<string, Value> | undefined {
  const text =
    name === 'gres'
      ? /^(?:gres\/)?gpu(?:[:=](.+))?$/.exec(value)?.slice(1).join('')
      : name === 'gpus-per-node' || (name === 'gpus' && isSingle)
        ? value
        : undefined;
  const match =
    text === undefined ? null : /^(?:(?<type>[\w.-]*[A-Za-z_][\w.-]*)(?:[:=]|$))?(?<count>\d+)?$/.exec(text);
  if (match === null || (text === '' && name !== 'gres')) return undefined;
  const { type, count = '1' } = match.groups ?? {};
  return { num_gpus: Number(count), ...(type !== undefined && { gpu_type: type }) };
}

function isOneNode(options: ReadonlyMap<string, DirectiveOption>): boolean {
  const nodes = options.get('nodes')?.value;
  return nodes === undefined ? (options.get('ntasks')?.value ?? '1') === '1' : /^1(?:-1)?$/.test(nodes);
}

/** What sheaf would say of a template with these values. */
function faultOf(values: ValueMap): string | undefined {
  const problems: Problem[] = [];
  readSettings(buildLayerTree(makePlacelessLayer('', values), true), problems, () => undefined);
  return problems[0]?.message;
}
