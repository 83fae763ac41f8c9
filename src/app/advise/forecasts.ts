import type { Candidate, FlopWork, Forecast, PastRun, Settled, Told } from '../../advisor/index.ts';
import { SheafError } from '../../core/errors.ts';
import { memoize } from '../../core/text/memoize.ts';
import type { PastWait } from '../../core/cluster/past-wait.ts';
import { withoutUndefined, type ValueMap } from '../../core/value.ts';
import { nowMs } from '../../system/index.ts';
import type { Scheduler, TrialRequest } from '../../scheduler/index.ts';
import { makeGpuNames } from '../cluster/cluster-facts.ts';
import type { Project } from '../project/project.ts';
import { getSettledForecasts } from './track-record.ts';

/** What is to run. */
export interface ForecastSubject {
  readonly template?: string;
  readonly stage: string;
  readonly params: ValueMap;
  /** Features that its nodes must have. */
  readonly features?: readonly string[];
  /** What it has to compute, if known. */
  readonly flops?: FlopWork;
}

/** How long one candidate would wait and run. */
export interface Forecasts {
  readonly wait: Forecast;
  readonly run: Forecast;
}

export interface ForecastAnswer {
  /** In the order of the candidates. */
  readonly forecasts: readonly Forecasts[];
  /** What could not be known, or what a person should know of it: one sentence each. */
  readonly notes: readonly string[];
}

/** The most jobs that the scheduler is asked to plan for. */
const MOST_TRIALS = 2;

/**
 * How long each candidate would wait and run, from what happened before. The scheduler is asked once for past waits, and
 * to plan for the best {@link MOST_TRIALS} of those that would not start now; what others got a moment ago is reused.
 *
 * @param pastRuns of the project, of all templates
 * @param withoutPlans the scheduler is not asked to plan
 */
export async function makeForecasts(
  project: Project,
  target: ForecastSubject,
  candidates: readonly Candidate[],
  pastRuns: readonly PastRun[],
  { withoutPlans = false }: { readonly withoutPlans?: boolean } = {},
): Promise<ForecastAnswer> {
  if (candidates.length === 0) return { forecasts: [], notes: [] };
  const past = getSettledForecasts(project);
  const scheduler = await schedulerOf(project);
  const { forecast, note } = await openWaitForecaster(scheduler, past);
  const runs = await runForecasts(project, target, candidates, pastRuns, past);
  const first = candidates.map((candidate, i): Candidacy => ({
    candidate,
    wait: forecast(candidate),
    run: runs[i] ?? NOTHING,
  }));
  const promising = listPromising(scheduler, first);
  const told = withoutPlans
    ? new Map<Candidate, Told>()
    : await trials(scheduler, promising, first, target.features ?? []);
  const forecasts = first.map(({ candidate, wait, run }): Forecasts => {
    const answer = told.get(candidate);
    return { wait: answer === undefined ? wait : forecast(candidate, answer), run };
  });
  const notes = [note, withoutPlans && promising.length > 0 ? NO_PLANS : undefined];
  return { forecasts, notes: notes.filter((each) => each !== undefined) };
}

/** How long jobs would wait, by what happened before. */
export interface WaitForecaster {
  readonly forecast: (candidate: Candidate, told?: Told) => Forecast;
  /** What it goes by; absent: past waits are not known. */
  readonly waits?: readonly PastWait[];
  /** What could not be known of past waits, or what a person should know of them. */
  readonly note?: string;
}

/**
 * Asks the scheduler once for past waits; what others got a moment ago is reused. Nothing is planned or tried.
 *
 * @param past forecasts of which it is known how they came true
 */
export async function openWaitForecaster(
  scheduler: Pick<Scheduler, 'waits'> | SheafError,
  past: readonly Settled[],
): Promise<WaitForecaster> {
  const { waitForecaster } = await import('../../advisor/index.ts');
  const { note, ...history } = await waitHistory(scheduler);
  const pastForecasts = past.filter(({ of }) => of === 'wait');
  const forecast = waitForecaster({ ...history, nowMs: nowMs(), pastForecasts });
  return {
    forecast,
    ...(history.noWaits === undefined && { waits: history.waits }),
    ...(note === undefined ? {} : { note }),
  };
}

const NO_PLANS = 'waits: Slurm was not asked when it plans to start the job; sheaf advise asks it';

interface Candidacy extends Forecasts {
  readonly candidate: Candidate;
}

const NOTHING: Forecast = { kind: 'unknown', basis: 'not known', samples: 0 };

/** The scheduler of a project, or why there is none. */
export async function schedulerOf(project: Project): Promise<Scheduler | SheafError> {
  try {
    return await project.scheduler();
  } catch (error) {
    if (error instanceof SheafError) return error;
    throw error;
  }
}

/** Past waits of the cluster, or why there are none. */
export interface WaitHistory {
  readonly waits: readonly PastWait[];
  readonly noWaits?: string;
  /** What a person should know of them. */
  readonly note?: string;
}

async function waitHistory(scheduler: Pick<Scheduler, 'waits'> | SheafError): Promise<WaitHistory> {
  if (scheduler instanceof SheafError) return without(`how long jobs waited could not be asked: ${scheduler.message}`);
  const answer = (await scheduler.waits?.()) ?? { kind: 'none' };
  switch (answer.kind) {
    case 'none':
      return without('how long jobs waited is not known: there is no accounting here');
    case 'failed':
      return without(`how long jobs waited could not be asked: ${answer.said}`);
    case 'answer':
      return answer.onlyOwn
        ? {
            waits: answer.waits,
            note: 'waits are those of your own jobs: no others are in the accounting, or they are hidden',
          }
        : { waits: answer.waits };
  }
}

