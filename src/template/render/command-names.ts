import { RESOURCE_KEYS } from '../../core/settings/reserved.ts';
import { parameterVariable } from '../../core/settings/schema.ts';
import type { RunSettings, Resources } from '../../core/settings/settings.ts';
import type { Value, ValueMap } from '../../core/value.ts';
import type { NumberSources } from '../../core/number-source.ts';
import { flagWords, hydraWords } from './flags.ts';
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

/** The values of all names but `launch`, which only commands have. */
export function namesOf({
  params,
  written,
  expId,
  stage,
  attempt,
  resources,
  run,
}: CommandContext): Map<string, JinjaValue> {
  const own = toJinja(params, written) as ReadonlyMap<string, JinjaValue>;
  const names = new Map(own);
  const asked: Readonly<Record<string, unknown>> = { ...resources };
  for (const key of RESOURCE_KEYS) names.set(key, toJinja((asked[key] ?? null) as Value, {}));
  names.set('params', own);
  names.set('exp_id', expId);
  names.set('stage', stage);
  names.set('attempt', new JinjaNumber(attempt, false));
  names.set('flags', new JinjaWords((at) => flagWords(params, written, at, run?.flag_style)));
  names.set('hydra', new JinjaWords((at) => hydraWords(params, written, at)));
  return names;
}

const OWN_VARIABLES: Readonly<Record<string, string>> = {
  exp_id: 'SHEAF_EXP_ID',
  stage: 'SHEAF_STAGE',
  attempt: 'SHEAF_ATTEMPT',
  params: 'SHEAF_PARAMS',
};

/** The environment variable that carries what an expression stands for, if one does. */
export function variableOf(expression: JinjaExpression): string | undefined {
  if (expression.kind === 'member' && nameOf(expression.object) === 'params') return parameterVariable(expression.key);
  if (expression.kind !== 'name' || RESOURCE_KEYS.includes(expression.name)) return undefined;
  return OWN_VARIABLES[expression.name] ?? parameterVariable(expression.name);
}
