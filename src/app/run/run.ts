import type { Harvest } from '../../core/experiment/metric.ts';
import type { LogChunk } from '../logs/logs.ts';
import type { RetryAdvice } from '../experiments/outdated.ts';
import type { UnsavedTemplate } from '../experiments/open-template.ts';
import type { Project } from '../project/project.ts';
import type {
  Created,
  DryRun,
  ExperimentsProgress,
  NewExperiment,
  NewSweep,
  NewResults,
  RunOptions,
  StatusLine,
  StatusReport,
  SubmitOptions,
  Submitted,
  SweepMade,
  SweepPreview,
} from '../project/types.ts';
import type { ComparedGroups } from '../tables/compare-groups.ts';

/** Which template an experiment or a sweep is made from: its name, or one that a command is to become. */
export type TemplateSource = string | UnsavedTemplate;

/** What to make and run. It is a sweep if it has a `grid` or a `space`. */
export type RunRequest = RunExperimentRequest | RunSweepRequest;

export interface RunExperimentRequest extends Omit<NewExperiment, 'template'> {
  readonly template: TemplateSource;
}

export interface RunSweepRequest extends Omit<NewSweep, 'template'> {
  readonly template: TemplateSource;
}

export interface RunExperimentOptions extends RunOptions {
  readonly submit?: Omit<SubmitOptions, keyof RunOptions>;
  /** End after the submission. */
  readonly detach?: boolean;
  /** `false`: results are not read. */
  readonly harvest?: boolean;
}

/** What a run does, step by step. */
export type RunEvent =
  /** Nothing is made before the next event is asked for. */
  | { readonly kind: 'planned'; readonly sweep: SweepPreview }
  /** A command became a template of the project. */
  | { readonly kind: 'template'; readonly path: string }
  | { readonly kind: 'created'; readonly created: Created }
  | { readonly kind: 'swept'; readonly made: SweepMade }
  /** `folder`: where the results will be, those of a sweep in a folder each; absolute. */
  | { readonly kind: 'submitted'; readonly submitted: Submitted; readonly folder: string }
  /** Of an experiment: its log, and what it waits for. */
  | { readonly kind: 'log'; readonly chunk: LogChunk }
  /** Of a sweep, after each look. */
  | { readonly kind: 'progress'; readonly report: StatusReport }
  | { readonly kind: 'result'; readonly result: RunResult };

/** How a run ended. */
export interface RunResult {
  /** The name of the sweep. */
  readonly sweep?: string;
  readonly template: string;
  readonly experiments: readonly RunMember[];
  readonly report: StatusReport;
  /** How to run the first one again that failed. */
  readonly retry?: RetryAdvice;
  /** What was read of those that completed. */
  readonly results: NewResults;
  /** Of a sweep: with its best member, now that all results are read. */
  readonly progress?: ExperimentsProgress;
  /** Of a sweep with metrics: its members by all that it varies but the seeds. */
  readonly groups?: ComparedGroups;
}

export interface RunMember {
  readonly line: StatusLine;
  readonly harvest?: Harvest;
}

/** What a run would do. */
export type RunPlan =
  | { readonly kind: 'experiment'; readonly dryRun: DryRun }
  | { readonly kind: 'sweep'; readonly sweep: SweepPreview };

/**
 * Makes an experiment or a sweep, submits it, follows it, reads its results, and ends with the outcome. The jobs go on when
 * the caller stops asking for events.
 *
 * @throws SheafError for whatever would be refused, before anything is made; the signal's reason
 */
export async function* run(
  project: Project,
  request: RunRequest,
  options: RunExperimentOptions = {},
): AsyncGenerator<RunEvent> {
  if (isSweep(request)) {
    const { runSweep } = await import('./run-sweep.ts');
    yield* runSweep(project, request, options);
  } else {
    const { runExperiment } = await import('./run-experiment.ts');
    yield* runExperiment(project, request, options);
  }
}

/** What {@link run} would do; nothing is changed. @throws SheafError as it */
export async function planRun(
  project: Project,
  request: RunRequest,
  options: RunExperimentOptions = {},
): Promise<RunPlan> {
  if (isSweep(request)) {
    const { planRunOfSweep } = await import('./run-sweep.ts');
    return { kind: 'sweep', sweep: await planRunOfSweep(project, request, options) };
  }
  const { planRunOfExperiment } = await import('./run-experiment.ts');
  return { kind: 'experiment', dryRun: await planRunOfExperiment(project, request, options) };
}

function isSweep(request: RunRequest): request is RunSweepRequest {
  return 'grid' in request || 'space' in request;
}
