import type { HarvestRule } from '../../core/settings/harvest-rule.ts';
import type { Located } from '../read/locate.ts';
import type { MetricFinding, NamedRule } from '../base/source.ts';

/** A rule with the files it reads. */
export interface RuleTask<R extends HarvestRule = HarvestRule> extends NamedRule<R> {
  /** Absent for what is computed from other metrics. */
  readonly located?: Located;
}

/** What a rule came to for one metric. */
export interface RuleResult {
  readonly metric: string;
  readonly task: RuleTask;
  readonly finding: MetricFinding;
}
