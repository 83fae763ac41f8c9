import { RESOURCE_KEYS } from '../../core/settings/reserved.ts';
import { parameterVariable } from '../../core/settings/schema.ts';
import type { RunSettings, Resources } from '../../core/settings/settings.ts';
import { toPointer, type ValueMap } from '../../core/value.ts';
import type { NumberSources } from '../../core/number-source.ts';
import { renderFlagWords, renderHydraWords } from './flags.ts';
import type { JinjaExpression } from '../jinja/ast.ts';
import { nameOf } from '../jinja/evaluate.ts';
import { JinjaNumber, toJinja, JinjaWords, type JinjaValue } from '../jinja/values.ts';

/** What the names in a command stand for. */
export interface CommandContext {
  readonly params: ValueMap;
  readonly written: NumberSources;
  readonly expId: string;
  readonly stage: string;
  readonly attempt: number;
  readonly resources: Resources;
  /** How the stage runs: it decides what `launch` stands for. Absent: unknown. */
  readonly run?: RunSettings;
}

/** Names and their values, which are made when they are read: a command reads few of them. */
export type Names = Pick<ReadonlyMap<string, JinjaValue>, 'get' | 'has' | 'keys'>;

/**
 * The names that all texts have.
 *
 * @param more names that only this text has, such as `launch`
 */
export function collectNames(
  { params, written, expId, stage, attempt, resources, run }: CommandContext,
  more: Iterable<readonly [string, JinjaValue]> = [],
): Names {
  const asked = { ...resources } as ValueMap;
  const own = new Map<string, JinjaValue>([
    ['exp_id', expId],
    ['stage', stage],
    ['attempt', new JinjaNumber(attempt, false)],
    ['flags', new JinjaWords((at) => renderFlagWords(params, written, at, run?.flag_style))],
    ['hydra', new JinjaWords((at) => renderHydraWords(params, written, at))],
    ...more,
  ]);
  const get = (name: string): JinjaValue | undefined => {
    if (own.has(name)) return own.get(name);
    if (name === 'params') return toJinja(params, written);
    if (RESOURCE_KEYS.includes(name)) return toJinja(asked[name] ?? null, {});
    return Object.hasOwn(params, name) ? toJinja(params[name] ?? null, written, toPointer(name)) : undefined;
  };
  return {
    get,
    has: (name) => own.has(name) || name === 'params' || RESOURCE_KEYS.includes(name) || Object.hasOwn(params, name),
    keys: () => new Set([...Object.keys(params), ...RESOURCE_KEYS, 'params', ...own.keys()]).keys(),
  };
}

const OWN_VARIABLES: Readonly<Record<string, string>> = {
  exp_id: 'SHEAF_EXP_ID',
  stage: 'SHEAF_STAGE',
  attempt: 'SHEAF_ATTEMPT',
  params: 'SHEAF_PARAMS',
};

/** The environment variable that carries what an expression stands for, if one does. */
export function getVariable(expression: JinjaExpression): string | undefined {
  if (expression.kind === 'member' && nameOf(expression.object) === 'params') return parameterVariable(expression.key);
  if (expression.kind !== 'name' || RESOURCE_KEYS.includes(expression.name)) return undefined;
  return OWN_VARIABLES[expression.name] ?? parameterVariable(expression.name);
}
