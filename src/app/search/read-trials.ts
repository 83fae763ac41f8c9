import { concatenateSeries } from '../../core/experiment/join-series.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import type { Metric } from '../../core/experiment/metric.ts';
import { attemptName, hasRunSinceHarvest } from '../../core/experiment/record.ts';
import { isLoss, type Reading } from '../../core/experiment/search.ts';
import { getAttemptOutcome } from '../../core/experiment/outcome.ts';
import { getExperimentStatus, isActive } from '../../core/experiment/status.ts';
import type { ExpId } from '../../core/ids.ts';
import { findLatest, planRungs, readRungs } from '../../core/search/index.ts';
import type { HarvestRules } from '../../core/settings/harvest-rule.ts';
import { fingerprintOf, harvest } from '../../harvest/index.ts';
import { nowMs, yieldToEventLoop } from '../../system/index.ts';
import { harvestRequest, type AskedRules } from '../harvest/harvest-files.ts';
import { openRuleBook } from '../harvest/harvest-rules.ts';
import { openReadCache } from '../harvest/run-read-cache.ts';
import { openHostCache } from '../project/host-cache.ts';
import type { Project } from '../project/project.ts';
import { isRepetition, listPast, type AdaptiveSweep } from './adaptive-sweep.ts';

/** What trials have written by now. */
export interface TrialsRead {
  /** At rungs, also what earlier rounds had. */
  readonly readings: readonly Reading[];
  /** The metric of completed trials whose results are not on record; null if it is NaN or infinite. */
  readonly finals: ReadonlyMap<number, number | null>;
  /** Trials that completed without a value of the metric, and those that are past the first rung by other series and have none. */
  readonly lacking: readonly ExpId[];
}

export interface ReadTrialsOptions {
  readonly signal?: AbortSignal;
  /** How long to read at most, milliseconds: what is left is read by the next round. */
  readonly forMs?: number;
}

/** What was read of a trial, as long as its files and its attempts stay as they are. */
interface KnownTrial {
  readonly fingerprint: string;
  readonly readings: readonly Reading[];
  readonly final?: number | null;
  readonly isFound: boolean;
  /** It has other values at the first rung or later. */
  readonly isPast: boolean;
  /** When, milliseconds since 1970. */
  readonly atMs: number;
}

function readMsOf({ known }: { readonly known: KnownTrial | undefined }): number {
  return known?.atMs ?? 0;
}

/** Of this version; another one is not recalled. */
const CACHE = 'rounds-2';

/**
 * Reads what trials have at the rungs of a sweep. It looks at the files of those that run and of those that ended since, and reads what
 * is new in them: this host remembers the rest. Records nothing and runs no program.
 *
 * @throws SheafError for a template that cannot be read; the reason of the signal
 */
export async function readTrials(
  project: Project,
  sweep: AdaptiveSweep,
  { signal, forMs = Infinity }: ReadTrialsOptions,
): Promise<TrialsRead> {
  const rungs = sweep.search.stop === undefined ? [] : planRungs(sweep.search.stop);
  const wanted = listWanted(sweep, rungs);
  if (wanted.length === 0) return { readings: [], finals: new Map(), lacking: [] };
  const book = await openRuleBook(project);
  const cache = openHostCache<KnownTrial>(project, `${CACHE}-${sweep.name}`);
  const untilMs = nowMs() + forMs;
  const found = new Map<number, { readonly experiment: Experiment; readonly known: KnownTrial }>();
  const asking = wanted.flatMap(([trial, experiment]) => {
    const all = withoutPrograms(book.askedOf(experiment.config.template));
    if (all === undefined) return [];
    const asked = selectRules(all, sweep.search.metric);
    const state = JSON.stringify([rungs, asked.rules, describeAttempts(experiment)]);
    return [{ trial, experiment, all, asked, state, known: cache.recall(experiment.key, state) }];
  });
  // If there is not enough time for all, each one gets its turn.
  for (const { trial, experiment, all, asked, state, known } of asking.toSorted((a, b) => readMsOf(a) - readMsOf(b))) {
    if (known !== undefined) found.set(trial, { experiment, known });
    const isOver = !isActive(getExperimentStatus(experiment.record).status);
    if ((known !== undefined && isOver) || nowMs() > untilMs) continue;
    await yieldToEventLoop();
    signal?.throwIfAborted();
    const request: TrialRequest = { trial, rungs, metric: sweep.search.metric, known, isOver };
    // Until it has the metric, other series say whether it should.
    const read = await readTrial(project, experiment, known?.isFound ? asked : all, request);
    if (read !== known) cache.keep(experiment.key, state, read);
    found.set(trial, { experiment, known: read });
  }
  cache.close();
  return {
    readings: [...found.values()].flatMap(({ known }) => known.readings),
    finals: new Map(
      [...found].flatMap(([trial, { known }]) => (known.final === undefined ? [] : [[trial, known.final]])),
    ),
    lacking: [...found.values()].flatMap(({ experiment, known }) =>
      !known.isFound && (known.isPast || getExperimentStatus(experiment.record).status === 'completed')
        ? [experiment.expId]
        : [],
    ),
  };
}

