import { readResources as readResourceKeys } from '../../core/validation/settings.ts';
import { inputError, throwProblems, type Problem } from '../../core/errors.ts';
import { suggestName } from '../../core/text/nearest.ts';
import { RESOURCE_KEYS, findReservedKey } from '../../core/settings/reserved.ts';
import type { Resources } from '../../core/settings/settings.ts';
import type { LoadedTemplate } from './load.ts';
import { applyTexts, oneOrMany } from './overrides.ts';
import type { ProjectConfig } from './project.ts';
import { findValue, makeReservedTarget, getRule, type Target } from './targets.ts';
import { parseTypedValue, type TypedValue } from './typed-text.ts';

/**
 * The text of one value, read as the flag of that parameter or reserved key reads it.
 *
 * @param name may be a dotted path: `optimizer.lr`
 * @throws SheafError `param.*` when there is no such parameter, or the text does not fit it
 */
export function readValue(template: LoadedTemplate, name: string, text: string): TypedValue {
  const target = findValue(template, name.split('.'));
  if ('code' in target) throw inputError(target.code, target.message, target);
  const read = parseTypedValue([text], target.rule);
  if ('says' in read)
    throw inputError(read.code, `${name} ${read.says}`, read.fix === undefined ? {} : { fix: read.fix });
  return { ...read, value: target.reserved?.type === 'texts' ? oneOrMany(read.value) : read.value };
}

/**
 * Resources given as texts, for the attempts of one submission: `{ time_limit: '02:00:00' }`.
 *
 * @throws SheafError `resources.unknown`, `param.*`, `config.*`: all problems at once
 */
export function readResources(texts: Readonly<Record<string, string>>): Resources {
  const problems: Problem[] = [];
  const { tree } = applyTexts(texts, findResource, problems);
  const resources = readResourceKeys(tree, problems);
  throwProblems(problems);
  return resources;
}

/** Resources that templates build on. @throws SheafError `config.*` */
export function readDefaultResources({ defaults }: Pick<ProjectConfig, 'defaults'>): Resources {
  const problems: Problem[] = [];
  const resources = readResourceKeys(defaults, problems);
  throwProblems(problems);
  return resources;
}

function findResource(path: string): Target | Problem {
  const [first = '', ...rest] = path.split('.');
  const name = first.replaceAll('-', '_');
  const reserved = RESOURCE_KEYS.includes(name) ? findReservedKey(name) : undefined;
  if (reserved === undefined || (rest.length > 0 && name !== 'sbatch')) {
    return {
      code: 'resources.unknown',
      message: `${path} is not a resource`,
      why: 'only resources can differ from one attempt to the next; parameters are frozen',
      fix: suggestName(name, RESOURCE_KEYS, `one of ${RESOURCE_KEYS.join(', ')}`),
    };
  }
  return rest.length === 0
    ? makeReservedTarget(reserved)
    : { keys: ['sbatch', rest.join('.')], name: path, rule: getRule('any') };
}
