import { SheafError, throwProblems, type Problem } from '../../core/errors.ts';
import type { HarvestRules } from '../../core/settings/harvest-rule.ts';
import type { LiveSettings } from '../../core/settings/settings.ts';
import { memoize } from '../../core/text/memoize.ts';
import { computeRuleVersions, type RuleVersions } from '../../harvest/index.ts';
import type { AskedRules } from './harvest-files.ts';
import type { Project } from '../project/project.ts';

/** The harvest rules of today, template by template, each read once. */
export interface RuleBook {
  /** The versions of its rules, with the programs as they are when they are first asked for; none when it has no rules. */
  versionsOf(template: string): RuleVersions;
  /** Its rules with their versions; undefined when the template has none, or cannot be read. */
  askedOf(template: string): AskedRules | undefined;
  /** Whether there is something to read from its runs: not if it has no rules, or is gone. With mistakes it may have some. */
  hasRules(template: string): boolean;
  /** Whether its experiments are harvested without being asked for. */
  isAutomatic(template: string): boolean;
  /** A sentence for each template without rules, and for each rule with the name of a parameter. */
  warnings(): string[];
  /** What is wrong with templates. */
  problems(): Problem[];
}

export async function openRuleBook(project: Project): Promise<RuleBook> {
  const config = await project.config();
  const { loadTemplate } = await import('../../template/index.ts');
  const warnings: string[] = [];
  const problems: Problem[] = [];
  const broken = new Set<string>();

  function read(template: string): LiveSettings | undefined {
    try {
      const { live, ruleWarnings } = loadTemplate(config, template);
      throwProblems(live.problems);
      warnings.push(...ruleWarnings);
      if (Object.keys(live.value.harvest).length > 0) return live.value;
      warnings.push(
        `the template ${template} does not say what to harvest: sheaf harvest ID --discover proposes rules from a run`,
      );
    } catch (error) {
      if (!(error instanceof SheafError)) throw error;
      // Experiments outlive their template: that it is gone is no fault of the others.
      if (error.code === 'template.unknown') warnings.push(`${error.message}: its experiments are not harvested`);
      else {
        broken.add(template);
        problems.push(...error.problems);
      }
    }
    return undefined;
  }

  const liveOf = memoize(String, read);
  const rulesOf = (template: string): HarvestRules | undefined => liveOf(template)?.harvest;
  const versionsOf = memoize(String, (template: string) => computeRuleVersions(rulesOf(template) ?? {}, project.root));
  return {
    versionsOf,
    askedOf: (template) => {
      const rules = rulesOf(template);
      return rules && { rules, versions: versionsOf(template) };
    },
    hasRules: (template) => liveOf(template) !== undefined || broken.has(template),
    isAutomatic: (template) => liveOf(template) !== undefined && liveOf(template)?.autoHarvest !== false,
    warnings: () => warnings,
    problems: () => problems,
  };
}
