import {
  adviseMemoryLimit,
  adviseTimeLimit,
  type Candidate,
  type Job,
  type CandidateForecast,
  type PastRun,
  type TraceCache,
} from '../../advisor/index.ts';
import { isAuto, isAutoPartition } from '../../core/experiment/auto.ts';
import { SheafError } from '../../core/errors.ts';
import { stagesOf } from '../../core/experiment/frozen.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { formatDuration } from '../../core/units.ts';
import { withoutUndefined } from '../../core/value.ts';
import { nowMs } from '../../system/index.ts';
import { judgeComparability, isSamePlacement } from './advise-conditions.ts';
import type { AdviceSources, AdviceLimits, CandidateForecasts } from './advise-core.ts';
import { resolveModelOf } from './advise-model.ts';
import type { AdviceTarget } from './advise-target.ts';
import { makeGpuNames, getOffers, type GpuNames } from '../cluster/cluster-facts.ts';
import { makeForecasts } from './forecasts.ts';
import { limitQuestion } from '../past-runs/auto-limits.ts';
import { getPastRuns } from '../past-runs/past-runs.ts';
import type { Project } from '../project/project.ts';

/** What a project on its cluster knows. */
export interface ProjectSources extends AdviceSources {
  /** The experiment to compare results with. */
  readonly reference?: string;
}

/** The number of newest runs that are read for memory, run time and earlier choices. */
const MOST_RUNS = 200;

export interface SourceOptions {
  /** The experiment to compare results with; by default the newest of its sweep. */
  readonly like?: Experiment;
  /** Ask the cluster even if another command did a moment ago. */
  readonly fresh?: boolean;
  /** Do not ask Slurm when it would start a job. */
  readonly withoutPlans?: boolean;
}

export async function makeProjectSources(
  project: Project,
  target: AdviceTarget,
  traces: TraceCache,
  { like, fresh = false, withoutPlans = false }: SourceOptions = {},
): Promise<ProjectSources> {
  const runs = await getPastRuns(project, { limit: MOST_RUNS });
  const own = runs.filter(({ template, stage }) => template === target.template && stage === target.stage.name);
  const model = resolveModelOf(target, own, traces);
  const kindOf = await makeGpuNames(project);
  const reference = referenceIn(own, runs, target, like);
  const before = reference ?? own.find(({ status }) => status === 'completed');
  const besides = (candidate: Candidate | undefined): Pick<CandidateForecast, 'comparability' | 'isSamePlacement'> => ({
    ...(reference === undefined || candidate === undefined
      ? {}
      : { comparability: judgeComparability(target, candidate, reference, kindOf) }),
    ...(before === undefined || candidate === undefined
      ? {}
      : { isSamePlacement: isSamePlacement(candidate, before, kindOf) }),
  });
  const limits = limitsOf(target, own, kindOf);
  return {
    ...(reference === undefined ? {} : { reference: reference.expId }),
    offers: async () => {
      const { offers: all, facts, notes } = await getOffers(project, { fresh });
      return {
        offers: all,
        unknown: [...ageWords(facts.atMs), ...facts.unknown, ...notes],
        ...((await hasPartitions(project)) ? {} : { noPartitions: true as const }),
      };
    },
    model: async () => model,
    limits,
    forecasts: async ({ features, batch }: Job, candidates: readonly Candidate[]): Promise<CandidateForecasts> => {
      const { template, params, stage } = target;
      const flops = model.workOf(batch?.global);
      const about = { template, params, stage: stage.name, features, ...(flops === undefined ? {} : { flops }) };
      const { forecasts, notes } = await makeForecasts(project, about, candidates, runs, { withoutPlans });
      return { forecasts: forecasts.map((each, i) => ({ ...each, ...besides(candidates[i]) })), notes };
    },
  };
}

/** What `auto` would become at submission. */
function limitsOf(
  { name, stage, params, template }: AdviceTarget,
  own: readonly PastRun[],
  kindOf: GpuNames,
): AdviceLimits {
  const { resources } = stage;
  const { time_limit: time, mem } = resources;
  if (!isAuto(time) && !isAuto(mem)) return {};
  const question = limitQuestion({ expId: name, template, params, stage: stage.name, resources }, own, kindOf);
  return withoutUndefined({
    timeLimitS: isAuto(time) ? adviseTimeLimit(question)?.value : undefined,
    memoryMib: isAuto(mem) ? adviseMemoryLimit(question)?.value : undefined,
  });
}

/** Whether jobs go to partitions; a cluster that cannot be reached has them. */
export async function hasPartitions(project: Project): Promise<boolean> {
  try {
    return (await project.scheduler()).can.partitions;
  } catch (error) {
    if (error instanceof SheafError) return true;
    throw error;
  }
}

/** What is free changes by the minute. */
function ageWords(atMs: number): string[] {
  const seconds = (nowMs() - atMs) / 1_000;
  return seconds < LEAST_AGE_S ? [] : [`what is free was asked ${formatDuration(seconds)} ago`];
}

const LEAST_AGE_S = 5;

function referenceIn(
  own: readonly PastRun[],
  all: readonly PastRun[],
  target: AdviceTarget,
  like: Experiment | undefined,
): PastRun | undefined {
  if (like !== undefined)
    return all.find(({ expId, stage }) => expId === like.expId && stage === target.stage.name) ?? unrun(like, target);
  const { sweep, name } = target;
  const mate = own.find((run) => sweep !== undefined && run.sweep === sweep && run.expId !== name);
  // What a sweep varies is meant to differ: only how and where it runs is compared.
  return mate && { ...mate, params: target.params };
}

/** An experiment that has not run, as far as its request decides how it will. */
function unrun({ expId, config, settings, sweep }: Experiment, { stage: { name } }: AdviceTarget): PastRun {
  const stages = stagesOf(settings);
  const resources = (stages.find((stage) => stage.name === name) ?? stages[0])?.resources ?? {};
  const { partition, num_gpus: gpus, num_nodes: nodes = 1 } = resources;
  return {
    expId,
    stage: name,
    n: 0,
    template: config.template,
    params: config.params,
    resources,
    status: 'completed',
    endedMs: 0,
    nodes,
    ...withoutUndefined({
      sweep,
      partition: typeof partition === 'string' && !isAutoPartition({ partition }) ? partition : undefined,
      gpus: gpus === undefined ? undefined : gpus * nodes,
      gpuName: resources.gpu_type,
    }),
  };
}
