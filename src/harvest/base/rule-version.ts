import type { HarvestRules } from '../../core/settings/harvest-rule.ts';
import { memoize } from '../../core/text/memoize.ts';
import { checksum } from '../../system/index.ts';
import { getProgramVersion } from './exec-program.ts';

/** By the name of the rule: differs when the rule, or the program that it runs, may find other values in the same files. */
export type RuleVersions = Readonly<Record<string, string>>;

/**
 * The versions of rules as they are now, see {@link getProgramVersion}.
 *
 * @param projectFolder where programs of rules start, absolute
 */
export function computeRuleVersions(rules: HarvestRules, projectFolder: string): RuleVersions {
  const versionOf = memoize(String, (command: string) => getProgramVersion(command, projectFolder));
  return Object.fromEntries(
    Object.entries(rules).map(([name, rule]) => {
      // How a value is shown, and whether it may be missing, does not change it.
      const { at: _at, unit: _unit, mode: _mode, required: _required, ...asking } = rule;
      return [name, checksum(JSON.stringify([asking, rule.source === 'exec' ? versionOf(rule.command) : undefined]))];
    }),
  );
}
