import type { MadeTemplate, TemplateLine } from '../../app/index.ts';
import type { Lead } from '../../core/settings/search-settings.ts';
import type { Value, ValueMap } from '../../core/value.ts';
import { resourcesJson } from '../parts/experiment.ts';
import type { JsonMap } from '../parts/json.ts';
import { problemJson, type ProblemJson } from '../parts/problem.ts';

type TemplateDescription = Extract<TemplateLine, { description: unknown }>['description'];
type DescribedParameter = TemplateDescription['parameters'][number];

/** The templates of the project, or those that come with sheaf. A template that cannot be used has a `problem`, and null for the rest. */
export type TemplatesJson = readonly {
  readonly name: string;
  readonly description: string | null;
  /** How many it has. */
  readonly parameters: number | null;
  readonly problem: string | null;
}[];

export function templatesJson(lines: readonly TemplateLine[]): TemplatesJson {
  return lines.map((line) => ({
    name: line.name,
    description: 'description' in line ? (line.description.description ?? '') : null,
    parameters: 'description' in line ? line.description.parameters.length : null,
    problem: 'problem' in line ? line.problem : null,
  }));
}

/** A template: its parameters, what it asks for and what runs. */
export type TemplateJson = {
  readonly name: string;
  readonly path: string;
  /** The files of the templates that it builds on, the first ones overridden by the later ones, itself last. */
  readonly files: readonly string[];
  readonly description: string;
  readonly abstract: boolean;
  readonly parameters: readonly {
    readonly name: string;
    readonly type: DescribedParameter['type'];
    readonly default: Value;
    readonly required: boolean;
    readonly help: string | null;
    readonly choices: readonly Value[] | null;
    /** The lowest and the highest value. */
    readonly range: readonly number[] | null;
    /** `seed`: it only repeats a run, and results are averaged over it. */
    readonly role: 'seed' | null;
    /** Where its default is written: `templates/base.yaml:3:5`. */
    readonly origin: string | null;
  }[];
  /** Reserved keys that it gives. */
  readonly reserved: ValueMap;
  readonly stages: readonly {
    readonly name: string;
    readonly after: string | null;
    readonly resources: JsonMap;
    readonly command: string;
  }[];
  /** How its sweeps go on by themselves; null if it does not say so. */
  readonly search: SearchSettingsJson | null;
  /** The metrics that can decide which members of a sweep go on, and which of their values are better. */
  readonly search_metrics: readonly { readonly name: string; readonly mode: 'max' | 'min' }[];
  readonly problems: readonly ProblemJson[];
};

export function templateJson(template: TemplateDescription): TemplateJson {
  const { name, path, files, description, abstract, parameters, reserved, stages, search, searchMetrics, problems } =
    template;
  return {
    name,
    path,
    files,
    description: description ?? '',
    abstract,
    parameters: parameters.map((parameter) => ({
      name: parameter.name,
      type: parameter.type,
      default: parameter.default ?? null,
      required: parameter.required,
      help: parameter.help ?? null,
      choices: parameter.choices ?? null,
      range: parameter.range ?? null,
      role: parameter.seed ? 'seed' : null,
      origin: parameter.origin ?? null,
    })),
    reserved: Object.fromEntries(
      reserved.flatMap(({ name: key, value }) => (value === undefined ? [] : [[key, value]])),
    ),
    stages: stages.map(({ name: stage, after, command, resources }) => ({
      name: stage,
      after: after ?? null,
      resources: resourcesJson(resources),
      command,
    })),
    search: search ? searchSettingsJson(search) : null,
    search_metrics: searchMetrics,
    problems: problems.map(problemJson),
  };
}

/** `search` of a template; null for what it does not give. */
type SearchSettingsJson = {
  readonly metric: string;
  /** `random`, `tpe` or `exec: COMMAND`. */
  readonly by: string | null;
  readonly trials: number | null;
  /** As many trials are made as these hours suffice for; `unit` is null if it is whatever the jobs ask for. */
  readonly at_most: { readonly hours: number; readonly unit: 'GPU' | 'CPU' | null } | null;
  readonly lead: Lead | null;
  readonly stop: {
    readonly rule: 'asha' | 'median' | 'none';
    readonly from: number;
    readonly to: number;
    readonly eta: number;
    readonly keep: number;
    readonly resume: boolean;
  } | null;
  readonly confirm: { readonly top: number; readonly seeds: number } | null;
};

function searchSettingsJson(settings: NonNullable<TemplateDescription['search']>): SearchSettingsJson {
  const { metric, by, trials, at_most: most, stop, confirm } = settings;
  return {
    metric,
    by: typeof by === 'object' ? `exec: ${by.exec}` : (by ?? null),
    trials: trials ?? null,
    at_most: most ? { hours: most.hours, unit: most.unit ?? null } : null,
    lead: settings.lead ?? null,
    stop: stop ? { ...stop } : null,
    confirm: confirm ?? null,
  };
}

/** A template that was made, and how it differs from the sbatch script that it was made from. */
export type MadeTemplateJson = {
  readonly name: string;
  readonly path: string;
  readonly changed: readonly RemarkJson[];
  readonly left_out: readonly RemarkJson[];
  /** What the job array of the script did, as a command. */
  readonly sweep: string | null;
  /** Files that it runs or reads and that the project does not have, with the file of the example to copy. */
  readonly lacking: readonly { readonly file: string; readonly from: string | null }[];
};

type RemarkJson = { readonly text: string; readonly why: string };

export function madeTemplateJson(
  name: string,
  { path, changed, leftOut, sweep, lacking }: MadeTemplate,
): MadeTemplateJson {
  return {
    name,
    path,
    changed: changed.map(remarkJson),
    left_out: leftOut.map(remarkJson),
    sweep: sweep ?? null,
    lacking: lacking.map(({ file, from }) => ({ file, from: from ?? null })),
  };
}

function remarkJson({ text, why }: MadeTemplate['changed'][number]): RemarkJson {
  return { text, why };
}