function without(why: string): WaitHistory {
  return { waits: [], noWaits: why, note: why };
}

async function runForecasts(
  project: Project,
  { template, stage, params, flops }: ForecastSubject,
  candidates: readonly Candidate[],
  pastRuns: readonly PastRun[],
  past: readonly Settled[],
): Promise<Forecast[]> {
  const { runTimeForecast } = await import('../../advisor/index.ts');
  const kindOf = await makeGpuNames(project);
  const pastForecasts = past.filter(({ of }) => of === 'run');
  const named = withGpuNames(pastRuns, candidates);
  const globalBatchOf = ({ gpus, split }: Candidate): number | undefined =>
    split && split.micro * split.accumulation * Math.max(1, gpus);
  // Many partitions have the same GPUs.
  const forecastOf = memoize(
    (candidate: Candidate) => {
      const { offer, gpus, nodes } = candidate;
      return JSON.stringify([offer.gpu, offer.gpuType, gpus, nodes, globalBatchOf(candidate)]);
    },
    (candidate) => {
      const { offer, gpus, nodes } = candidate;
      const [globalBatch, gpuName] = [globalBatchOf(candidate), offer.gpuType];
      return runTimeForecast({
        job: { stage, params, gpus, nodes, ...withoutUndefined({ template, globalBatch, gpuName }) },
        pastRuns: named,
        kindOf,
        pastForecasts,
        ...withoutUndefined({ gpu: offer.gpu, flops }),
      });
    },
  );
  return candidates.map(forecastOf);
}

/** A run that was given no type of GPU, and whose GPUs no monitor saw, had those of its partition where these are all of one. */
function withGpuNames(runs: readonly PastRun[], candidates: readonly Candidate[]): PastRun[] {
  const types = Map.groupBy(
    candidates.filter(({ gpus }) => gpus > 0),
    ({ offer }) => offer.partition,
  );
  return runs.map((run) => {
    if (run.gpuName !== undefined || run.partition === undefined || run.gpus === 0) return run;
    const [gpuName, ...others] = new Set(types.get(run.partition)?.map(({ offer }) => offer.gpuType));
    return gpuName === undefined || others.length > 0 ? run : { ...run, gpuName };
  });
}

/** The most promising of those that would not start now, one a partition; none if the scheduler does not plan. */
function listPromising(scheduler: Scheduler | SheafError, all: readonly Candidacy[]): readonly Candidacy[] {
  if (scheduler instanceof SheafError || scheduler.predictStart === undefined) return [];
  const promising = all
    .filter(({ candidate, wait }) => wait.kind !== 'now' && !candidate.isUnweighed)
    .toSorted((a, b) => totalS(a) - totalS(b));
  const onePerPartition = new Map(promising.toReversed().map((each) => [each.candidate.offer.partition, each]));
  return promising.filter((each) => onePerPartition.get(each.candidate.offer.partition) === each).slice(0, MOST_TRIALS);
}

/** What the scheduler plans for the promising ones, and with them for those that ask for less. */
async function trials(
  scheduler: Scheduler | SheafError,
  promising: readonly Candidacy[],
  all: readonly Candidacy[],
  features: readonly string[],
): Promise<ReadonlyMap<Candidate, Told>> {
  const told = new Map<Candidate, Told>();
  if (scheduler instanceof SheafError || scheduler.predictStart === undefined) return told;
  for (const { candidate } of promising) {
    const trial = await scheduler.predictStart(trialOf(candidate, features));
    if (trial.kind === 'refused') told.set(candidate, { refused: trial.said });
    if (trial.kind !== 'starts') continue;
    const smaller = all.filter((each) => each.candidate !== candidate && asksForLess(each.candidate, candidate));
    for (const each of smaller) told.set(each.candidate, { startMs: trial.startMs, ofLarger: true });
    told.set(candidate, { startMs: trial.startMs });
  }
  return told;
}

/** In the same place, and no more of anything: a plan has it start no later. */
function asksForLess(a: Candidate, b: Candidate): boolean {
  const isNoMore = (less: number | undefined, more: number | undefined): boolean =>
    less === more || (less ?? Infinity) <= (more ?? 0);
  return (
    a.offer.partition === b.offer.partition &&
    a.offer.gpuType === b.offer.gpuType &&
    a.nodes <= b.nodes &&
    a.gpusPerNode <= b.gpusPerNode &&
    a.cpusPerNode <= b.cpusPerNode &&
    isNoMore(a.memoryMib, b.memoryMib) &&
    isNoMore(a.timeLimitS, b.timeLimitS)
  );
}

/** What is unknown comes after what is known. */
function totalS({ wait, run }: Forecasts): number {
  const UNKNOWN_S = 1e9;
  return (wait.p50S ?? UNKNOWN_S) + (run.p50S ?? UNKNOWN_S);
}

function trialOf(
  { offer, access, nodes, gpusPerNode, cpusPerNode, memoryMib, timeLimitS }: Candidate,
  features: readonly string[],
): TrialRequest {
  return {
    partition: offer.partition,
    nodes,
    gpusPerNode,
    cpusPerNode,
    features,
    ...withoutUndefined({
      account: access?.account,
      qos: access?.qos,
      reservation: offer.reservation,
      gpuType: offer.gpuType,
      memoryMib,
      timeLimitS,
    }),
  };
}
