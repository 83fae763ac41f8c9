import { parseRanges } from '../../core/text/index-ranges.ts';
import { COMMAND_NAMES, isReserved } from '../../core/settings/reserved.ts';
import { findScriptSecrets, type FoundSecret } from '../../core/text/secrets.ts';
import { toPointer, type Value, type ValueMap } from '../../core/value.ts';
import { parsePlainScalar, type PlainScalar, type NumberSources } from '../../core/number-source.ts';
import { findArrayReads } from '../render/array-index.ts';
import type { DroppedOption } from './sbatch-options.ts';
import { parseScriptArguments } from '../shell/arguments.ts';

/** A part of a script as a part of a template. */
export interface TakenBody {
  readonly body: string;
  /** Lines that go before it. */
  readonly before: readonly string[];
  readonly params: ValueMap;
  /** What is different from the script, and why. */
  readonly changed: readonly DroppedOption[];
  readonly leftOut: readonly DroppedOption[];
}

const NOTHING = { before: [], params: {}, changed: [], leftOut: [] };

/** Takes secrets out of a script: programs find them in the variables that are named. */
export function removeSecretLines(script: string): TakenBody & { readonly variables: readonly string[] } {
  const secrets = findScriptSecrets(script);
  const variables = [...new Set(secrets.map(({ variable }) => variable))];
  const changed = variables.map((text) => ({
    text,
    why: `its value is not in the template; set ${text} in the shell that submits, and a job gets it from there`,
  }));
  return { ...NOTHING, body: secrets.toReversed().reduce(cut, script), changed, variables };
}

