import {
  gpuKind,
  runTimeForecast,
  waitForecast,
  type Candidate,
  type Forecast,
  type Job,
  type Outlook,
  type PastRun,
} from '../advisor/index.ts';
import { nowMs } from '../system/index.ts';
import { comparabilityOf, isAsBefore } from './advise-conditions.ts';
import type { AdviceSources, Outlooks } from './advise-core.ts';
import { modelOf } from './advise-model.ts';
import type { Subject } from './advise-subject.ts';
import { offers } from './cluster-facts.ts';
import { pastRuns } from './past-runs.ts';
import type { Project } from './project.ts';

/** What a project on its cluster knows. */
export interface ProjectSources extends AdviceSources {
  /** The experiment that results are to stand beside. */
  readonly reference?: string;
}

/** So many of the newest runs tell of memory, run time and what was before. */
const MOST_RUNS = 200;

/** @param like the experiment that results are to stand beside; by default the newest of its sweep */
export async function projectSources(project: Project, subject: Subject, like?: string): Promise<ProjectSources> {
  const runs = await pastRuns(project, { limit: MOST_RUNS });
  const own = runs.filter(({ template, stage }) => template === subject.template && stage === subject.stage.name);
  const reference = referenceIn(own, runs, subject, like);
  const before = reference ?? own.find(({ status }) => status === 'completed');
  return {
    ...(reference === undefined ? {} : { reference: reference.expId }),
    offers: async () => {
      const { offers: all, facts, notes } = await offers(project);
      return { offers: all, unknown: [...facts.unknown, ...notes] };
    },
    model: async (about) => modelOf(about, own),
    outlooks: async (job: Job, candidates: readonly Candidate[]): Promise<Outlooks> => ({
      outlooks: candidates.map((candidate): Outlook => ({
        wait: waitForecast({ candidate, waits: [], nowMs: nowMs() }),
        run: runForecast(subject, job, candidate, runs),
        ...(reference === undefined ? {} : { comparability: comparabilityOf(subject, candidate, reference) }),
        ...(before === undefined ? {} : { isAsBefore: isAsBefore(candidate, before) === true }),
      })),
      notes: [],
    }),
  };
}

function referenceIn(
  own: readonly PastRun[],
  all: readonly PastRun[],
  { sweep, name }: Subject,
  like: string | undefined,
): PastRun | undefined {
  if (like !== undefined) return all.find(({ expId }) => expId === like);
  return own.find((run) => sweep !== undefined && run.sweep === sweep && run.expId !== name);
}

function runForecast(subject: Subject, _job: Job, candidate: Candidate, runs: readonly PastRun[]): Forecast {
  const { offer, gpus, nodes } = candidate;
  return runTimeForecast({
    job: {
      template: subject.template,
      stage: subject.stage.name,
      params: subject.params,
      gpus,
      nodes,
      ...(offer.gpuType === undefined ? {} : { gpuName: offer.gpuType }),
    },
    pastRuns: runs,
    ...(offer.gpu === undefined ? {} : { gpu: offer.gpu }),
    kindOf: (name) => gpuKind(name),
  });
}
