import type { Outcome } from '../../core/experiment/outcome.ts';
import type { HarvestRules } from '../../core/settings/harvest-rule.ts';
import type { AttemptStart } from '../../core/experiment/join-series.ts';
import type { RuleVersions } from './rule-version.ts';
import type { ValueMap } from '../../core/value.ts';

/** An attempt as far as its files matter. */
export interface HarvestAttempt {
  /** `train-2` */
  readonly name: string;
  readonly stage: string;
  readonly n: number;
  readonly status: Outcome['status'];
  /** Its folder, absolute or inside the experiment's folder; absent when it has not started. */
  readonly folder?: string;
  /** Its program has started, whatever became of its folder. */
  readonly hasStarted?: true;
  /** It runs another version of code and template than the attempts before it: nothing of theirs is a result of it. */
  readonly isFresh?: true;
  /** Whether it resumed from a checkpoint, as far as its record says. Default: unknown. */
  readonly start?: AttemptStart;
}

/** What to harvest of one experiment. */
export interface HarvestRequest {
  readonly expId: string;
  readonly params: ValueMap;
  /** Absolute: where programs of rules start. */
  readonly projectFolder: string;
  /** Absolute. */
  readonly experimentFolder: string;
  /** In the order of the stages; within a stage any order. */
  readonly attempts: readonly HarvestAttempt[];
  readonly rules: HarvestRules;
  /** Of these rules. Absent: they are not recorded, and a program that changed is not noticed. */
  readonly versions?: RuleVersions;
  /** The experiment is still running, or ended without completing. */
  readonly partial: boolean;
}
