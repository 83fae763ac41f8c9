import type { Experiment } from '../../core/experiment/experiment.ts';
import type { SweepRecord } from '../../core/experiment/record.ts';
import type { Loss, Reading, Round, Search } from '../../core/experiment/search.ts';
import { getExperimentStatus, isActive } from '../../core/experiment/status.ts';
import type { ExpId } from '../../core/ids.ts';
import {
  countRungs,
  explainDecision,
  findLatest,
  listLost,
  rankTrials,
  type RungCount,
  type Trial,
} from '../../core/search/index.ts';
import { withoutUndefined } from '../../core/value.ts';
import { nowMs } from '../../system/index.ts';
import type { Project } from '../project/project.ts';
import { findTrials, getSearch, listRounds, listStopping, listTrials } from '../search/search-state.ts';
import { readMetric } from './run-columns.ts';

/** How far a sweep is that goes on by itself. */
export interface SearchProgress {
  readonly search: Search;
  /** Trials that are made or proposed. */
  readonly trials: number;
  /** Those of them that repeat others over further seeds. */
  readonly repeated: number;
  /** The lowest first. */
  readonly rungs: readonly RungCount[];
  /** The best trial: of completed ones by the metric; if there is none, the best one at the highest rung. */
  readonly best?: BestTrial;
  /** Trials that were to stop, by number, and why. */
  readonly stopped: readonly ExplainedStop[];
  /** What trials had when they reached rungs, in the order of the rounds. */
  readonly readings: readonly NamedReading[];
  /** Rounds so far. */
  readonly rounds: number;
  /** The newest round; absent: nobody has decided yet. */
  readonly last?: { readonly atMs: number; readonly user: string; readonly host: string };
  /** Milliseconds since the newest decision, or since the sweep was made, if trials still run or are to be proposed. */
  readonly idleMs?: number;
}

/** What a trial had when it reached a rung, under its name now. */
export interface NamedReading extends Reading {
  readonly expId: ExpId;
}

/** A trial and its value. */
export interface BestTrial {
  readonly trial: number;
  readonly expId: ExpId;
  /** Null if it is NaN or infinite. */
  readonly value: number | null;
  /** The rung of the value; absent: the trial is complete. */
  readonly rung?: number;
}

/** A trial that was to stop. */
export interface ExplainedStop {
  readonly trial: number;
  /** Its name now; if it was removed, the one that it was made with. */
  readonly expId: ExpId;
  readonly action: Loss['action'];
  /** Its program ended well before it was stopped. */
  readonly hasCompleted: boolean;
  readonly rung: number;
  /** At the rung; null if it is NaN or infinite. */
  readonly value: number | null;
  /** `rung 9: 0.71, 14th of 16, the first 5 go on`. */
  readonly why: string;
  /** When it was decided, milliseconds since 1970. */
  readonly atMs: number;
}

/** How far a sweep is that goes on by itself; undefined for one that never did. */
export function summarizeSearch(project: Project, record: SweepRecord): SearchProgress | undefined {
  const search = getSearch(record);
  if (search === undefined) return undefined;
  const rounds = listRounds(record);
  const stopping = listStopping(rounds);
  const planned = listTrials(record);
  const found = findTrials(project, record.name, planned.values());
  const proposed = rounds.flatMap((round) => round.proposed);
  const repeated = proposed.filter(({ from }) => typeof from === 'object').length;
  const newest = rounds.at(-1);
  const last = newest && { atMs: newest.atMs, user: newest.user, host: newest.host };
  const missing = Math.max(0, (search.propose?.trials ?? 0) - (planned.size - repeated));
  const isOpen =
    missing > 0 || [...found.values()].some(({ record: own }) => isActive(getExperimentStatus(own).status));
  const sinceMs = last?.atMs ?? Math.max(...Object.values(record.parts).map(({ atMs }) => atMs));
  const nameOf = (trial: number): ExpId | undefined => found.get(trial)?.expId ?? planned.get(trial)?.expId;
  return withoutUndefined({
    search,
    trials: planned.size,
    repeated,
    rungs: countRungs(search.stop, stopping),
    best: findBestTrial(search, found, stopping),
    stopped: listLost(stopping).flatMap((decision) => {
      const { trial, rung, value, action } = decision;
      const expId = nameOf(trial);
      if (expId === undefined) return [];
      const round = rounds.findLast(({ stopping: own }) => own !== undefined && findLatest([own]).has(trial));
      const own = found.get(trial);
      const hasCompleted = own !== undefined && getExperimentStatus(own.record).status === 'completed';
      return [
        { trial, expId, action, hasCompleted, rung, value, why: explainDecision(decision), atMs: round?.atMs ?? 0 },
      ];
    }),
    readings: stopping.flatMap(({ readings }) =>
      readings.flatMap((reading): NamedReading[] => {
        const expId = nameOf(reading.trial);
        return expId === undefined ? [] : [{ ...reading, expId }];
      }),
    ),
    rounds: rounds.length,
    last,
    idleMs: isOpen ? Math.max(0, nowMs() - sinceMs) : undefined,
  });
}

function findBestTrial(
  { metric, mode }: Search,
  found: ReadonlyMap<number, Experiment>,
  rounds: readonly Round[],
): BestTrial | undefined {
  const readings = Map.groupBy(
    rounds.flatMap((round) => round.readings),
    ({ trial }) => trial,
  );
  const [best] = rankTrials(
    [...found].map(([number, experiment]) => toTrial(number, experiment, metric, readings.get(number) ?? [])),
    mode,
  );
  const expId = best && found.get(best.number)?.expId;
  if (best === undefined || expId === undefined) return undefined;
  if (best.final !== undefined) return { trial: best.number, expId, value: best.final };
  const top = best.readings.toSorted((a, b) => b.rung - a.rung)[0];
  return top && { trial: best.number, expId, value: top.value, rung: top.rung };
}

/** Of one that still runs, the rungs so far count. */
function toTrial(number: number, experiment: Experiment, metric: string, readings: readonly Reading[]): Trial {
  const { status } = getExperimentStatus(experiment.record);
  const [final] = readMetric([experiment], metric);
  const base = { number, member: new Map(), readings };
  if (status === 'completed' && typeof final === 'number') return { ...base, state: 'completed', final };
  return { ...base, state: status === 'failed' ? 'failed' : 'stopped' };
}
