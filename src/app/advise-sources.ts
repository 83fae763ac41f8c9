import type { Candidate, Job, Outlook, PastRun } from '../advisor/index.ts';
import { SheafError } from '../core/errors.ts';
import { formatDuration } from '../core/units.ts';
import { nowMs } from '../system/index.ts';
import { comparabilityOf, isAsBefore } from './advise-conditions.ts';
import type { AdviceSources, Outlooks } from './advise-core.ts';
import { modelOf } from './advise-model.ts';
import type { Subject } from './advise-subject.ts';
import { offers } from './cluster-facts.ts';
import { forecastsFor } from './forecasts.ts';
import { pastRuns } from './past-runs.ts';
import type { Project } from './project.ts';

/** What a project on its cluster knows. */
export interface ProjectSources extends AdviceSources {
  /** The experiment that results are to stand beside. */
  readonly reference?: string;
}

/** So many of the newest runs tell of memory, run time and what was before. */
const MOST_RUNS = 200;

export interface SourceOptions {
  /** The experiment that results are to stand beside; by default the newest of its sweep. */
  readonly like?: string;
  /** Ask the cluster even if another command did a moment ago. */
  readonly fresh?: boolean;
}

export async function projectSources(
  project: Project,
  subject: Subject,
  { like, fresh = false }: SourceOptions = {},
): Promise<ProjectSources> {
  const runs = await pastRuns(project, { limit: MOST_RUNS });
  const own = runs.filter(({ template, stage }) => template === subject.template && stage === subject.stage.name);
  const model = modelOf(subject, own);
  const reference = referenceIn(own, runs, subject, like);
  const before = reference ?? own.find(({ status }) => status === 'completed');
  const besides = (candidate: Candidate | undefined): Pick<Outlook, 'comparability' | 'isAsBefore'> => ({
    ...(reference === undefined || candidate === undefined
      ? {}
      : { comparability: comparabilityOf(subject, candidate, reference) }),
    ...(before === undefined || candidate === undefined ? {} : { isAsBefore: isAsBefore(candidate, before) === true }),
  });
  return {
    ...(reference === undefined ? {} : { reference: reference.expId }),
    offers: async () => {
      const { offers: all, facts, notes } = await offers(project, { fresh });
      return {
        offers: all,
        unknown: [...ageWords(facts.atMs), ...facts.unknown, ...notes],
        ...((await hasPartitions(project)) ? {} : { noPartitions: true as const }),
      };
    },
    model: async () => model,
    outlooks: async ({ features }: Job, candidates: readonly Candidate[]): Promise<Outlooks> => {
      const { template, params, stage } = subject;
      const { work: flops } = model;
      const about = { template, params, stage: stage.name, features, ...(flops === undefined ? {} : { flops }) };
      const { forecasts, notes } = await forecastsFor(project, about, candidates, runs);
      return { outlooks: forecasts.map((each, i) => ({ ...each, ...besides(candidates[i]) })), notes };
    },
  };
}

/** A cluster that cannot be reached has them. */
async function hasPartitions(project: Project): Promise<boolean> {
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
  { sweep, name }: Subject,
  like: string | undefined,
): PastRun | undefined {
  if (like !== undefined) return all.find(({ expId }) => expId === like);
  return own.find((run) => sweep !== undefined && run.sweep === sweep && run.expId !== name);
}
