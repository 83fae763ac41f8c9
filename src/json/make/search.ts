import type { SearchPlan, SearchProgress } from '../../app/index.ts';
import type { Search } from '../../core/experiment/search.ts';
import type { Lead } from '../../core/settings/search-settings.ts';
import { isoOrNull } from '../parts/json.ts';

/** How a sweep goes on by itself. */
export type SearchJson = {
  readonly metric: string;
  readonly mode: 'max' | 'min';
  /** `random`, `tpe` or `exec: COMMAND`; null: no members are proposed. */
  readonly by: string | null;
  /** How many members are made at most, without repetitions; null: no members are proposed. */
  readonly trials: number | null;
  /** How many members are queued ahead; null: none. */
  readonly lead: Lead | null;
  /** Null: no member is stopped. */
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

export function searchJson({ metric, mode, propose, stop, confirm }: Search): SearchJson {
  const by = propose?.by;
  return {
    metric,
    mode,
    by: typeof by === 'object' ? `exec: ${by.exec}` : (by ?? null),
    trials: propose?.trials ?? null,
    lead: propose?.lead ?? null,
    stop: stop
      ? { rule: stop.rule, from: stop.from, to: stop.to, eta: stop.eta, keep: stop.keep, resume: stop.resume }
      : null,
    confirm: confirm ?? null,
  };
}

/** What such a sweep takes. */
export type SearchPlanJson = SearchJson & {
  /** The steps at which members are compared. */
  readonly rungs: readonly number[];
  /** Expected hours of GPUs, or of CPU cores for jobs without GPUs; null: neither past runs nor a time limit are known. */
  readonly hours_expected: number | null;
  readonly hours_of: 'gpu' | 'cpu' | null;
  /** Completed runs whose median time is counted on; 0: the time limit is. */
  readonly past_runs: number;
};

export function searchPlanJson({ search, rungs, expected }: SearchPlan): SearchPlanJson {
  return {
    ...searchJson(search),
    rungs,
    hours_expected: expected?.hours ?? null,
    hours_of: expected === undefined ? null : expected.unit === 'GPU' ? 'gpu' : 'cpu',
    past_runs: expected?.pastRuns ?? 0,
  };
}

/** Who did something, where and when. */
export type AuthorJson = { readonly at: string | null; readonly user: string; readonly host: string };

function authorJson(author: SearchProgress['last']): AuthorJson | null {
  return author ? { at: isoOrNull(author.atMs), user: author.user, host: author.host } : null;
}

/** How far such a sweep is. */
export type SearchProgressJson = SearchJson & {
  /** Trials that are made or proposed so far, with repetitions. */
  readonly made: number;
  /** Those of them that repeat others with further seeds. */
  readonly repeated: number;
  /** Trials that reached each rung, went on, and fell behind: these were to stop there. */
  readonly rungs: readonly {
    readonly step: number;
    readonly reached: number;
    readonly went_on: number;
    readonly fell_behind: number;
  }[];
  /** Trials that should have a value of the metric, and have none. */
  readonly lacking: readonly string[];
  /**
   * The best trial; `rung` is null if it is complete. A value that is not finite is null. As soon as any completed with several seeds, `value`
   * is the best mean of these, of the `exp_ids`, and `std` their standard deviation; otherwise `std` is null.
   */
  readonly best: {
    readonly trial: number;
    readonly exp_id: string;
    readonly value: number | null;
    readonly std: number | null;
    readonly exp_ids: readonly string[];
    readonly rung: number | null;
  } | null;
  /** Trials that were to stop; `completed`: the program ended before it was stopped. */
  readonly stopped: readonly {
    readonly trial: number;
    readonly exp_id: string;
    readonly action: 'stop' | 'pause';
    readonly completed: boolean;
    readonly rung: number;
    readonly value: number | null;
    readonly why: string;
    readonly at: string | null;
  }[];
  /** How many members are queued ahead now, and the usual times that this follows from; null: none are meant to be, or all are made. */
  readonly queued_ahead: {
    readonly count: number;
    /** Medians of the newest members; null: the count is given, or too few have run. */
    readonly wait_seconds: number | null;
    readonly run_seconds: number | null;
    readonly members: number | null;
  } | null;
  readonly rounds: number;
  /** The newest round; null: there was none. */
  readonly last_round: AuthorJson | null;
  /** Who said last how it goes on by itself; null: not known. */
  readonly set: AuthorJson | null;
  /** Seconds since the newest round, or since the sweep was made; null if nothing is left to decide. */
  readonly idle_seconds: number | null;
};

export function searchProgressJson(progress: SearchProgress): SearchProgressJson {
  const { search, trials, repeated, rungs, best, lacking, stopped, lead, rounds, last, set, idleMs } = progress;
  return {
    ...searchJson(search),
    made: trials,
    repeated,
    rungs: rungs.map(({ step, reached, wentOn, lost }) => ({ step, reached, went_on: wentOn, fell_behind: lost })),
    lacking,
    best: best
      ? {
          trial: best.trial,
          exp_id: best.expId,
          value: best.value,
          std: best.std ?? null,
          exp_ids: best.runs,
          rung: best.rung ?? null,
        }
      : null,
    stopped: stopped.map(({ trial, expId, action, hasCompleted, rung, value, why, atMs }) => ({
      trial,
      exp_id: expId,
      action,
      completed: hasCompleted,
      rung,
      value,
      why,
      at: isoOrNull(atMs),
    })),
    queued_ahead: lead
      ? {
          count: lead.count,
          wait_seconds: lead.usual?.waitS ?? null,
          run_seconds: lead.usual?.runS ?? null,
          members: lead.usual?.members ?? null,
        }
      : null,
    rounds,
    last_round: authorJson(last),
    set: authorJson(set),
    idle_seconds: idleMs === undefined ? null : Math.round(idleMs / 1_000),
  };
}
