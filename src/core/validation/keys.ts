import { originPlace, type Layer } from './config.ts';
import type { JsonSchema } from './json-schema.ts';
import type { Problem } from '../errors.ts';
import { findOtherName } from '../settings/other-names.ts';
import { suggestName } from '../text/nearest.ts';
import { isReserved, findNearReservedKey, RESERVED, findReservedKey } from '../settings/reserved.ts';
import { isMap, toPointer } from '../value.ts';

/**
 * A name that can be a flag, part of a path and, with other characters replaced, a variable. The signs of Hydra's
 * overrides may precede it.
 */
const PARAMETER_NAME = /^(?:\+\+?|~)?[\p{L}\p{N}_][\p{L}\p{M}\p{N}_.-]*$/u;

/** How an editor learns about names of parameters. */
export const NAMES_OF_PARAMETERS: JsonSchema = { pattern: PARAMETER_NAME.source };

/** Keys of sheaf.yaml that are no defaults for templates. */
export const PROJECT_KEYS: readonly string[] = ['project', 'scheduler', 'experiments', 'cluster', 'wait_job'];

/**
 * What is wrong with the top-level keys of a template: misspelt reserved ones, names that cannot be parameters,
 * and what this version does not have yet.
 *
 * @param declared names that a schema declares, of this template or a parent
 * @param taken names that mean something else in commands
 */
export function checkTemplateKeys(layer: Layer, declared: ReadonlySet<string>, taken: readonly string[]): Problem[] {
  const inParams = isMap(layer.values['params']) ? Object.keys(layer.values['params']) : [];
  return [
    ...Object.keys(layer.values).flatMap((key) =>
      isReserved(key) ? [] : parameterProblems(layer, key, declared, taken, inParams),
    ),
    ...inParams.flatMap((name) => nameProblem(layer, ['params', name])),
    ...rivals(layer),
  ];
}

function parameterProblems(
  layer: Layer,
  name: string,
  declared: ReadonlySet<string>,
  taken: readonly string[],
  inParams: readonly string[],
): Problem[] {
  const place = originPlace({ layer, path: toPointer(name) });
  const suspect = declared.has(name) ? undefined : findSuspect(name);
  if (suspect) return [{ ...suspect, ...place }];
  if (taken.includes(name)) {
    return [
      {
        code: 'template.key.taken',
        message: `"${name}" means something else in commands`,
        fix: `put it below params: and write {{ params.${name} }} in the command`,
        ...place,
      },
    ];
  }
  if (inParams.includes(name)) {
    return [
      { code: 'yaml.key.duplicate', message: `the parameter ${name} is given twice, here and below params`, ...place },
    ];
  }
  return nameProblem(layer, [name]);
}

/** Why a key is probably not meant as a parameter, and what to write. */
function findSuspect(name: string): Problem | undefined {
  const other = findOtherName(name);
  const near = findNearReservedKey(name)?.name;
  if (other?.isCommon === false) {
    return {
      code: 'template.key.suspect',
      message: `"${name}" is not what sheaf calls it`,
      why: 'as written it is a parameter of the training code, and the job asks for nothing by it',
      fix: `write ${other.instead}; or, if the code really takes ${name}, ${adviseDeclaring(name)}`,
    };
  }
  return near === undefined
    ? undefined
    : {
        code: 'template.key.suspect',
        message: `"${name}" is probably a misspelt "${near}"`,
        why: `as written it is a parameter of the training code, and ${near} is not set by it`,
        fix: `rename it to ${near}; or, if the code really takes ${name}, ${adviseDeclaring(name)}`,
      };
}

/** How to say that a key is a parameter. */
export function adviseDeclaring(name: string): string {
  return `declare it: schema: {${name}: {type: …}}`;
}

function nameProblem(layer: Layer, path: readonly string[]): Problem[] {
  const name = path.at(-1) ?? '';
  if (PARAMETER_NAME.test(name)) return [];
  return [
    {
      code: 'param.name',
      message: `${JSON.stringify(name)} cannot be the name of a parameter`,
      why: 'a name has letters, digits, "_", "-" and ".", and begins with a letter, a digit or "_"; +, ++ or ~ may precede it',
      ...(name === '<<' ? { fix: 'YAML 1.2 has no merge keys: use extends' } : {}),
      ...originPlace({ layer, path: toPointer(...path) }),
    },
  ];
}

function rivals(layer: Layer): Problem[] {
  if (!('stages' in layer.values && 'command' in layer.values)) return [];
  return [
    {
      code: 'template.command.twice',
      message: 'both command and stages are given',
      why: 'stages have commands of their own',
      fix: 'delete one of the two',
      ...originPlace({ layer, path: '/stages' }),
    },
  ];
}

/** What is wrong with the top-level keys of sheaf.yaml, or of a user's config.yaml. */
export function checkProjectKeys(layer: Layer, kind: 'project' | 'user'): Problem[] {
  const own = kind === 'project' ? PROJECT_KEYS : [];
  const known = [...own, ...RESERVED.filter((key) => !key.templateOnly).map(({ name }) => name)];
  return [
    ...Object.keys(layer.values).flatMap((key) => (known.includes(key) ? [] : [unknownKey(layer, key, known)])),
    ...(isMap(layer.values['params'])
      ? Object.keys(layer.values['params']).flatMap((name) => nameProblem(layer, ['params', name]))
      : []),
    ...rivals(layer),
  ];
}

function unknownKey(layer: Layer, key: string, known: readonly string[]): Problem {
  const elsewhere = findReservedKey(key)?.templateOnly
    ? 'it belongs in a template'
    : PROJECT_KEYS.includes(key)
      ? 'it belongs in the sheaf.yaml of a project'
      : suggestName(key, known, 'if it is a parameter, put it below params:');
  return {
    code: 'project.key.unknown',
    message: `there is no key "${key}" in this file`,
    fix: elsewhere,
    ...originPlace({ layer, path: toPointer(key) }),
  };
}
