import { basename, isAbsolute, join } from 'node:path';
import {
  EMPTY,
  isBranch,
  buildLayerTree,
  mergeLayers,
  originPlace,
  makeProblemAt,
  getTreeAt,
  type Branch,
  type Layer,
  type Leaf,
  type Tree,
} from '../../core/validation/config.ts';
import { readLiveSettings } from '../../core/validation/live-settings.ts';
import { PROJECT_KEYS, checkTemplateKeys } from '../../core/validation/keys.ts';
import { readParameters } from '../../core/validation/schema-settings.ts';
import { findNullSettings, readSettings } from '../../core/validation/settings.ts';
import { inputError, throwProblems, type Problem } from '../../core/errors.ts';
import { stagesOf } from '../../core/experiment/frozen.ts';
import { parseName } from '../../core/ids.ts';
import { suggestName } from '../../core/text/nearest.ts';
import { COMMAND_NAMES } from '../../core/settings/reserved.ts';
import { parameterVariable, type Parameter } from '../../core/settings/schema.ts';
import type { LiveSettings, Settings } from '../../core/settings/settings.ts';
import { isMap } from '../../core/value.ts';
import { listFolder, readTextIfThere } from '../../system/index.ts';
import { warnOfCalledPrograms } from '../render/called-scripts.ts';
import { warnOfDescribedValues } from './described-values.ts';
import { warnOfOtherNames } from './other-names.ts';
import type { ProjectConfig } from './project.ts';
import { parseYaml } from '../yaml/yaml.ts';

/** The name of a template: its file is `templates/<name>.yaml`. */
export type TemplateName = string;

/** A template with all that it builds on, read once and ready for many experiments. */
export interface LoadedTemplate {
  readonly name: TemplateName;
  /** Relative to the project folder. */
  readonly path: string;
  /** The files of the templates that it builds on, the first ones overridden by the later ones, itself last. */
  readonly files: readonly string[];
  readonly config: ProjectConfig;
  /** Everything below the command line. */
  readonly tree: Branch;
  readonly parameters: ReadonlyMap<string, Parameter>;
  /** Only for others to extend. */
  readonly abstract: boolean;
  /** Values that are null: they must be given. */
  readonly open: readonly { readonly keys: readonly string[]; readonly leaf: Leaf }[];
  /** The settings as long as the command line changes none of them, with what is wrong with them. */
  readonly settings: CheckedSettings<Settings>;
  readonly live: CheckedSettings<LiveSettings>;
  /** Harvest rules with the name of a parameter; also among the warnings. */
  readonly ruleWarnings: readonly string[];
  /** What may be a mistake. */
  readonly warnings: readonly string[];
}

/** A value with what is wrong with it. */
export interface CheckedSettings<T> {
  readonly value: T;
  readonly problems: readonly Problem[];
}

const FOLDER = 'templates';
const ENDING = '.yaml';

/** Names of all templates, sorted. */
export function listTemplates(root: string): TemplateName[] {
  return listFolder(join(root, FOLDER))
    .filter((file) => file.endsWith(ENDING) && !file.startsWith('.'))
    .map((file) => file.slice(0, -ENDING.length));
}

/** The file of a template, relative to the project folder. */
export function getTemplatePath(name: TemplateName): string {
  return `${FOLDER}/${name}${ENDING}`;
}

/**
 * @param unsaved the text of a template that is not a file yet
 * @throws SheafError `template.*`, `yaml.*`, `schema.*`, `param.*`: all that is wrong with the file at once
 */
export function loadTemplate(config: ProjectConfig, name: TemplateName, unsaved?: string): LoadedTemplate {
  const layers =
    unsaved === undefined
      ? readChain(config.root, parseTemplateName(config.root, name))
      : [parseYaml(unsaved, getTemplatePath(parseName('template', name)))];
  const declared = declaredNames(layers);
  throwProblems(layers.flatMap((layer) => checkTemplateKeys(layer, declared, COMMAND_NAMES)));
  const own = layers.at(-1);
  const loaded = prepared(
    config,
    name,
    layers.map(({ source }) => source),
    mergeLayers([config.defaults, ...layers.map((layer) => buildLayerTree(layer, true))]),
    own?.values['abstract'] === true,
  );
  return { ...loaded, warnings: [...warnOfOtherNames(layers, declared, loaded.settings.value), ...loaded.warnings] };
}

