import { type Value, type ValueMap, withoutUndefined } from '../../core/value.ts';
import { getTreeAt, originPlace, toValue, collectWritten, type Branch } from '../../core/validation/config.ts';
import { IMPLICIT_SEED } from '../../core/validation/schema-settings.ts';
import type { NumberSources } from '../../core/number-source.ts';
import type { CheckedSettings, LoadedTemplate, TemplateName } from './load.ts';
import { RESERVED, type ReservedKey } from '../../core/settings/reserved.ts';
import type { Mode } from '../../core/settings/harvest-rule.ts';
import { listSearchMetrics, type SearchSettings } from '../../core/settings/search-settings.ts';
import type { Parameter } from '../../core/settings/schema.ts';
import type { Settings } from '../../core/settings/settings.ts';
import type { Problem } from '../../core/errors.ts';
import { stagesOf } from '../../core/experiment/frozen.ts';
import { NO_COMMAND, checkTemplate } from './compose.ts';

/** A parameter as `template show` and `--help` tell it. */
interface DescribedParameter extends Pick<
  Parameter,
  'name' | 'type' | 'default' | 'written' | 'required' | 'help' | 'choices' | 'range' | 'seed'
> {
  /** Where its default is written: `templates/base.yaml:3:5`. */
  readonly origin?: string;
}

/** A reserved key that can be given for an experiment, with the value that the template gives it. */
interface DescribedReserved extends Pick<ReservedKey, 'name' | 'group' | 'type' | 'help'> {
  readonly value?: Value;
  /** How the numbers of the value are written. */
  readonly written?: NumberSources;
}

/** One of the commands that run one after another. */
interface DescribedStage {
  readonly name: string;
  /** The stage that must complete first. */
  readonly after?: string;
  readonly command: string;
  /** What it requests instead of what is at the top. */
  readonly resources: ValueMap;
}

export interface TemplateDescription {
  readonly name: TemplateName;
  readonly path: string;
  /** The files of the templates that it builds on, the first ones overridden by the later ones, itself last. */
  readonly files: readonly string[];
  readonly description?: string;
  readonly abstract: boolean;
  readonly parameters: readonly DescribedParameter[];
  readonly reserved: readonly DescribedReserved[];
  /** None for a template with a lone command. */
  readonly stages: readonly DescribedStage[];
  /** How its sweeps go on by themselves, if it says so. */
  readonly search?: SearchSettings;
  /** The metrics that can decide which members of a sweep go on. */
  readonly searchMetrics: readonly { readonly name: string; readonly mode: Mode }[];
  /** What every experiment made from it would be refused for. */
  readonly problems: readonly Problem[];
  /** It lacks a command: what `new` would say. It is not broken, since sheaf.yaml may give one. */
  readonly incomplete?: Problem;
  /** What may be a mistake. */
  readonly warnings: readonly string[];
}

/** What people need to know to use a template. */
export function describeTemplate(template: LoadedTemplate): TemplateDescription {
  const { name, path, files, tree, parameters, abstract, settings, live, warnings } = template;
  const about = getTreeAt(tree, ['description']);
  const description = about && toValue(about);
  return {
    name,
    path,
    files,
    ...(typeof description === 'string' && { description }),
    abstract,
    parameters: listOwnParameters(parameters).map((parameter) => describeParameter(parameter, tree)),
    reserved: RESERVED.filter(({ flag }) => flag).map(({ name: key, group, type, help }) => {
      const found = getTreeAt(tree, [key]);
      return { name: key, group, type, help, ...(found && { value: toValue(found), written: collectWritten(found) }) };
    }),
    stages: describeStages(settings),
    ...withoutUndefined({ search: live.value.search }),
    searchMetrics: listSearchMetrics(live.value.harvest),
    ...soundness(checkTemplate(template)),
    warnings,
  };
}

/** Without the seed that every template accepts, if it has a seed under another name. */
function listOwnParameters(parameters: LoadedTemplate['parameters']): Parameter[] {
  const all = [...parameters.values()];
  const own = all.filter((parameter) => parameter !== IMPLICIT_SEED);
  return own.some(({ seed }) => seed) ? own : all;
}

function soundness(problems: readonly Problem[]): Pick<TemplateDescription, 'problems' | 'incomplete'> {
  const incomplete = problems.find(({ code }) => code === NO_COMMAND);
  return { problems: problems.filter((problem) => problem !== incomplete), ...(incomplete && { incomplete }) };
}

/** In the order they run; where something is wrong, which may be that order, as they are written. */
function describeStages({ value, problems }: CheckedSettings<Settings>): DescribedStage[] {
  const { stages } = value;
  if (stages === undefined) return [];
  const names = problems.length === 0 ? stagesOf(value).map(({ name }) => name) : Object.keys(stages);
  return names.flatMap((name) => {
    const stage = stages[name];
    return stage === undefined ? [] : [{ name, ...stage, resources: { ...stage.resources } as ValueMap }];
  });
}

function describeParameter(
  { name, type, default: value, written, required, help, choices, range, seed }: Parameter,
  tree: Branch,
): DescribedParameter {
  return withoutUndefined({
    name,
    type,
    ...(value !== undefined && { default: value, written: written ?? {} }),
    required,
    help,
    choices,
    range,
    seed,
    origin: findOrigin(tree, name),
  });
}

/** Of a value with parts, where it begins. */
function findOrigin(tree: Branch, name: string): string | undefined {
  const origin = (getTreeAt(tree, ['params', name]) ?? getTreeAt(tree, ['params', ...name.split('.')]))?.origin;
  if (origin === undefined) return undefined;
  const { at } = originPlace(origin);
  return at && [at.file, at.line, at.column].filter((part) => part !== undefined).join(':');
}

/** The parameters of a template without any overrides; null for one that must be given. */
export function getTemplateDefaults({ tree }: LoadedTemplate): {
  readonly params: ValueMap;
  readonly written: NumberSources;
} {
  const params = getTreeAt(tree, ['params']) ?? { children: new Map() };
  return { params: toValue(params) as ValueMap, written: collectWritten(params) };
}
