import {
  isBranch,
  originPlace,
  collectOrigins,
  placeAt,
  makeProblemAt,
  getTreeAt,
  toValue,
  collectWritten,
  type Branch,
  type Tree,
} from '../../core/validation/config.ts';
import { readIdentity as readWords, readSettings } from '../../core/validation/settings.ts';
import { inputError, SheafError, throwProblems, type Problem } from '../../core/errors.ts';
import { stagesOf, type Frozen, type Stage } from '../../core/experiment/frozen.ts';
import { parseExpId, type ExpId } from '../../core/ids.ts';
import { flagOf, RESOURCE_KEYS, RUN_KEYS } from '../../core/settings/reserved.ts';
import type { LiveSettings, Settings } from '../../core/settings/settings.ts';
import type { ValueMap } from '../../core/value.ts';
import { checkCalledScripts } from '../render/called-scripts.ts';
import { checkCommand, type Locate } from '../render/command.ts';
import { findScriptProblems } from '../render/user-script.ts';
import { runProblems, type TextPath } from '../render/run-texts.ts';
import { makeProjectFileReader, type CheckedSettings, type LoadedTemplate } from './load.ts';
import { applyOverrides, type Overrides } from './overrides.ts';

/** What one experiment is made of. */
export interface Composed {
  /** Absent when neither template nor command line sets it. */
  readonly expId?: ExpId;
  readonly description: string;
  readonly tags: readonly string[];
  readonly notes: readonly string[];
  readonly frozen: Frozen;
  readonly live: LiveSettings;
  /** What may be a mistake. */
  readonly warnings: readonly string[];
}

/**
 * Lays overrides over a template and checks everything that could stop the experiment from running.
 *
 * @param missing how to treat values that must be given and are not: `allowed` is for what is not to run
 * @throws SheafError exit code 2, all problems at once
 */
export function compose(
  template: LoadedTemplate,
  overrides: Overrides,
  missing: 'refused' | 'allowed' = 'refused',
): Composed {
  if (template.abstract) throw abstractTemplate(template);
  const problems: Problem[] = [];
  const { tree, touched } = applyOverrides(template, overrides, problems);
  if (missing === 'refused') problems.push(...missingValues(template, tree));
  const settings = settled(changesSettings(touched) ? readNewSettings(template, tree) : template.settings, problems);
  const live = settled(template.live, problems);
  const identity = readIdentity(tree, problems);
  if (settings.command === undefined && settings.stages === undefined && problems.length === 0)
    problems.push(noCommand(template));
  throwProblems(problems);

  const params = getTreeAt(tree, ['params']) ?? { children: new Map() };
  const frozen: Frozen = {
    template: template.name,
    params: toValue(params) as ValueMap,
    written: collectWritten(params),
    seeds: seedsOf(template, params),
    settings,
    origins: collectOrigins(frozenPart(tree)),
  };
  const open = missing === 'allowed' ? openNames(template, params) : undefined;
  throwProblems([
    ...stagesOf(settings).flatMap((stage) => stageProblems(stage, frozen, identity.expId, tree, open)),
    ...scriptsOf(template, settings),
  ]);
  return { ...identity, frozen, live, warnings: template.warnings };
}

/** What every experiment of a template would be refused for, whatever values it is given. */
export function checkTemplate(template: LoadedTemplate): Problem[] {
  const { tree, abstract, settings, live } = template;
  const problems = [...settings.problems, ...live.problems];
  const { expId } = readIdentity(tree, problems);
  // What is only for others to extend may lack what they add.
  if (abstract || problems.length > 0) return problems;
  const stages = stagesOf(settings.value);
  if (stages.length === 0) return [noCommand(template)];
  const params = getTreeAt(tree, ['params']) ?? { children: new Map() };
  const frozen = {
    params: toValue(params) as ValueMap,
    written: collectWritten(params),
    settings: settings.value,
  };
  const open = openNames(template, params);
  return [
    ...stages.flatMap((stage) => stageProblems(stage, frozen, expId, tree, open)),
    ...scriptsOf(template, settings.value),
  ];
}

/** Problems of the scripts that commands run, by template and command: each file is read once for all of a sweep. */
const SCRIPTS = new WeakMap<LoadedTemplate, Map<string, readonly Problem[]>>();

function scriptsOf(template: LoadedTemplate, settings: Settings): Problem[] {
  const known = SCRIPTS.get(template) ?? new Map<string, readonly Problem[]>();
  SCRIPTS.set(template, known);
  return stagesOf(settings).flatMap(({ command }) => {
    const found = known.get(command) ?? checkCalledScripts(command, makeProjectFileReader(template.config));
    known.set(command, found);
    return found;
  });
}

/** Names in commands whose values are still to be given. */
function openNames({ open, parameters }: LoadedTemplate, params: Tree): ReadonlySet<string> {
  const absent = [...parameters.keys()].filter((name) => {
    const found = getTreeAt(params, [name]);
    return found === undefined || (!isBranch(found) && found.value === null);
  });
  return new Set([...absent, ...open.map(({ keys }) => (keys[0] === 'params' ? keys[1] : keys[0]) ?? '')]);
}

function abstractTemplate({ name, path }: LoadedTemplate): SheafError {
  return inputError('template.abstract', `the template ${name} is abstract: it is only for others to extend`, {
    at: { file: path },
    fix: `name a template that has extends: ${name}`,
  });
}