/** Takes an assignment out, and its line when nothing is left of it; any other secret becomes its variable. */
function cut(script: string, { variable, isAssigned, start, end }: FoundSecret): string {
  if (!isAssigned) return `${script.slice(0, start)}$${variable}${script.slice(end)}`;
  const lineStart = script.lastIndexOf('\n', start - 1) + 1;
  const lineEnd = script.indexOf('\n', end) < 0 ? script.length : script.indexOf('\n', end);
  const rest = script.slice(lineStart, start) + script.slice(end, lineEnd).replace(/^[ \t]+/, '');
  if (!/^\s*#?\s*(?:export|declare -x)?\s*;?\s*(?:#.*)?$/.test(rest))
    return script.slice(0, lineStart) + rest + script.slice(lineEnd);
  return script.slice(0, lineStart) + script.slice(lineEnd + 1);
}

const ACTIVATES = /^([ \t]*(?:source|\.)[ \t]+)("?)(?:\.\/)?([\w.][\w./-]*\/bin\/activate)\2(?![\w./-])/gm;

const IN_PROJECT =
  'a run starts in a copy of its code, without the folders that git ignores; the command reads it from the project folder';

/** Virtual environments that are named relative to the project, which is not the folder that a run starts in. */
export function withProjectVenvs(script: string): TakenBody {
  const body = script.replaceAll(ACTIVATES, '$1"$$SHEAF_PROJECT/$3"');
  const changed = [...script.matchAll(ACTIVATES)].map(([text]) => ({ text: text.trim(), why: IN_PROJECT }));
  return { ...NOTHING, body, changed };
}

/** Arguments of a script as parameters, by the names of the variables that it puts them in. */
export function withArguments(script: string): TakenBody & { readonly written: NumberSources } {
  const { numbered, all } = parseScriptArguments(script);
  // A loop over all of them reads `$1` for whichever is next.
  if (all) return { ...NOTHING, body: script, written: {}, leftOut: [{ text: '"$@"', why: ALL_ARGUMENTS }] };
  const count = Math.max(0, ...numbered.keys());
  const names: string[] = [];
  for (let number = 1; number <= count; number += 1) names.push(nameOf(number, script, names));
  const params: Record<string, Value> = {};
  const written: Record<string, string> = {};
  for (const [i, name] of names.entries()) {
    const text = numbered.get(i + 1);
    const read: PlainScalar = text ? parsePlainScalar(text) : { value: text ?? null };
    params[name] = read.value;
    if (read.written !== undefined) written[toPointer(name)] = read.written;
  }
  const changed = names.map((name, i) => ({
    text: `$${i + 1}`,
    why: `the parameter ${name}${params[name] === null ? ', which must be given' : ''}`,
  }));
  const before = count === 0 ? [] : [`set -- ${names.map((name) => `{{ ${name} }}`).join(' ')}`];
  return { ...NOTHING, body: script, before, params, written, changed };
}

const ALL_ARGUMENTS =
  'sheaf passes no arguments: give each a name in the template, and write {{ flags }} in the command where they go';

/** `SEED=$2` calls its second argument `seed`. */
function nameOf(number: number, script: string, taken: readonly string[]): string {
  const assigned = new RegExp(`^[ \\t]*(?:export[ \\t]+)?([A-Za-z]\\w*)=\\(?"?\\$\\{?${number}\\b`, 'm').exec(script);
  const name = assigned?.[1]?.toLowerCase() ?? '';
  const isFree = !isReserved(name) && !COMMAND_NAMES.includes(name) && !taken.includes(name) && name !== TASK;
  return name !== '' && isFree ? name : `arg${number}`;
}

const TASK = 'task';

/**
 * The array of a script as a parameter: the index of each task is a value of it.
 *
 * @param array the value of `--array`, when the script has one
 * @returns also what follows `sheaf run TEMPLATE` for the same tasks, and the parameters that only repeat a run
 */
export function withArray(
  script: string,
  array: string | undefined,
): TakenBody & { readonly axis?: string; readonly seeds?: readonly string[] } {
  const read = findArrayReads(script).map(({ name }) => name);
  if (array === undefined && read.length === 0) return { ...NOTHING, body: script };
  const text = array === undefined ? '$SLURM_ARRAY_TASK_ID' : `--array=${array}`;
  const [list = '', limit] = (array ?? '').split('%');
  if (limit === '1' && read.length === 0) return { ...NOTHING, body: script, leftOut: [{ text, why: CHAIN }] };
  const indices = parseRanges(list);
  const known = indices === undefined ? {} : valuesOf(indices, list);
  const others = read.filter((name) => name !== 'SLURM_ARRAY_TASK_ID').flatMap((name) => known[name] ?? []);
  const jobs = read.includes('SLURM_ARRAY_JOB_ID') ? ['SLURM_ARRAY_JOB_ID=$SLURM_JOB_ID'] : [];
  const axis = `--grid ${TASK}=${indices === undefined ? '0,1,2' : gridText(indices)}`;
  const repeats = choosesOnlySeeds(script);
  const why =
    `the index is the parameter ${TASK}, which must be given; the command sets SLURM_ARRAY_TASK_ID to it` +
    (repeats ? '. It chooses the seed, so results are averaged over it' : '') +
    (array === undefined ? '. Give the indices that you gave sbatch --array' : '') +
    (read.length === 0 ? `. For mere repetitions: sheaf run … --grid seed=1,2,3 instead` : '');
  return {
    ...NOTHING,
    body: script,
    before: [`export SLURM_ARRAY_TASK_ID={{ ${TASK} }}`, ...others.map((value) => `export ${value}`), ...jobs],
    params: { [TASK]: null },
    changed: [{ text, why }, ...(jobs.length === 0 ? [] : [{ text: '$SLURM_ARRAY_JOB_ID', why: OWN_JOB }])],
    axis: limit === undefined ? axis : `${axis} --max-parallel ${limit}`,
    seeds: repeats ? [TASK] : [],
  };
}

/** Whether all that the index is read for is a seed: `${SEEDS[$SLURM_ARRAY_TASK_ID]}`, `--seed $SLURM_ARRAY_TASK_ID`. */
function choosesOnlySeeds(script: string): boolean {
  const lines = script
    .split('\n')
    .filter((line) => !/^\s*(?:#|echo\b)/.test(line) && line.includes('SLURM_ARRAY_TASK_ID'));
  const rest = lines.join('\n').replaceAll(/seeds?(?:\[|[= ]"?)\$?\{?SLURM_ARRAY_TASK_ID/gi, '');
  return lines.length > 0 && !rest.includes('SLURM_ARRAY_TASK_ID');
}

const CHAIN =
  'its tasks run one after another and do not read their index: for a run that goes on where the last one stopped, ' +
  'write checkpoint: and requeue: {on: [timeout]}';
const OWN_JOB = 'the command sets it to SLURM_JOB_ID, which is different for each member of a sweep';

/** What Slurm would set for all tasks of an array. */
function valuesOf(indices: readonly number[], list: string): Readonly<Record<string, string>> {
  const values = {
    SLURM_ARRAY_TASK_COUNT: indices.length,
    SLURM_ARRAY_TASK_MIN: Math.min(...indices),
    SLURM_ARRAY_TASK_MAX: Math.max(...indices),
    SLURM_ARRAY_TASK_STEP: /:(\d+)/.exec(list)?.[1] ?? 1,
  };
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, `${name}=${value}`]));
}

const MOST_WRITTEN = 20;

/** `1,3,7`; a long list as bash writes it, `$(seq -s, 0 549)`, when it is even. */
function gridText(indices: readonly number[]): string {
  const [first = 0, second = first + 1] = indices;
  const last = indices.at(-1) ?? first;
  const step = second - first;
  const isEven = indices.every((index, i) => index === first + i * step);
  if (indices.length <= MOST_WRITTEN || !isEven) return indices.join();
  return `$(seq -s, ${first} ${step === 1 ? '' : `${step} `}${last})`;
}