/** @throws SheafError `template.name`; `template.unknown` for the path of a template, which is known by its name alone */
function parseTemplateName(root: string, text: string): TemplateName {
  const meant = basename(text, ENDING);
  const names = meant === text ? [] : listTemplates(root);
  if (names.includes(text) || !names.includes(meant)) return parseName('template', text);
  throw inputError('template.unknown', `there is no template "${text}"`, {
    why: 'the name of a template has neither its folder nor its ending',
    fix: `did you mean ${meant}?`,
  });
}

/** Names that the schema of any of the files declares. */
function declaredNames(layers: readonly Layer[]): Set<string> {
  return new Set(layers.flatMap(({ values }) => (isMap(values['schema']) ? Object.keys(values['schema']) : [])));
}

function prepared(
  config: ProjectConfig,
  name: TemplateName,
  files: readonly string[],
  tree: Branch,
  abstract: boolean,
): LoadedTemplate {
  const { parameters, problems } = readParameters(tree);
  throwProblems([...problems, ...variableClashes(parameters, tree)]);
  const params = getTreeAt(tree, ['params']) ?? EMPTY;
  const settings = checkSettings((found) => readSettings(tree, found, makeProjectFileReader(config)));
  const live = checkSettings((found) => readLiveSettings(tree, found));
  const ruleWarnings = warnOfRuleNames(name, live.value, { parameters, params });
  return {
    name,
    path: getTemplatePath(name),
    files,
    config,
    tree,
    parameters,
    abstract,
    open: [...findNullSettings(tree), ...nullParameters(params, parameters)],
    settings,
    live,
    ruleWarnings,
    warnings: [
      ...projectKeyWarnings(name, parameters),
      ...warnOfDescribedValues(getTemplatePath(name), parameters.values()),
      ...ruleWarnings,
      ...programWarnings(config, settings),
    ],
  };
}

/** A name that is both makes every query and every table that uses it ambiguous. */
function warnOfRuleNames(
  name: TemplateName,
  { harvest }: LiveSettings,
  { parameters, params }: { parameters: ReadonlyMap<string, Parameter>; params: Tree },
): string[] {
  return Object.keys(harvest)
    .filter((rule) => {
      const value = getTreeAt(params, rule.split('.'));
      return value === undefined ? parameters.has(rule) : !isBranch(value);
    })
    .map(
      (rule) =>
        `${getTemplatePath(name)}: ${rule} is a parameter and a harvest rule, so that tables cannot use the name; rename the rule, for example to ${rule}_result`,
    );
}

function programWarnings(config: ProjectConfig, { value, problems }: CheckedSettings<Settings>): string[] {
  if (problems.length > 0) return [];
  return stagesOf(value).flatMap(({ command }) => warnOfCalledPrograms(command, makeProjectFileReader(config)));
}

/** Reads files that a template names. */
export function makeProjectFileReader({ root }: ProjectConfig): (path: string) => string | undefined {
  return (path) => readTextIfThere(isAbsolute(path) ? path : join(root, path));
}

/** A scheduler is also a common parameter; the other keys of sheaf.yaml are hardly meant as such. */
function projectKeyWarnings(name: TemplateName, parameters: ReadonlyMap<string, Parameter>): string[] {
  return PROJECT_KEYS.filter((key) => key !== 'scheduler' && parameters.has(key)).map(
    (key) => `${getTemplatePath(name)}: "${key}" is a parameter here; the setting of that name belongs in sheaf.yaml`,
  );
}

function checkSettings<T>(read: (problems: Problem[]) => T): CheckedSettings<T> {
  const problems: Problem[] = [];
  return { value: read(problems), problems };
}

/** The values of parameters that are null, also inside maps, unless the schema allows it. */
function nullParameters(tree: Tree, parameters: ReadonlyMap<string, Parameter>): LoadedTemplate['open'] {
  if (!isBranch(tree)) return [];
  return [...tree.children].flatMap(([name, child]) =>
    parameters.get(name)?.optional ? [] : nullsIn(child, ['params', name]),
  );
}

