import { makePlacelessLayer, toTree } from '../../core/validation/config.ts';
import { readRule } from '../../core/validation/harvest-rule-settings.ts';
import { inputError, type Problem } from '../../core/errors.ts';
import type { HarvestRule } from '../../core/settings/harvest-rule.ts';
import type { Metric } from '../../core/experiment/metric.ts';
import type { Value, ValueMap } from '../../core/value.ts';
import { discover, harvest } from '../../harvest/index.ts';
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
 * what it tells. Changes nothing.
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
  const proposals = await discover(request, options);
  const rules = new Map(proposals.map(({ metric, form }) => [metric, ruleOf(metric, form)]));
  const known = [...rules].filter((pair): pair is [string, HarvestRule] => pair[1] !== undefined);
  const { metrics } = (await harvest({ ...request, rules: Object.fromEntries(known) }, options)).harvest;
  const { writeFlow } = await import('../../template/index.ts');
  const found = proposals.flatMap(({ metric, form }): Discovered[] => {
    const [before = '', after] = metric.split('*');
    const fitting = Object.entries(metrics).filter(([name]) =>
      after === undefined ? name === metric : name.startsWith(before) && name.endsWith(after),
    );
    const [first] = fitting;
    if (first === undefined) return [];
    const parts = Object.entries(form).map(([key, value]) => `${key}: ${quotedOnce(value) ?? writeFlow(value)}`);
    const yaml = `${writeFlow(metric)}: { ${parts.join(', ')} }`;
    return [{ name: metric, form, yaml, example: first[1], count: fitting.length }];
  });
  return { expId: experiment.expId, template: experiment.config.template, rules: found };
}

/** Patterns are read best in single quotes, which leave backslashes alone. */
function quotedOnce(value: Value): string | undefined {
  return typeof value === 'string' && /^[\x20-\x7e]*$/.test(value) && value.includes('\\') && !value.includes("'")
    ? `'${value}'`
    : undefined;
}

/** Undefined when it cannot be written so after all. */
function ruleOf(name: string, form: ValueMap): HarvestRule | undefined {
  const problems: Problem[] = [];
  const tree = toTree(form, { layer: makePlacelessLayer('discovered', form), path: '' });
  return readRule(name, tree, { stages: [] }, problems);
}