/** Values that are null, and parameters of which the schema alone knows. */
function missingValues({ open, parameters, path }: LoadedTemplate, tree: Branch): Problem[] {
  const stillNull = open.filter(({ keys }) => {
    const found = getTreeAt(tree, keys);
    return found === undefined || (!isBranch(found) && found.value === null);
  });
  const undeclared = [...parameters.values()].filter(
    ({ name, required }) => required && getTreeAt(tree, ['params', name]) === undefined,
  );
  return [
    ...stillNull.map(({ keys, leaf }) => {
      const [first, ...rest] = keys[0] === 'params' ? keys.slice(1) : keys;
      return makeProblemAt(leaf, 'param.required', `${[first, ...rest].join('.')} must be given`, {
        fix: howToGive(first ?? '', rest),
      });
    }),
    ...undeclared.map(({ name }): Problem => ({
      code: 'param.required',
      message: `${name} must be given`,
      fix: howToGive(name, []),
      at: { file: path },
    })),
  ];
}

function howToGive(name: string, rest: readonly string[]): string {
  return rest.length === 0 ? `give it: ${flagOf(name)} VALUE` : `give it: --set ${[name, ...rest].join('.')}=VALUE`;
}

const SETTINGS: ReadonlySet<string> = new Set([
  ...RESOURCE_KEYS,
  ...RUN_KEYS,
  'command',
  'stages',
  'code',
  'start_from',
]);

function changesSettings(touched: ReadonlySet<string>): boolean {
  return [...touched].some((key) => SETTINGS.has(key));
}

function readNewSettings({ config }: LoadedTemplate, tree: Branch): CheckedSettings<Settings> {
  const problems: Problem[] = [];
  return { value: readSettings(tree, problems, makeProjectFileReader(config)), problems };
}

function settled<T>({ value, problems: found }: CheckedSettings<T>, problems: Problem[]): T {
  problems.push(...found);
  return value;
}

type Identity = Pick<Composed, 'expId' | 'description' | 'tags' | 'notes'>;

function readIdentity(tree: Branch, problems: Problem[]): Identity {
  const { exp_id: id, description = '', tags = [], notes = [] } = readWords(tree, problems);
  const expId = id === undefined ? undefined : expIdOf(id, tree.children.get('exp_id'), problems);
  return {
    ...(expId !== undefined && { expId }),
    description,
    tags: [...new Set([tags].flat())],
    notes: [notes].flat(),
  };
}

function expIdOf(text: string, tree: Tree | undefined, problems: Problem[]): ExpId | undefined {
  try {
    return parseExpId(text);
  } catch (error) {
    if (!(error instanceof SheafError)) throw error;
    problems.push(...error.problems.map((problem) => ({ ...problem, ...(tree?.origin && originPlace(tree.origin)) })));
    return undefined;
  }
}

/** The code of the problem that there is nothing to run. */
export const NO_COMMAND = 'command.missing';

function noCommand({ path }: LoadedTemplate): Problem {
  return {
    code: NO_COMMAND,
    message: `there is nothing to run: neither ${path} nor sheaf.yaml has a command`,
    fix: 'add to sheaf.yaml: command: python train.py {{ flags }}',
    at: { file: path },
  };
}

/** Parameters that are there and only repeat a run. */
function seedsOf({ parameters }: LoadedTemplate, params: Tree): string[] {
  return [...parameters.values()]
    .filter(({ name, seed }) => seed && getTreeAt(params, [name]) !== undefined)
    .map(({ name }) => name);
}

const NOT_FROZEN = new Set([
  'exp_id',
  'description',
  'tags',
  'notes',
  'harvest',
  'export',
  'search',
  'schema',
  'extends',
  'abstract',
]);

/** The part of a configuration that the experiment keeps. */
function frozenPart(tree: Branch): Branch {
  return { children: new Map([...tree.children].filter(([key]) => !NOT_FROZEN.has(key))) };
}

/** Placeholder while an experiment has no name yet: commands are only tried out. */
const SOME_EXP_ID = 'exp_id';

function stageProblems(
  stage: Stage,
  { params, written, settings }: Pick<Frozen, 'params' | 'written' | 'settings'>,
  expId: string | undefined,
  tree: Branch,
  open?: ReadonlySet<string>,
): Problem[] {
  const own = settings.stages === undefined ? [] : ['stages', stage.name];
  const command = getTreeAt(tree, [...own, 'command']);
  const context = {
    params,
    written,
    expId: expId ?? SOME_EXP_ID,
    stage: stage.name,
    attempt: 1,
    resources: stage.resources,
    run: stage.run,
  };
  const locate = (path: TextPath): Locate => {
    const found = nearestTree(tree, [...own, ...path]) ?? nearestTree(tree, path);
    return found === undefined ? () => ({ at: { file: path.join('.') } }) : locateIn(found);
  };
  return [
    ...problemsOf(() => checkCommand(stage.command, context, open, command && locateIn(command))),
    ...runProblems(context, open, locate),
    ...(stage.run.script === undefined ? [] : findScriptProblems(stage.run.script, context, open)),
  ];
}

/** Of what is only found out by doing it. */
function problemsOf(find: () => Problem[]): Problem[] {
  try {
    return find();
  } catch (error) {
    if (error instanceof SheafError) return [...error.problems];
    throw error;
  }
}

/** Where a text is written: a list is one tree, and a word may be short for a map. */
function nearestTree(tree: Tree, path: readonly (string | number)[]): Tree | undefined {
  const keys = path.map(String);
  const lengths = keys.map((_, i) => keys.length - i).filter((length) => length > (keys[0] === 'stages' ? 2 : 0));
  return lengths.map((length) => getTreeAt(tree, keys.slice(0, length))).find((found) => found !== undefined);
}

function locateIn(tree: Tree): Locate {
  return (offset) => {
    const { origin } = tree;
    if (origin === undefined) return { at: { file: 'command' } };
    return placeAt(origin.layer, origin.layer.placeIn(origin.path, offset));
  };
}
