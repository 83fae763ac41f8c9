import type { Mode } from '../settings/harvest-rule.ts';
import type { Confirming, Lead, Sampler } from '../settings/search-settings.ts';
import type { ValueMap } from '../value.ts';

/**
 * How a sweep goes on by itself: which trials are stopped, and what is tried next. It is plain data, as all `type`s here: the journal
 * keeps it as it is.
 */
export type Search = {
  /** The harvest rule whose values decide. */
  readonly metric: string;
  /** Which values of the metric are better. */
  readonly mode: Mode;
  /** Absent: its members are those that were made, and no more are proposed. */
  readonly propose?: Proposing;
  /** Absent: no member is stopped. */
  readonly stop?: StopRule;
  /** Absent: nothing is repeated. */
  readonly confirm?: Confirming;
};

/** How members are proposed, one after the other. */
export type Proposing = {
  readonly by: Sampler;
  /** No more members than this are made. */
  readonly trials: number;
  /** How many wait in the queue beside those that may run at once; absent: none. */
  readonly lead?: Lead;
};

/**
 * When trials are stopped.
 *
 * `asha`: at a rung, the best 1/eta go on. `median`: those go on that are not worse than the median. `none`: all go on.
 */
export type StopRule = {
  readonly rule: 'asha' | 'median' | 'none';
  /** The step of the first rung, above 0. */
  readonly from: number;
  /** The step at which a trial is complete. */
  readonly to: number;
  /** The ratio of one rung to the one before, above 1. */
  readonly eta: number;
  /** This number of the best at a rung always goes on, at least 1. */
  readonly keep: number;
  /** Which values of the metric are better. */
  readonly mode: Mode;
  /** Losers are paused instead of stopped: they go on if later results lift them. */
  readonly resume: boolean;
};

/** What the metric was when a trial reached a rung. */
export type Reading = {
  /** The number of the trial in its sweep. */
  readonly trial: number;
  /** The step of the rung. */
  readonly rung: number;
  /** The step of the value: the first one from the rung on that has a value. */
  readonly step: number;
  /** Null if it is NaN or infinite, which is worse than any number. */
  readonly value: number | null;
};

/** Where a trial was among those that had reached a rung, and what had to be reached. */
export type Standing =
  | {
      readonly rule: 'asha';
      /** From 1; equal values share the better rank. */
      readonly rank: number;
      /** How many trials had reached the rung, this one included. */
      readonly of: number;
      /** How many of the best go on. */
      readonly first: number;
    }
  | {
      readonly rule: 'median';
      /** Of the values of the other trials; null if it is not finite, and if there are too few of them. */
      readonly median: number | null;
      /** How many other trials had reached the rung. */
      readonly others: number;
    };

/** What happens to a trial, and why. */
export type Decision = {
  readonly trial: number;
  /** `resume`: a paused trial goes on. */
  readonly action: 'go_on' | 'stop' | 'pause' | 'resume';
  readonly rung: number;
  /** At the rung; null if it is NaN or infinite. */
  readonly value: number | null;
  readonly standing: Standing;
};

/** A decision against a trial. */
export type Loss = Decision & { readonly action: 'stop' | 'pause' };

/** Whether a trial is stopped or paused. */
export function isLoss(decision: Decision | undefined): decision is Loss {
  return decision?.action === 'stop' || decision?.action === 'pause';
}

/** What was decided at once about trials that run: with all that its decisions follow from. */
export type Round = {
  /** The rule of this round; another round may have another one. */
  readonly rule: StopRule;
  /** Those that no earlier round had, by rung and trial. */
  readonly readings: readonly Reading[];
  /** By trial and rung. */
  readonly decisions: readonly Decision[];
};

/** A member that is to be made. */
export type Proposal = {
  /** The number of the trial in its sweep; of a repetition too. */
  readonly trial: number;
  /** Its parameters. */
  readonly params: ValueMap;
  /** Where it comes from: a sampler, or the trial that it repeats with another seed. */
  readonly from: 'random' | 'tpe' | 'exec' | { readonly confirms: number };
};
