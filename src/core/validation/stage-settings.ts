import { isBranch, makeProblemAt, getTreeAt, toValue, type Branch, type Tree } from './config.ts';
import type { JsonSchema } from './json-schema.ts';
import { key, keyNeeded, mapSchema, readKeys, formatShownValue, valueKind, type Keys } from './setting.ts';
import { command, keysNamed } from './table.ts';
import { SheafError, type Problem } from '../errors.ts';
import { parseName } from '../ids.ts';
import { RESOURCE_KEYS, RUN_KEYS } from '../settings/reserved.ts';
import type { Value } from '../value.ts';

/** Which name is that of a stage, the order of the stages shows. */
const anyName = valueKind('the name of a stage', { type: 'string' }, String);

const STAGE: Keys = {
  command: keyNeeded(command, 'What the stage runs', 'python3 eval.py', {
    missingCode: 'stages.command',
    fallback: '',
  }),
  after: key(anyName, 'The stage that must complete first'),
  ...keysNamed([...RESOURCE_KEYS, ...RUN_KEYS]),
};

/** How an editor learns about `stages`; {@link NEEDS_COMMANDS} says which stages need a command. */
export function buildStagesSchema(): JsonSchema {
  const { required: _, ...stage } = mapSchema(STAGE);
  return {
    type: 'object',
    minProperties: 1,
    additionalProperties: stage,
    propertyNames: { pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$' },
  };
}

/** Each stage has a command, unless the template extends another one, which may have it. */
export const NEEDS_COMMANDS: JsonSchema = {
  anyOf: [
    { required: ['extends'] },
    { properties: { stages: { additionalProperties: { required: mapSchema(STAGE).required ?? [] } } } },
  ],
};

/** The keys of each stage, by its name. What is wrong is added to `problems`. */
export function readStages(
  tree: Tree | undefined,
  problems: Problem[],
): { readonly [stage: string]: { readonly [key: string]: unknown } } | undefined {
  if (tree === undefined) return undefined;
  if (!isBranch(tree)) {
    problems.push(
      makeProblemAt(tree, 'stages.form', 'stages must be a map of stages', {
        fix: 'write stages: {train: {command: …}, eval: {after: train, command: …}}',
      }),
    );
    return undefined;
  }
  const stages = [...tree.children].flatMap(([name, stage]) => {
    problems.push(...nameProblem(name, stage));
    if (isBranch(stage)) return [[name, readKeys(STAGE, stage, `stages.${name}`, problems) ?? {}] as const];
    problems.push(makeProblemAt(stage, 'stages.form', `stages.${name} must be a map with a command`));
    return [];
  });
  for (const [name, stage] of tree.children) problems.push(...orderProblems(name, stage, tree));
  return Object.fromEntries(stages);
}

function nameProblem(name: string, tree: Tree): Problem[] {
  try {
    parseName('stage', name);
    return [];
  } catch (error) {
    if (!(error instanceof SheafError)) throw error;
    return error.problems.map(({ code, message, why }) =>
      makeProblemAt(tree, code, message, why === undefined ? {} : { why }),
    );
  }
}

/** `after` must name a stage, and the stages must not wait for each other in a circle. */
function orderProblems(name: string, stage: Tree, stages: Branch): Problem[] {
  const after = getTreeAt(stage, ['after']);
  if (after === undefined) return [];
  const names = [...stages.children.keys()];
  const parent = toValue(after);
  if (typeof parent !== 'string' || !names.includes(parent)) {
    return [
      makeProblemAt(
        after,
        'stages.after',
        `the stage ${name} comes after ${formatShownValue(toValue(after))}, which is no stage`,
        {
          fix: `the stages are ${names.join(', ')}`,
        },
      ),
    ];
  }
  const chain = [name];
  for (let next: Value | undefined = parent; typeof next === 'string'; next = afterOf(stages, next)) {
    chain.push(next);
    if (next === name)
      return [makeProblemAt(after, 'stages.cycle', `stages wait for each other in a circle: ${chain.join(' → ')}`)];
    if (chain.length > names.length) return [];
  }
  return [];
}

function afterOf(stages: Branch, name: string): Value | undefined {
  const after = getTreeAt(stages, [name, 'after']);
  return after && toValue(after);
}
