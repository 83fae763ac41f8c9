import { SheafError, type Problem } from '../../core/errors.ts';
import type { HarvestRules } from '../../core/settings/harvest-rule.ts';
import { memoize } from '../../core/text/memoize.ts';
import { ruleVersions, type RuleVersions } from '../../harvest/index.ts';
import type { Project } from '../project/project.ts';

/** The harvest rules of today, template by template, each read once. */
export interface RuleBook {
  /** Undefined when the template has none, or cannot be read. */
  rulesOf(template: string): HarvestRules | undefined;
  /** Of {@link rulesOf}, with the programs as they are when they are first asked for. */
  versionsOf(template: string): RuleVersions;
  /** One sentence for each template without rules. */
  warnings(): string[];
  /** What is wrong with templates. */
  problems(): Problem[];
}

export async function openRuleBook(project: Project): Promise<RuleBook> {
  const config = await project.config();
  const { readLive } = await import('../../template/index.ts');
  const warnings: string[] = [];
  const problems: Problem[] = [];

  function read(template: string): HarvestRules | undefined {
    try {
      const { harvest } = readLive(config, template);
      if (Object.keys(harvest).length > 0) return harvest;
      warnings.push(`the template ${template} does not say what to harvest: ${HOW_TO_ADD(template)}`);
    } catch (error) {
      if (!(error instanceof SheafError)) throw error;
      // Experiments outlive their template: that it is gone is no fault of the others.
      if (error.code === 'template.unknown') warnings.push(`${error.message}: its experiments are not harvested`);
      else problems.push(...error.problems);
    }
    return undefined;
  }

  const rulesOf = memoize(String, read);
  return {
    rulesOf,
    versionsOf: memoize(String, (template: string) => ruleVersions(rulesOf(template) ?? {}, project.root)),
    warnings: () => warnings,
    problems: () => problems,
  };
}

const HOW_TO_ADD = (template: string): string =>
  `add to templates/${template}.yaml, for example, harvest: {accuracy: {log: 'accuracy=(\\S+)'}}`;
