import { RESOURCE_KEYS } from '../core/reserved.ts';
import type { Value, ValueMap } from '../core/value.ts';
import { plainScalar } from '../core/written.ts';
import { blockText } from './yaml-write.ts';

/** Options of sbatch by their long or short name, as the reserved keys that they are here. */
const KEYS: Readonly<Record<string, string>> = {
  partition: 'partition',
  p: 'partition',
  account: 'account',
  A: 'account',
  qos: 'qos',
  q: 'qos',
  nodes: 'num_nodes',
  N: 'num_nodes',
  'cpus-per-task': 'cpus_per_task',
  c: 'cpus_per_task',
  'ntasks-per-node': 'ntasks_per_node',
  mem: 'mem',
  time: 'time_limit',
  t: 'time_limit',
  constraint: 'constraint',
  C: 'constraint',
  exclude: 'exclude',
  x: 'exclude',
  reservation: 'reservation',
};

/** Options that sheaf sets itself for each attempt. */
const OURS = new Set([
  'job-name',
  'J',
  'output',
  'o',
  'error',
  'e',
  'open-mode',
  'array',
  'a',
  'chdir',
  'D',
  'dependency',
  'd',
  'hold',
  'H',
  'parsable',
  'wait',
  'W',
]);

/** Long names of the short options that go under `sbatch:`. */
const LONG: Readonly<Record<string, string>> = { n: 'ntasks', G: 'gpus', L: 'licenses', w: 'nodelist', k: 'no-kill' };

/**
 * An sbatch script as a template: its directives become resources, the rest its command.
 *
 * @param name of the script's file, for the comment
 */
export function templateFromSbatch(script: string, name: string): string {
  const lines = script.replace(/\r\n/g, '\n').split('\n');
  const options = lines.flatMap(directive);
  const body = lines
    .filter((line) => !/^#(!|SBATCH\b)/.test(line))
    .join('\n')
    .trim();
  const resources: Record<string, Value> = {};
  const further: Record<string, Value> = {};
  for (const [option, value] of options) {
    const key = KEYS[option];
    const gpus = /^(?:gpu:)(?:([\w.-]+):)?(\d+)$/.exec(option === 'gres' ? value : '');
    if (gpus) {
      resources['num_gpus'] = Number(gpus[2]);
      if (gpus[1] !== undefined) resources['gpu_type'] = gpus[1];
    } else if (key !== undefined && RESOURCE_KEYS.includes(key)) resources[key] = resourceValue(key, value);
    else if (!OURS.has(option)) further[LONG[option] ?? option] = value === '' ? true : value;
  }
  const values: ValueMap = {
    description: `From ${name}`,
    ...resources,
    ...(Object.keys(further).length === 0 ? {} : { sbatch: further }),
    command: `${withoutJinja(body)}\n`,
  };
  return `${COMMENT}${blockText(values)}`;
}

const COMMENT = `\
# Made from an sbatch script. Give what you vary a name here, with a default, and write {{ name }} where it
# stands in the command: learning_rate: 0.1 and --lr {{ learning_rate }}. Job name, logs and arrays are sheaf's.
`;

/** One `#SBATCH` line may hold several options. */
function directive(line: string): [option: string, value: string][] {
  const text = /^#SBATCH\s+(.*)$/.exec(line)?.[1];
  if (text === undefined) return [];
  const words = text.replace(/\s#.*$/, '').match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? [];
  const options: [string, string][] = [];
  for (let i = 0; i < words.length; i += 1) {
    const word = words[i] ?? '';
    const next = words[i + 1];
    const takesNext = next !== undefined && !next.startsWith('-');
    const long = /^--([\w-]+)(?:=(.*))?$/s.exec(word);
    const short = /^-(\w)(.*)$/s.exec(word);
    const [option, attached] = [long?.[1] ?? short?.[1], long?.[2] ?? (short?.[2] || undefined)];
    if (option === undefined) continue;
    options.push([option, unquoted(attached ?? (takesNext ? next : ''))]);
    if (attached === undefined && takesNext) i += 1;
  }
  return options;
}

function unquoted(text: string): string {
  return text.replace(/^(["'])(.*)\1$/s, '$2');
}

/** Counts are numbers; times and sizes stay as they are written. */
function resourceValue(key: string, text: string): Value {
  return ['num_nodes', 'cpus_per_task', 'ntasks_per_node'].includes(key) ? plainScalar(text).value : text;
}

/** What looks like Jinja in a shell script, such as `${#list[@]}`, must stay what it is. */
function withoutJinja(body: string): string {
  return /\{\{|\{%|\{#/.test(body) ? `{% raw %}\n${body}\n{% endraw %}` : body;
}
