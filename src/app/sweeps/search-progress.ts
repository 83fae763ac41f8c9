import type { Experiment } from '../../core/experiment/experiment.ts';
import type { Author, SweepRecord } from '../../core/experiment/record.ts';
import type { Loss, Reading, Round, Search } from '../../core/experiment/search.ts';
import { getExperimentStatus, isActive } from '../../core/experiment/status.ts';
import type { ExpId } from '../../core/ids.ts';
import {
  countRungs,
  explainDecision,
  listLost,
  rankTrials,
  type LeadNow,
  type RungCount,
  type Trial,
} from '../../core/search/index.ts';
import { summarize } from '../../core/stats/statistics.ts';
import { valueKey } from '../../core/sweep/space.ts';
import { withoutUndefined } from '../../core/value.ts';
import { nowMs } from '../../system/index.ts';
import type { Project } from '../project/project.ts';
import {
  findLatestTimed,
  findTrials,
  getSearch,
  listRounds,
  listStopping,
  listTrials,
  type NumberedRound,
  type PlannedTrial,
} from '../search/search-state.ts';
import { findLead } from '../search/find-lead.ts';
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
  /**
   * The best trial: of completed ones by the metric; if there is none, the best one at the highest rung. As soon as any has completed
   * with several seeds, the one with the best mean of these.
   */
  readonly best?: BestTrial;
  /** Trials that should have a value of the metric, and have none. */
  readonly lacking: readonly ExpId[];
  /** Trials that were to stop, by number, and why. */
  readonly stopped: readonly ExplainedStop[];
  /** What trials had when they reached rungs, in the order of the rounds. */
  readonly readings: readonly NamedReading[];
  /** How many members are queued ahead now; absent: none are meant to be, or all are made. */
  readonly lead?: LeadNow;
  /** Rounds so far. */
  readonly rounds: number;
  /** The newest round; absent: nobody has decided yet. */
  readonly last?: Author;
  /** Who said last how it goes on by itself. */
  readonly set?: Author;
  /** Milliseconds since the newest decision, or since the sweep was made, if trials still run or are to be proposed. */
  readonly idleMs?: number;
}

/** What a trial had when it reached a rung, under its name now. */
export interface NamedReading extends Reading {
  readonly expId: ExpId;
}

/** A trial and its value. */
export interface BestTrial {
  /** With several seeds, the first one. */
  readonly trial: number;
  readonly expId: ExpId;
  /** With several seeds, their mean. Null if it is NaN or infinite. */
  readonly value: number | null;
  /** Standard deviation (n − 1) over the seeds; absent for one run. */
  readonly std?: number;
  /** The runs that the value is of: several if they differ in the seed alone. */
  readonly runs: readonly ExpId[];
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
  const latest = findLatestTimed(rounds);
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
    best: findBestTrial(search, planned, found, stopping),
    lacking: listLacking(search, rounds, found),
    stopped: listLost(stopping).flatMap((decision) => {
      const { trial, rung, value, action } = decision;
      const expId = nameOf(trial);
      if (expId === undefined) return [];
      const own = found.get(trial);
      const hasCompleted = own !== undefined && getExperimentStatus(own.record).status === 'completed';
      return [
        {
          trial,
          expId,
          action,
          hasCompleted,
          rung,
          value,
          why: explainDecision(decision),
          atMs: latest.get(trial)?.atMs ?? 0,
        },
      ];
    }),
    readings: stopping.flatMap(({ readings }) =>
      readings.flatMap((reading): NamedReading[] => {
        const expId = nameOf(reading.trial);
        return expId === undefined ? [] : [{ ...reading, expId }];
      }),
    ),
    lead: missing > 0 ? findLead(search, record, found.values()) : undefined,
    rounds: rounds.length,
    last,
    set: record.searchSet?.value,
    idleMs: isOpen ? Math.max(0, nowMs() - sinceMs) : undefined,
  });
}

/** Those that were reported, and those that completed. */
function listLacking(
  { metric }: Search,
  rounds: readonly NumberedRound[],
  found: ReadonlyMap<number, Experiment>,
): ExpId[] {
  const reported = new Set(rounds.flatMap(({ lacking = [] }) => lacking));
  if (reported.size === 0) return [];
  const reached = new Set(rounds.flatMap(({ stopping }) => (stopping?.readings ?? []).map(({ trial }) => trial)));
  return [...found].flatMap(([trial, { expId, record }]) => {
    const { status } = getExperimentStatus(record);
    const isMeant = reported.has(expId) || status === 'completed';
    const hasValue = reached.has(trial) || Object.hasOwn(record.harvest?.value.harvest.metrics ?? {}, metric);
    return isMeant && !hasValue ? [expId] : [];
  });
}

function findBestTrial(
  search: Search,
  planned: ReadonlyMap<number, PlannedTrial>,
  found: ReadonlyMap<number, Experiment>,
  rounds: readonly Round[],
): BestTrial | undefined {
  return findBestMean(search, planned, found) ?? findBestRun(search, found, rounds);
}

/** Of completed trials that differ in more than the seed, those with several seeds; undefined without any. */
function findBestMean(
  { metric, mode }: Search,
  planned: ReadonlyMap<number, PlannedTrial>,
  found: ReadonlyMap<number, Experiment>,
): BestTrial | undefined {
  const completed = [...found].flatMap(([trial, experiment]) => {
    const [value] = readMetric([experiment], metric);
    const isWhole = getExperimentStatus(experiment.record).status === 'completed';
    return isWhole && typeof value === 'number' ? [{ trial, experiment, value }] : [];
  });
  const groups = Map.groupBy(completed, ({ trial, experiment }) => describeWithoutSeed(planned.get(trial), experiment));
  const means = [...groups.values()].flatMap((runs) => {
    const [first] = runs;
    const { mean, std } = summarize(runs.map(({ value }) => value));
    return first === undefined || mean === undefined || std === undefined ? [] : [{ first, runs, mean, std }];
  });
  const isBetter = (a: number, b: number): boolean => (mode === 'max' ? a > b : a < b);
  const [head, ...others] = means;
  if (head === undefined) return undefined;
  const { first, runs, mean, std } = others.reduce(
    (best, each) => (isBetter(each.mean, best.mean) ? each : best),
    head,
  );
  return {
    trial: first.trial,
    expId: first.experiment.expId,
    value: mean,
    std,
    runs: runs.map(({ experiment }) => experiment.expId),
  };
}

/** What the sweep varies but the seeds. */
function describeWithoutSeed(planned: PlannedTrial | undefined, { config: { seeds } }: Experiment): string {
  const values = [...(planned?.member ?? [])].filter(([name]) => !seeds.includes(name) && name !== 'exp_id');
  const keys = values.map(([name, { value }]) => `${JSON.stringify(name)}: ${valueKey(value)}`);
  return keys.toSorted((a, b) => (a < b ? -1 : 1)).join('\n');
}

function findBestRun(
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
  const of = { trial: best.number, expId, runs: [expId] };
  if (best.final !== undefined) return { ...of, value: best.final };
  const top = best.readings.toSorted((a, b) => b.rung - a.rung)[0];
  return top && { ...of, value: top.value, rung: top.rung };
}

/** Of one that still runs, the rungs so far count. */
function toTrial(number: number, experiment: Experiment, metric: string, readings: readonly Reading[]): Trial {
  const { status } = getExperimentStatus(experiment.record);
  const [final] = readMetric([experiment], metric);
  const base = { number, member: new Map(), readings };
  if (status === 'completed' && typeof final === 'number') return { ...base, state: 'completed', final };
  return { ...base, state: status === 'failed' ? 'failed' : 'stopped' };
}