function nullsIn(tree: Tree, keys: readonly string[]): LoadedTemplate['open'] {
  if (isBranch(tree)) return [...tree.children].flatMap(([key, child]) => nullsIn(child, [...keys, key]));
  return tree.value === null ? [{ keys, leaf: tree }] : [];
}

/** Two parameters that would be one environment variable. */
function variableClashes(parameters: ReadonlyMap<string, Parameter>, tree: Branch): Problem[] {
  const taken = new Map<string, string>();
  return [...parameters.keys()].flatMap((name) => {
    const variable = parameterVariable(name);
    const other = taken.get(variable);
    taken.set(variable, other ?? name);
    const written = getTreeAt(tree, ['params', name]);
    if (other === undefined || written === undefined) return [];
    return [
      makeProblemAt(written, 'param.clash', `${name} and ${other} would both be $${variable} in a job`, {
        fix: 'rename one of them',
      }),
    ];
  });
}

/** The files of a template, parents before children, each once. */
function readChain(root: string, name: TemplateName): Layer[] {
  const known = new Map<TemplateName, Layer>();
  addChain(root, name, [], known);
  return [...known.values()];
}

function addChain(root: string, name: TemplateName, chain: readonly Link[], known: Map<TemplateName, Layer>): void {
  if (chain.some((link) => link.name === name)) throw cycle(name, chain);
  if (known.has(name)) return;
  const text = readTextIfThere(join(root, getTemplatePath(name)));
  if (text === undefined) throw missing(root, name, chain);
  const layer = parseYaml(text, getTemplatePath(name));
  for (const parent of parentsOf(layer)) addChain(root, parent, [...chain, { name, layer }], known);
  known.set(name, layer);
}

interface Link {
  readonly name: TemplateName;
  readonly layer: Layer;
}

function parentsOf(layer: Layer): TemplateName[] {
  const value = layer.values['extends'];
  if (value === undefined || value === null) return [];
  const names = [value].flat();
  if (names.every((name) => typeof name === 'string')) return names as string[];
  throw inputError(
    'template.extends',
    'extends must be the name of a template, or a list of names',
    originPlace({ layer, path: '/extends' }),
  );
}

/** From the first template of the circle on, round to it again. */
function cycle(name: TemplateName, chain: readonly Link[]): Error {
  const names = chain.map((link) => link.name);
  const circle = [...names.slice(names.indexOf(name)), name];
  return inputError('template.extends.cycle', `templates extend each other in a circle: ${circle.join(' → ')}`, {
    fix: 'take one of them out of extends',
    ...placeOfParent(chain, name),
  });
}

function placeOfParent(chain: readonly Link[], parent: TemplateName): Pick<Problem, 'at' | 'excerpt'> {
  const layer = chain.at(-1)?.layer;
  if (layer === undefined) return {};
  const value = layer.values['extends'];
  const index = Array.isArray(value) ? value.indexOf(parent) : -1;
  return originPlace({ layer, path: index < 0 ? '/extends' : `/extends/${index}` });
}

function missing(root: string, name: TemplateName, chain: readonly Link[]): Error {
  const names = listTemplates(root);
  const others = names.length === 0 ? `make one: sheaf template new ${name}` : `there are ${names.join(', ')}`;
  const fix = suggestName(name, names, others);
  if (chain.length === 0)
    return inputError('template.unknown', `there is no template "${name}"`, {
      why: `${getTemplatePath(name)} does not exist`,
      fix,
    });
  const path = [...chain.map((link) => link.name), name].join(' → ');
  return inputError('template.extends.missing', `there is no template "${name}", which is extended: ${path}`, {
    fix,
    ...placeOfParent(chain, name),
  });
}

/**
 * Harvest rules and export columns as the template has them today: they never freeze.
 *
 * @throws SheafError `template.*`, `harvest.*`, …
 */
export function readLive(config: ProjectConfig, templateName: TemplateName): LiveSettings {
  const { live } = loadTemplate(config, templateName);
  throwProblems(live.problems);
  return live.value;
}
