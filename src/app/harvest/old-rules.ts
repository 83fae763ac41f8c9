import type { ExpId } from '../../core/ids.ts';
import { formatCount, formatList } from '../../core/text/phrases.ts';
import type { HarvestedAlike } from '../../store/index.ts';
import { openRuleBook, type RuleBook } from './harvest-rules.ts';
import type { Project } from '../project/project.ts';
import { openSelection, type ListSelector } from '../experiments/select.ts';

/**
 * Says which of these experiments were harvested with older versions of rules than the current ones: beside others, their
 * values are no comparison. A rule that the template no longer has, and a harvest of which no versions are known, is skipped.
 *
 * @throws SheafError as `openSelection`
 */
export async function warnOfOldRules(project: Project, selector: ListSelector): Promise<string[]> {
  const groups = openSelection(project, selector).harvestedAlike();
  if (groups.length === 0) return [];
  const book = await openRuleBook(project);
  const outdated = new Map<string, ExpId[]>();
  for (const group of groups) {
    const rules = outdatedRules(group, book);
    if (rules.length === 0) continue;
    const names = `rule${rules.length === 1 ? '' : 's'} ${formatList(rules)}`;
    outdated.set(names, [...(outdated.get(names) ?? []), ...group.expIds()]);
  }
  return [...outdated]
    .filter(([, expIds]) => expIds.length > 0)
    .map(
      ([names, expIds]) =>
        `${formatCount(expIds.length, 'experiment')} harvested with an older version of ${names}: ${formatList(expIds)}; run sheaf harvest`,
    );
}

/** Current rules that differ from those of the harvest. */
function outdatedRules({ template, rules }: HarvestedAlike, book: RuleBook): string[] {
  const current = book.versionsOf(template);
  return Object.keys(rules).filter((name) => Object.hasOwn(current, name) && current[name] !== rules[name]);
}
