import { makePlacelessLayer, toTree } from '../../core/validation/config.ts';
import { readRule } from '../../core/validation/harvest-rule-settings.ts';
import { inputError, type Problem } from '../../core/errors.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { TRACKER_NAMES, type HarvestRule } from '../../core/settings/harvest-rule.ts';
import type { Metric } from '../../core/experiment/metric.ts';
import { flatten, type Value, type ValueMap } from '../../core/value.ts';
import { discover, harvest, LOG_SUFFIX, type HarvestRequest, type Proposal } from '../../harvest/index.ts';
import { getKnownNames, selectExperiments } from '../experiments/select.ts';
import { findExperiment } from '../project/find.ts';
import { hasRun, harvestRequest } from './harvest-files.ts';
import type { Project } from '../project/project.ts';

/** A harvest rule that fits what a run left behind, with what it finds there. */
export interface Discovered {
  /** The metric, or a family with a `*`. */
  readonly name: string;
  /** As one would write it under `harvest:`. */
  readonly form: ValueMap;
  /** `lr: { log: 'lr=(\S+)' }` */
  readonly yaml: string;
  /** The same, over several lines. */
  readonly block: readonly string[];
  /** One metric; of a family the first. */
  readonly example: Metric;
  /** How many metrics it finds. */
  readonly count: number;
}

export interface Discovery {
  readonly expId: string;
  readonly template: string;
  readonly rules: readonly Discovered[];
}

/**
 * Looks through all that an experiment left behind for what may be a metric, and proposes rules. Each was tried: it finds
 * what it tells. What only repeats a parameter is left out; a metric that is called like a parameter gets another name, so
 * that tables can tell the two apart. Paths fit other runs of the template, too. Changes nothing.
 *
 * @throws SheafError `experiment.unknown`, `harvest.not_run`
 */
export async function discoverRules(project: Project, id: string, signal?: AbortSignal): Promise<Discovery> {
  const experiment = findExperiment(project, id);
  const request = harvestRequest(project, experiment, { rules: {} });
  if (!hasRun(experiment, request)) {
    throw inputError('harvest.not_run', `${experiment.expId} has not run yet, so it left nothing behind`, {
      fix: `sheaf submit ${experiment.expId}`,
    });
  }
  const options = signal ? { signal } : {};
  const other = findOtherRun(project, experiment);
  const found = await discover(request, { ...options, ...(other && { other }) });
  const taken = new Set(getKnownNames(project.store).params);
  const proposals = found.map((proposal) => (taken.has(proposal.metric) ? rename(proposal) : proposal));
  const rules = new Map(proposals.map(({ metric, form }) => [metric, ruleOf(metric, form)]));
  const known = [...rules].filter((pair): pair is [string, HarvestRule] => pair[1] !== undefined);
  const { metrics } = (await harvest({ ...request, rules: Object.fromEntries(known) }, options)).harvest;
  const { writeFlow } = await import('../../template/index.ts');
  const params = new Map(flatten(experiment.config.params));
  const rulesFound = proposals.flatMap(({ metric, form }): Discovered[] => {
    const [before = '', after] = metric.split('*');
    const fitting = Object.entries(metrics).filter(([name]) =>
      after === undefined ? name === metric : name.startsWith(before) && name.endsWith(after),
    );
    const [first] = fitting;
    if (first === undefined || isEcho(first, form, params)) return [];
    const parts = Object.entries(form).map(([key, value]) => `${key}: ${quotedOnce(value) ?? writeFlow(value)}`);
    const key = writeFlow(metric);
    const yaml = `${key}: { ${parts.join(', ')} }`;
    const block = [`${key}:`, ...parts.map((part) => `  ${part}`)];
    return [{ name: metric, form, yaml, block, example: first[1], count: fitting.length }];
  });
  return { expId: experiment.expId, template: experiment.config.template, rules: rulesFound };
}

/** The newest other run of the template that completed. */
function findOtherRun(project: Project, { expId, config }: Experiment): HarvestRequest | undefined {
  const { rows } = selectExperiments(project, { templates: [config.template], status: ['completed'], limit: 2 });
  const other = rows.find((each) => each.expId !== expId);
  return other && harvestRequest(project, other, { rules: {} });
}

const SUFFIX = '_result';

/** Trackers look for the name of the rule unless it has a key. */
function rename({ metric, form }: Proposal): Proposal {
  const isTracker = TRACKER_NAMES.some((name) => form[name] !== undefined);
  return { metric: `${metric}${SUFFIX}`, form: { ...form, ...(isTracker && { key: form['key'] ?? metric }) } };
}

/** Parts of a JSON file in which programs write down their settings. */
const SETTINGS =
  /^(?:args|arguments|opts?|options|config|configuration|cfg|conf|hparams|hyperparams|hyper_?parameters|params|parameters|settings|flags)$/i;

/** The value of a parameter that a program writes into its results or its log. */
function isEcho([metric, { value }]: [string, Metric], form: ValueMap, params: ReadonlyMap<string, Value>): boolean {
  const names = [SUFFIX, LOG_SUFFIX].flatMap((suffix) =>
    metric.endsWith(suffix) ? metric.slice(0, -suffix.length) : [],
  );
  return [...names, ...settingNames(form)].some((name) => params.get(name) === value);
}

/** `args.optim.lr` may be the parameter `lr` or `optim.lr`; a path outside settings repeats nothing. */
function settingNames({ json, path }: ValueMap): string[] {
  if (json === undefined || typeof path !== 'string') return [];
  const parts = path.split('.');
  const at = parts.slice(0, -1).findIndex((part) => SETTINGS.test(part));
  return at === -1 ? [] : parts.slice(at + 1).map((_, i, below) => below.slice(i).join('.'));
}

/** Patterns and paths with a `*` are read best in single quotes, which leave backslashes alone. */
function quotedOnce(value: Value): string | undefined {
  return typeof value === 'string' && /^[\x20-\x7e]*$/.test(value) && /[*\\]/.test(value) && !value.includes("'")
    ? `'${value}'`
    : undefined;
}

/** Undefined when it cannot be written so after all. */
function ruleOf(name: string, form: ValueMap): HarvestRule | undefined {
  const problems: Problem[] = [];
  const tree = toTree(form, { layer: makePlacelessLayer('discovered', form), path: '' });
  return readRule(name, tree, { stages: [] }, problems);
}