/** Those of which something may be new: they ran, and were not stopped. */
function listWanted(sweep: AdaptiveSweep, rungs: readonly number[]): (readonly [number, Experiment])[] {
  const past = listPast(sweep);
  const latest = findLatest(past);
  const last = rungs.at(-1);
  const complete = new Set(
    past.flatMap(({ readings }) => readings.flatMap(({ trial, rung }) => (rung === last ? [trial] : []))),
  );
  return [...sweep.experiments].filter(([trial, { record, waiting }]) => {
    const planned = sweep.trials.get(trial);
    if (waiting !== undefined || planned === undefined || isRepetition(planned)) return false;
    const { status } = getExperimentStatus(record);
    if (status === 'created' || status === 'queued' || isLoss(latest.get(trial))) return false;
    if (rungs.length > 0 && !complete.has(trial)) return true;
    return status === 'completed' && getRecordedFinal(sweep, { record }) === undefined;
  });
}

/** The metric of a completed trial, if its results are on record. */
export function getRecordedFinal(
  { search: { metric } }: AdaptiveSweep,
  { record }: Pick<Experiment, 'record'>,
): number | null | undefined {
  if (hasRunSinceHarvest(record)) return undefined;
  return toFinal(record.harvest?.value.harvest.metrics[metric]);
}

function toFinal(metric: Metric | undefined): number | null | undefined {
  if (metric?.nonfinite !== undefined) return null;
  return typeof metric?.value === 'number' ? metric.value : undefined;
}

/** Programs do not run for it. */
function withoutPrograms(asked: AskedRules | undefined): AskedRules | undefined {
  if (asked === undefined) return undefined;
  const rules = Object.entries(asked.rules).filter(([, { source }]) => source !== 'exec');
  return { ...asked, rules: Object.fromEntries(rules) satisfies HarvestRules };
}

/** The rule of the metric, and what it needs. */
function selectRules(asked: AskedRules, metric: string): AskedRules {
  const own = Object.hasOwn(asked.rules, metric) ? asked.rules[metric] : undefined;
  const standsAlone = own !== undefined && own.source !== 'value' && !('pick' in own && typeof own.pick === 'object');
  return standsAlone ? { ...asked, rules: { [metric]: own } } : asked;
}

function describeAttempts({ record }: Experiment): readonly string[] {
  return Object.values(record.attempts).map(
    (attempt) => `${attemptName(attempt)} ${getAttemptOutcome(attempt).status}`,
  );
}

interface TrialRequest {
  readonly trial: number;
  readonly rungs: readonly number[];
  readonly metric: string;
  /** What was read before. */
  readonly known: KnownTrial | undefined;
  readonly isOver: boolean;
}

async function readTrial(
  project: Project,
  experiment: Experiment,
  asked: AskedRules,
  { trial, rungs, metric, known, isOver }: TrialRequest,
): Promise<KnownTrial> {
  const request = harvestRequest(project, experiment, asked);
  if (known !== undefined && known.fingerprint === fingerprintOf(request)) return known;
  const cache = openReadCache(project, experiment);
  const { harvest: found, series } = await harvest(request, { ...(cache && { cache }) });
  if (!isOver) cache?.close(false);
  const joined = series.get(metric);
  const readings = joined === undefined ? [] : readRungs(trial, concatenateSeries(joined.parts), rungs);
  const final = isOver ? toFinal(found.metrics[metric]) : undefined;
  const isFound = Object.hasOwn(found.metrics, metric);
  const isPast =
    !isFound &&
    [...series.values()].some(({ parts }) =>
      concatenateSeries(parts).steps.some((step) => step >= (rungs[0] ?? Infinity)),
    );
  return {
    fingerprint: found.fingerprint,
    readings,
    ...(final !== undefined && { final }),
    isFound,
    isPast,
    atMs: nowMs(),
  };
}
