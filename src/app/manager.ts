import { join } from 'node:path';
import type { Via } from '../core/experiment/event.ts';
import type { Experiment } from '../core/experiment/experiment.ts';
import type { Key } from '../core/ids.ts';
import type { Activity, Changes, Neighbours, SweepsByStatus } from '../store/index.ts';
import { getFileFacts, isWritable } from '../system/index.ts';
import type { SavedView } from '../core/validation/view-settings.ts';
import type { Mode } from '../core/settings/harvest-rule.ts';
import type { BestCheckpoint } from './checkpoints/best-checkpoint.ts';
import type { CheckpointChoice, JudgeOptions } from './checkpoints/choose-checkpoint.ts';
import type { CheckpointList, ListCheckpointsOptions } from './checkpoints/list-checkpoints.ts';
import type { PinnedLine } from './checkpoints/list-pinned.ts';
import type { Pinned, Unpinned } from './checkpoints/pins.ts';
import type { Action, ActionOutcome, ActionPlan, FormAction } from './actions/action.ts';
import type { MakingPreview } from './actions/preview-making.ts';
import type { Advice } from './advise/advise-core.ts';
import type { AdviseRequest } from './advise/advise.ts';
import type { Estimated, EstimateRequest } from './advise/estimate.ts';
import type { TrackRecord } from './advise/track-record.ts';
import { compare, type CompareResult, type CompareRequest } from './tables/compare.ts';
import { compareGroups, type ComparedGroups, type CompareGroupsRequest } from './tables/compare-groups.ts';
import { testGroups, type TestedGroups, type TestRequest } from './tables/t-test-groups.ts';
import type { ExamineOptions } from './doctor.ts';
import type { CloneChanges } from './experiments/new.ts';
import type { CheckedOut } from './code/checkout.ts';
import type { Discovery } from './harvest/discover.ts';
import type { Diffed } from './inspect/diff.ts';
import type { RetryAdvice } from './experiments/outdated.ts';
import type { Plotted, PlotRequest } from './plot/plot.ts';
import type { CodeChanges } from './code/code-changes.ts';
import type { PrunableCheckout } from './code/prune.ts';
import type { PrunePlan, PrunePlanOptions } from './prune/plan-prune.ts';
import type { Pruning } from './prune/prune-checkpoints.ts';
import type { DiskReport, DiskRequest } from './disk/measure-disk.ts';
import type { Rerun } from './experiments/rerun.ts';
import type { EfficiencyReport, EfficiencyRequest } from './past-runs/efficiency.ts';
import type { Exported, ExportRequest } from './tables/export.ts';
import { findExperiment, findTarget, type Target } from './project/find.ts';
import type { Facets, FacetsRequest } from './tables/facets.ts';
import type { FieldValues, ValuesRequest } from './tables/values.ts';
import type { GroupPage, GroupsRequest, Members, MembersRequest, RankedGroups, RankRequest } from './groups/groups.ts';
import type { Page, PageRequest, PageRows } from './tables/page.ts';
import type { Summary } from './jobs/summary.ts';
import type { ActivityRequest } from './observe/activity.ts';
import type { JobWatch } from './observe/watch-jobs.ts';
import type { Observed } from './observe/observe-jobs.ts';
import type { FileHead } from './files/file-head.ts';
import type { FileList } from './files/list-files.ts';
import type { OpenedFile } from './files/open-file.ts';
import type { FirstErrorRequest, LogError } from './logs/first-error.ts';
import type { LogWindow, LogWindowRequest } from './logs/log-window.ts';
import type { LogSearchEvent, LogSearchRequest } from './logs/search-log.ts';
import { readWithRules } from './harvest/unread.ts';
import { groupExperiments, type Grouped, type GroupRequest } from './tables/group.ts';
import type { NewResultsOptions } from './harvest/harvest-new.ts';
import type { FailuresRequest } from './jobs/status-lines.ts';
import type { NamedView, ViewLine, ViewSaved } from './views/views.ts';
import type { WaitOptions, Waited } from './jobs/wait.ts';
import type { HarvestOptions, HarvestSelector } from './harvest/harvest.ts';
import { findRoot, openProject, type Project } from './project/project.ts';
import type { RoundsTaken, RoundTaker, TakeRoundsOptions } from './project/rounds.ts';
import type {
  Acted,
  Created,
  DoctorFinding,
  DryRun,
  HarvestLine,
  HarvestReport,
  NewResults,
  NewExperiment,
  NewSweep,
  Price,
  RetryOptions,
  RunOptions,
  Selector,
  SpaceTexts,
  StatusLine,
  StatusReport,
  SubmitOptions,
  Submitted,
  SweepMade,
  SweepOptions,
  SweepPreview,
} from './project/types.ts';
import type { Environment } from '../core/value.ts';
import { listExperiments, type Listed, type ListRequest } from './tables/list.ts';
import type { TensorboardOptions, TensorboardPlan, TensorboardServerOptions } from './trackers/tensorboard.ts';
import type { WandbOptions, WandbSynced } from './trackers/wandb-sync.ts';
import type { MlflowExported, MlflowRequest } from './trackers/mlflow-export.ts';
import type { FileStamps, FollowedLog } from './logs/file-stamps.ts';
import type { LogChunk, LogRequest } from './logs/logs.ts';
import type { AttemptScripts, StageScripts } from './submit/scripts.ts';
import {
  isSelective,
  onlyWithAttempts,
  openSelection,
  selectAll,
  selectExperiments,
  type ListSelector,
  type Selected,
} from './experiments/select.ts';
import type { ClusterNow, ClusterNowOptions } from './inspect/cluster-now.ts';
import type { InspectOptions, Overview } from './inspect/overview.ts';
import { showExperiment, type Shown } from './inspect/show.ts';
import type { RunEvent, RunExperimentOptions, RunPlan, RunRequest, TemplateSource } from './run/run.ts';
import type { SweepChanges, SweepSet } from './sweeps/set-sweep.ts';
import type { SweepSummary } from './sweeps/show-sweep.ts';
import type { ImportanceRequest, RunImportance } from './sweeps/importance.ts';
import type { SweepInspection } from './sweeps/inspect-sweep.ts';
import type { SweepProgress } from './sweeps/sweep-progress.ts';
import { getSupervisorCommand } from './project/supervisor.ts';
import { openRounds } from './search/take-part.ts';
import type { WaitJob } from './project/wait-jobs.ts';
import type { WaitJobRun, WaitJobStart } from './wait-job/run-wait-job.ts';
import type { WaitJobAnswer } from './wait-job/start-wait-job.ts';
import type { WaitRequest } from './wait-job/wait-job-files.ts';
import type { MadeTemplate, TemplateLine } from './project/templates.ts';
import type { TemplateDescription } from '../template/index.ts';
import type { SweepThrottled } from './jobs/throttle.ts';
import type { QueuePosition, SchedulerKinds } from '../scheduler/index.ts';
import type { ClusterOffers } from './cluster/cluster-facts.ts';
import type { PartitionsOptions } from './cluster/partitions.ts';
import type { Curves } from '../core/curves/curves.ts';
import type { LiveCurves } from './harvest/live-curves.ts';
import type { GpuHours } from './past-runs/gpu-hours.ts';
import type { CurvesCsvRequest } from './series/curves-csv.ts';
import type { SystemCurves, SystemCurvesRequest } from './past-runs/system-curves.ts';
import type { Usage } from './past-runs/usage-curves.ts';
import type { CurveDetail } from './series/answer-curves.ts';
import type { CurvesRequest } from './series/curves.ts';

/** How long commands that answer at once read of an adaptive sweep, milliseconds. */
const BRIEF_MS = 300;

/** Which project to open, and how. */
export interface ManagerOptions {
  /** Where to look for the project, upwards. Default: the working directory. */
  readonly dir?: string;
  /** Name of a project: found upwards, otherwise made in a folder of that name. */
  readonly projectName?: string;
  /** Default: the environment of this process. */
  readonly env?: Environment;
  /** Through what its user acts: events say so. */
  readonly by?: Via;
  /** Told how many events of the journal have been read, while many are. */
  readonly onFold?: (events: number) => void;
  /** For a process that stays: another one reads a long journal, and ends with the memory that this takes. */
  readonly staysOpen?: boolean;
  /** Schedulers beside those that come with sheaf, by the name that `scheduler:` gives them; for tests and extensions. */
  readonly schedulers?: SchedulerKinds;
}

/**
 * A project and all that can be done with it: the library behind every command. A method that gives a promise loads its
 * use case when it is called, so that a command loads only what it uses.
 *
 * Every method that changes something returns when the change is durable. Errors that a user can
 * cause are {@link SheafError}s with a permanent code, a reason and a remedy.
 *
 * @example
 * using manager = await ExperimentManager.open({ projectName: 'my_research' });
 * const { experiment } = await manager.create({ expId: 'first', template: 'baseline' });
 * await manager.submitExperiment(experiment.expId);
 */
export class ExperimentManager {
  /** For the use cases beside this class. */
  readonly project: Project;
  readonly #rounds: RoundTaker;

  private constructor(project: Project) {
    this.project = project;
    this.#rounds = openRounds(project);
  }

  /** @throws SheafError `project.none` when there is no project and no `projectName` to make one of */
  static async open(options: ManagerOptions = {}): Promise<ExperimentManager> {
    const { dir = process.cwd(), env = process.env, onFold, staysOpen, schedulers, by } = options;
    const project = await openProject({
      dir: options.projectName === undefined ? dir : await projectFolder(dir, options.projectName),
      env,
      supervisorArgv: getSupervisorCommand(),
      ...(onFold === undefined ? {} : { onFold }),
      ...(staysOpen === undefined ? {} : { staysOpen }),
      ...(by && { by }),
      ...(schedulers === undefined ? {} : { schedulers }),
    });
    return new ExperimentManager(project);
  }

  /** The folder that holds `sheaf.yaml`. */
  get root(): string {
    return this.project.root;
  }

  /** The folder of this host that only this user can enter, with the view; undefined if there is none. */
  get localFolder(): string | undefined {
    return this.project.store.localFolder;
  }

  /** Whether this user may record anything in the project. */
  get isWritable(): boolean {
    return this.localFolder !== undefined && isWritable(this.project.store.paths.sheaf);
  }

  /** What a person should know about how the record was read: a journal that was replaced, a view in memory. */
  get warnings(): readonly string[] {
    return this.project.store.warnings;
  }

  close(): void {
    this.project.store.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Makes one experiment from a template. @throws SheafError for whatever is wrong; nothing is made then */
  async create(request: NewExperiment): Promise<Created> {
    const { createNewExperiment } = await import('./experiments/new.ts');
    return createNewExperiment(this.project, request);
  }

  /** {@link create} for those who want the experiment alone. */
  async createExperiment(request: NewExperiment): Promise<Experiment> {
    return (await this.create(request)).experiment;
  }

  /** The same parameters, resources and command under another name, by default the next of its template, with changes. */
  async clone(expId: string, newId?: string, changes: CloneChanges = {}): Promise<Created> {
    const { cloneExperiment } = await import('./experiments/new.ts');
    return cloneExperiment(this.project, expId, newId, changes);
  }

  /** The same parameters, resources and code under a new name. @throws SheafError `rerun.never` */
  async rerun(expId: string, newId?: string, options: RunOptions = {}): Promise<Rerun> {
    const { createRerun } = await import('./experiments/rerun.ts');
    return createRerun(this.project, expId, newId, options);
  }

  /** The code that an experiment ran, written into a new folder. @throws SheafError `code.*` */
  async checkout(expId: string, folder: string): Promise<CheckedOut> {
    const { checkOutCode } = await import('./code/checkout.ts');
    return checkOutCode(this.project, expId, folder);
  }

  /** All templates; one that cannot be read is reported and does not hide the others. */
  async templates(): Promise<TemplateLine[]> {
    const { listTemplateLines } = await import('./project/templates.ts');
    return listTemplateLines(this.project);
  }

  /** The tables that `views/` keeps; a file that cannot be read is listed with what is wrong, and does not hide the others. */
  async views(): Promise<ViewLine[]> {
    const { listViews } = await import('./views/views.ts');
    return listViews(this.project);
  }

  /** A saved view by its name. @throws SheafError `view.unknown`, and whatever is wrong with the file */
  async view(name: string): Promise<SavedView> {
    const { openView } = await import('./views/views.ts');
    return openView(this.project, name);
  }

  /** Saves a view in `views/`, also in place of one of that name. @throws SheafError `view.name`, `query.*`, `config.*` */
  async saveView(view: NamedView): Promise<ViewSaved> {
    const { saveView } = await import('./views/views.ts');
    return saveView(this.project, view);
  }

  /** Removes a view. @throws SheafError `view.unknown` */
  async removeView(name: string): Promise<{ readonly path: string }> {
    const { removeView } = await import('./views/views.ts');
    return removeView(this.project, name);
  }

  /** @throws SheafError `template.unknown` and whatever is wrong with the file */
  async describeTemplate(source: TemplateSource): Promise<TemplateDescription> {
    const { describeSource } = await import('./experiments/open-template.ts');
    return describeSource(this.project, source);
  }

  /**
   * A template to {@link run} a command with: the one that was made from the command before, otherwise a new one, which
   * becomes a file of the project when it runs.
   *
   * @param command with `{{ names }}` of parameters, each of which must be given a value
   * @param more names of parameters for `{{ flags }}`
   */
  async commandTemplate(command: string, more?: readonly string[]): Promise<TemplateSource> {
    const { findCommandTemplate } = await import('./run/command-template.ts');
    return findCommandTemplate(this.project, command, more);
  }

  /**
   * Makes an experiment or a sweep, submits it, follows it and reads its results; gives every step as an event, and the
   * outcome as the last one. The jobs go on if you stop asking for events or abort the signal.
   *
   * @throws SheafError for whatever would be refused, before anything is made
   *
   * @example
   * for await (const event of manager.run({ template: 'baseline', params: { learning_rate: 0.01 } })) {
   *   if (event.kind === 'result') console.log(event.result.experiments);
   * }
   */
  async *run(request: RunRequest, options: RunExperimentOptions = {}): AsyncGenerator<RunEvent> {
    const { run } = await import('./run/run.ts');
    yield* run(this.project, request, options);
  }

  /** What {@link run} would do; changes nothing. */
  async planRun(request: RunRequest, options: RunExperimentOptions = {}): Promise<RunPlan> {
    const { planRun } = await import('./run/run.ts');
    return planRun(this.project, request, options);
  }

  /** Makes a template from a built-in one or from an sbatch script. */
  async newTemplate(name: string, from?: string): Promise<MadeTemplate> {
    const { createTemplate } = await import('./project/templates.ts');
    return createTemplate(this.project, name, from);
  }

  /** @param submit how its members are to be submitted: then what would be refused is refused here */
  async planSweep(sweep: NewSweep, submit?: SubmitOptions): Promise<SweepPreview> {
    const { planNewSweep } = await import('./sweeps/preview-sweep.ts');
    return planNewSweep(this.project, sweep, submit);
  }

  async createSweep(sweep: NewSweep, options?: SweepOptions): Promise<SweepMade> {
    const { createSweep } = await import('./sweeps/make-sweep.ts');
    return createSweep(this.project, sweep, options);
  }

  async planExtension(name: string, space: SpaceTexts, submit?: SubmitOptions): Promise<SweepPreview> {
    const { planExtension } = await import('./sweeps/preview-sweep.ts');
    return planExtension(this.project, name, space, submit);
  }

  /** Submits the members of a sweep that was just made or extended. */
  async submitSweep(made: SweepMade, options: SubmitOptions = {}): Promise<Submitted> {
    const { submitMade } = await import('./sweeps/submit-sweep.ts');
    return submitMade(this.project, made, options);
  }

  async extendSweep(name: string, space: SpaceTexts, options?: SweepOptions): Promise<SweepMade> {
    const { extendSweep } = await import('./sweeps/make-sweep.ts');
    return extendSweep(this.project, name, space, options);
  }

  async showSweep(name: string): Promise<SweepSummary> {
    const { showSweep } = await import('./sweeps/show-sweep.ts');
    return showSweep(this.project, name);
  }

  /** How far a sweep is, with an estimate of the time left and its best member; never asks the scheduler. */
  async sweepProgress(name: string): Promise<SweepProgress> {
    const { readSweepProgress } = await import('./sweeps/sweep-progress.ts');
    return readSweepProgress(this.project, name);
  }

  /** A sweep with its members by columns, up to a limit; never asks the scheduler. @param metric of which values are wanted */
  async inspectSweep(name: string, metric?: string): Promise<SweepInspection> {
    const { inspectSweep } = await import('./sweeps/inspect-sweep.ts');
    return inspectSweep(this.project, name, metric);
  }

  /** How much each parameter decides which of the chosen runs are the best, by PED-ANOVA, or why that cannot be said. */
  async importance(request: ImportanceRequest): Promise<RunImportance> {
    const { readImportance } = await import('./sweeps/importance.ts');
    return readImportance(this.project, request);
  }

  /** @throws SheafError `experiment.unknown` with the nearest names */
  find(expId: string): Experiment {
    return findExperiment(this.project, expId);
  }

  /** What a name means: an experiment, otherwise a template. @throws SheafError `experiment.unknown` */
  async findTarget(name: string): Promise<Target> {
    return findTarget(this.project, name);
  }

  /** Experiments with how many there are; never asks the scheduler. */
  select(selector: ListSelector = {}): Selected {
    return selectExperiments(this.project, selector);
  }

  /** A table of experiments; never asks the scheduler. */
  list(request: ListRequest = {}): Listed {
    return listExperiments(this.project, request);
  }

  /** A part of a list of any length, by columns; never asks the scheduler. */
  async page(request: PageRequest = {}): Promise<Page> {
    const { readPage } = await import('./tables/page.ts');
    return readWithRules(this.project, (hasRules) => readPage(this.project, request, hasRules));
  }

  /** The cells of these experiments, as {@link page} has them: for those that {@link changes} names. */
  async pageRows(keys: readonly Key[], columns?: readonly string[]): Promise<PageRows> {
    const { readPageRows } = await import('./tables/page.ts');
    return readWithRules(this.project, (hasRules) => readPageRows(this.project, keys, columns, hasRules));
  }

  /** Groups of runs that differ in seeds alone, or by the values of fields, with statistics; never asks the scheduler. */
  async groups(request: GroupsRequest = {}): Promise<GroupPage> {
    const { readGroups } = await import('./groups/groups.ts');
    return readGroups(this.project, request);
  }

  /** {@link groups} by the mean of a metric, compared with the best or another one by tests that are corrected for their number. */
  async rankGroups(request: RankRequest): Promise<RankedGroups> {
    const { rankGroups } = await import('./groups/groups.ts');
    return rankGroups(this.project, request);
  }

  /** The experiments of one of the {@link groups}, by columns. */
  async members(request: MembersRequest): Promise<Members> {
    const { readMembers } = await import('./groups/groups.ts');
    return readWithRules(this.project, (hasRules) => readMembers(this.project, request, hasRules));
  }

  /** Where an experiment is in a list of any length, and those beside it; undefined if the list does not have it. */
  async neighbours(expId: string, selector: Omit<ListSelector, 'limit'> = {}): Promise<Neighbours | undefined> {
    const { findNeighbours } = await import('./tables/neighbours.ts');
    return findNeighbours(this.project, expId, selector);
  }

  /** How often each value of some fields occurs; never asks the scheduler. */
  async facets(request: FacetsRequest = {}): Promise<Facets> {
    const { readFacets } = await import('./tables/facets.ts');
    return readFacets(this.project, request);
  }

  /** The values that a field has among the experiments that fit, with their counts: what to complete in a query. */
  async values(request: ValuesRequest): Promise<FieldValues> {
    const { readValues } = await import('./tables/values.ts');
    return readValues(this.project, request);
  }

  /**
   * Catches up with what was recorded, by whomever, and says which experiments changed since a version, which a page
   * has; `reset` if all is to be read again. Never asks the scheduler.
   */
  async changes(since: number): Promise<Changes> {
    const { readChanges } = await import('./observe/activity.ts');
    return readChanges(this.project, since);
  }

  /** The values of metrics over steps or time, in buckets that hold their extremes; never asks the scheduler. */
  async curves(request: CurvesRequest): Promise<Curves> {
    const { readCurves } = await import('./series/curves.ts');
    return readCurves(this.project, request);
  }

  /** Every point of the {@link curves} of a metric as CSV, smoothed values beside the raw ones. */
  async curvesCsv(request: CurvesCsvRequest): Promise<string> {
    const { writeCurvesCsv } = await import('./series/curves-csv.ts');
    return writeCurvesCsv(this.project, request);
  }

  /** The metrics that {@link curves} has of an experiment. */
  async seriesNames(expId: string): Promise<string[]> {
    const { listSeriesNames } = await import('./series/curves.ts');
    return listSeriesNames(this.project, expId);
  }

  /** What an attempt used over time, as its monitor saw it: cores, memory and GPUs. @param attempt `train-2` */
  async usage(expId: string, attempt: string, detail?: CurveDetail): Promise<Usage> {
    const { readUsage } = await import('./past-runs/usage-curves.ts');
    return readUsage(this.project, expId, attempt, detail);
  }

  /** {@link usage} of all attempts of experiments, on the x of their {@link curves}. */
  async systemCurves(request: SystemCurvesRequest): Promise<SystemCurves> {
    const { readSystemCurves } = await import('./past-runs/system-curves.ts');
    return readSystemCurves(this.project, request);
  }

  /** {@link curves} of what an experiment has written by now, read again and again without recording anything. */
  async liveCurves(expId: string): Promise<LiveCurves> {
    const { openLiveCurves } = await import('./harvest/live-curves.ts');
    return openLiveCurves(this.project, expId);
  }

  /** Reads what others have recorded since, for a process that stays. @throws SheafError `project.gone` */
  async catchUp(): Promise<void> {
    const { catchUp } = await import('./project/catch-up.ts');
    return catchUp(this.project);
  }

  /** All experiments in a few numbers; never asks the scheduler. */
  async summary(): Promise<Summary> {
    const { readSummary } = await import('./jobs/summary.ts');
    return readSummary(this.project);
  }

  /** What ended, started and was made since a time; never asks the scheduler. */
  async activity(request: ActivityRequest): Promise<Activity> {
    const { readActivity } = await import('./observe/activity.ts');
    return readActivity(this.project, request);
  }

  /**
   * The GPU hours of all experiments since a time, archived ones too; what runs counts until now. Never asks the scheduler.
   *
   * @param sinceMs milliseconds since 1970
   */
  async gpuHours(sinceMs: number): Promise<GpuHours> {
    const { readGpuHours } = await import('./past-runs/gpu-hours.ts');
    return readGpuHours(this.project, sinceMs);
  }

  /** What failed since a time and why, newest first; never asks the scheduler. */
  async failures(request: FailuresRequest): Promise<StatusLine[]> {
    const { listFailures } = await import('./jobs/status-lines.ts');
    return listFailures(this.project, request);
  }

  /** How chosen experiments are, and why; never asks the scheduler. */
  async statusLines(selector: ListSelector): Promise<StatusLine[]> {
    const { listStatusLines } = await import('./jobs/status-lines.ts');
    return listStatusLines(this.project, selector);
  }

  /** The sweeps by the statuses of their members: those with active ones first, then the newest. */
  sweepCounts(limit: number): SweepsByStatus {
    return this.project.store.countSweeps(limit);
  }

  /** Says which of these were harvested with older versions of rules than the current ones; empty when none was. */
  async oldRules(selector: ListSelector = {}): Promise<string[]> {
    const { warnOfOldRules } = await import('./harvest/old-rules.ts');
    return warnOfOldRules(this.project, selector);
  }

  /** All about one experiment. */
  show(expId: string, options: { events?: boolean } = {}): Shown {
    return showExperiment(this.project, expId, options);
  }

  /** {@link show} with what changed since, and the place in the queue: asks the scheduler about a queued experiment. */
  async inspect(expId: string, options: InspectOptions = {}): Promise<Overview> {
    const { inspectExperiment } = await import('./inspect/overview.ts');
    return inspectExperiment(this.project, expId, options);
  }

  /** The scripts that ran, and those that would run next. */
  async scripts(expId: string): Promise<StageScripts[]> {
    const { buildScripts } = await import('./submit/scripts.ts');
    return buildScripts(this.project, expId);
  }

  /** The scripts that one attempt ran. @param attempt `train-2` @throws SheafError `attempt.unknown` */
  async attemptScripts(expId: string, attempt: string): Promise<AttemptScripts> {
    const { readAttemptScripts } = await import('./submit/scripts.ts');
    return readAttemptScripts(this.project, expId, attempt);
  }

  /** In what the code of an experiment differed from its commit when it was first submitted. */
  async codeChanges(expId: string): Promise<CodeChanges> {
    const { readCodeChanges } = await import('./code/code-changes.ts');
    return readCodeChanges(this.project, expId);
  }

  /**
   * Partitions with their GPUs, what of them is free and who may use them.
   *
   * @throws SheafError when the cluster does not answer and `sheaf.yaml` says nothing of it
   */
  async partitions(options: PartitionsOptions = {}): Promise<ClusterOffers> {
    const { listPartitions } = await import('./cluster/partitions.ts');
    return listPartitions(this.project, options);
  }

  /**
   * How the cluster is now for its user: GPUs that are free, partitions, limits, what waits and why, and how long a job like the
   * last one would wait. Asks gently, never tries jobs, and records nothing. A cluster that does not answer is a `problem` of the answer.
   *
   * @param options with the reasons of {@link observe}, why jobs wait is as of now
   * @throws SheafError `cluster.catalogue` for what is wrong in `sheaf.yaml`
   */
  async clusterNow(options: ClusterNowOptions = {}): Promise<ClusterNow> {
    const { readClusterNow } = await import('./inspect/cluster-now.ts');
    return readClusterNow(this.project, options);
  }

  /**
   * Where an experiment, or one of a template, could run: what fits, when it would start, how long it would take, what it
   * would cost, and whether results are comparable with others. Nothing is submitted or recorded.
   *
   * @throws SheafError `advise.*`
   */
  async advise(request: AdviseRequest): Promise<Advice> {
    const { advise } = await import('./advise/advise.ts');
    return advise(this.project, request);
  }

  /**
   * The memory that a training takes on one GPU, and on which GPUs it fits; fitted to the project's own measured runs.
   *
   * @throws SheafError `estimate.*`
   */
  async estimate(request: EstimateRequest): Promise<Estimated> {
    const { estimate } = await import('./advise/estimate.ts');
    return estimate(this.project, request);
  }

  /** How the forecasts of waits, run times and memory came true that advice gave for attempts, newest first. */
  async trackRecord(): Promise<TrackRecord> {
    const { trackRecord } = await import('./advise/track-record.ts');
    return trackRecord(this.project);
  }

  /** What differs between experiments, and their metrics, side by side. */
  compare(expIds: readonly string[], request: CompareRequest = {}): Promise<CompareResult> {
    return compare(this.project, expIds, request);
  }

  /** What runs used of what they asked for, and what to ask for next time. */
  async efficiency(request: EfficiencyRequest = {}): Promise<EfficiencyReport> {
    const { reportEfficiency } = await import('./past-runs/efficiency.ts');
    return reportEfficiency(this.project, request);
  }

  /** What went into two experiments: parameters, settings, code and environment. */
  async diff(a: string, b: string): Promise<Diffed> {
    const { diffExperiments } = await import('./inspect/diff.ts');
    return diffExperiments(this.project, a, b);
  }

  /** Statistics of each metric over the rest. */
  group(request: GroupRequest): Promise<Grouped> {
    return groupExperiments(this.project, request);
  }

  /** Groups side by side, with the best of each metric. */
  compareGroups(request: CompareGroupsRequest): Promise<ComparedGroups> {
    return compareGroups(this.project, request);
  }

  /** Whether the means of two groups differ, for each metric. */
  testGroups(request: TestRequest): Promise<TestedGroups> {
    return testGroups(this.project, request);
  }

  /** Reads what runs left behind; says what was found where, and what was not. */
  async harvest(selector: HarvestSelector = {}, options: HarvestOptions = {}): Promise<HarvestReport> {
    const { harvestExperiments } = await import('./harvest/harvest.ts');
    return harvestExperiments(this.project, selector, options);
  }

  /**
   * Reads the results of what completed, each run once; never fails because of results.
   *
   * @param forMs how long to read at most, milliseconds; by default until all is read
   */
  async harvestNew(selector: Selector = {}, { forMs, ...options }: NewResultsOptions = {}): Promise<NewResults> {
    if (forMs !== undefined) {
      const { harvestBriefly } = await import('./harvest/brief-harvest.ts');
      return harvestBriefly(this.project, selector, forMs, options);
    }
    const { harvestNew } = await import('./harvest/harvest-new.ts');
    return harvestNew(this.project, selector, options);
  }

  /**
   * Prunes the own experiments that completed, by this report or by these results, and whose policy says `auto: true`; never
   * fails.
   *
   * @returns the results, with what was deleted
   */
  async pruneCompleted({ changed }: StatusReport, results: NewResults): Promise<NewResults> {
    const completed = changed.flatMap(({ expId, to }) => (to === 'completed' ? [expId] : []));
    const expIds = new Set([...completed, ...results.lines.map(({ expId }) => expId)]);
    if (expIds.size === 0) return results;
    const { openAutoPruner } = await import('./prune/auto-prune.ts');
    const { pruned, warnings } = await openAutoPruner(this.project).prune(expIds);
    return { ...results, pruned, warnings: [...results.warnings, ...warnings] };
  }

  /** Proposes harvest rules that fit what an experiment left behind; changes nothing. */
  async discover(expId: string, { signal }: Pick<RunOptions, 'signal'> = {}): Promise<Discovery> {
    const { discoverRules } = await import('./harvest/discover.ts');
    return discoverRules(this.project, expId, signal);
  }

  /** {@link harvest} of one experiment. */
  async harvestResults(expId: string): Promise<HarvestLine> {
    const { lines } = await this.harvest({ ids: [expId] });
    const [line] = lines;
    if (line === undefined) throw new Error(`${expId} was neither harvested nor refused`);
    return line;
  }

  /** Writes a table of experiments, or a report of them if the file ends in `.html`, replacing the file atomically. */
  async exportResults(file: string, request: ExportRequest = {}): Promise<Exported> {
    const { chooseFormat, exportTable } = await import('./tables/export.ts');
    const format = chooseFormat(file, request.format);
    if (format !== 'html') return exportTable(this.project, file, { ...request, format });
    const { exportReport } = await import('./html-report/export-report.ts');
    return exportReport(this.project, file, request);
  }

  /** The numbers of a figure of experiments; `writeFigure` draws it into a file, `figureText` for a terminal. */
  async plot(request: PlotRequest): Promise<Plotted> {
    const { plotFigure } = await import('./plot/plot.ts');
    return plotFigure(this.project, request);
  }

  /** Brings a tracking server of MLflow up to date: one run for each experiment that has run. */
  async exportToMlflow(request: MlflowRequest = {}, options: RunOptions = {}): Promise<MlflowExported> {
    const { exportToMlflow } = await import('./trackers/mlflow-export.ts');
    return exportToMlflow(this.project, request, options);
  }

  /** Has W&B's own program send offline runs that it has not sent yet, each once. */
  async syncToWandb(selector: ListSelector = {}, options: WandbOptions = {}): Promise<WandbSynced> {
    const { syncToWandb } = await import('./trackers/wandb-sync.ts');
    return syncToWandb(this.project, selector, options);
  }

  /** The event files of experiments, named as TensorBoard will show them. */
  async planTensorboard(selector: ListSelector = {}): Promise<TensorboardPlan> {
    const { planTensorboard } = await import('./trackers/tensorboard.ts');
    return planTensorboard(this.project, selector);
  }

  /** Runs TensorBoard over just what was planned, until it or the signal ends. */
  async runTensorboard(
    plan: TensorboardPlan,
    settings: TensorboardServerOptions = {},
    options: TensorboardOptions = {},
  ): Promise<void> {
    const { runTensorboard } = await import('./trackers/tensorboard.ts');
    return runTensorboard(this.project, plan, settings, options);
  }

  /** The logs of experiments, piece by piece; of several with `follow`, all at once. */
  async *logs(expIds: string | readonly string[], request: LogRequest = {}): AsyncGenerator<LogChunk> {
    const { readLogs } = await import('./logs/logs.ts');
    yield* readLogs(this.project, expIds, request);
  }

  /** A part of the log of an attempt by its place in bytes, by default its last 64 KiB; reads no more than that. */
  async logWindow(expId: string, request: LogWindowRequest = {}): Promise<LogWindow> {
    const { readLogWindow } = await import('./logs/log-window.ts');
    return readLogWindow(this.project, expId, request);
  }

  /** The lines of the log of an attempt that hold a text, as they are found. @throws SheafError `logs.*` */
  async *searchLog(expId: string, request: LogSearchRequest): AsyncGenerator<LogSearchEvent> {
    const { searchLog } = await import('./logs/search-log.ts');
    yield* searchLog(this.project, expId, request);
  }

  /** Where the logs of an attempt say what went wrong; undefined if they do not. */
  async firstError(expId: string, request: FirstErrorRequest = {}): Promise<LogError | undefined> {
    const { findFirstError } = await import('./logs/first-error.ts');
    return findFirstError(this.project, expId, request);
  }

  /**
   * The entries of the folder of an experiment, or of one below it; links are not followed.
   *
   * @param path as the list has it: one character a byte, since names need not be UTF-8
   * @throws SheafError `files.*`
   */
  async files(expId: string, path?: string): Promise<FileList> {
    const { listFiles } = await import('./files/list-files.ts');
    return listFiles(this.project, expId, path);
  }

  /** What a file of an experiment is, and its beginning. @throws SheafError `files.*` */
  async fileHead(expId: string, path: string): Promise<FileHead> {
    const { readFileHead } = await import('./files/file-head.ts');
    return readFileHead(this.project, expId, path);
  }

  /** A file of an experiment, to be read as a whole and disposed of. @throws SheafError `files.*` */
  async openFile(expId: string, path: string): Promise<OpenedFile> {
    const { openFile } = await import('./files/open-file.ts');
    return openFile(this.project, expId, path);
  }

  /** A text for each log, and for what each experiment writes beside its logs, that is another one when it has grown. */
  async stampFiles(logs: readonly FollowedLog[], runs: readonly string[]): Promise<FileStamps> {
    const { stampLog, stampRun } = await import('./logs/file-stamps.ts');
    return {
      logs: logs.map((log) => stampLog(this.project, log)),
      runs: runs.map((id) => stampRun(this.project, id)),
    };
  }

  /** Gives each stage a live or a completed attempt; repeating it does nothing. */
  submitExperiment(expId: string, options: SubmitOptions = {}): Promise<Submitted> {
    return this.submit({ ids: [expId] }, options);
  }

  async submit(selector: Selector, options: SubmitOptions = {}): Promise<Submitted> {
    const { submitChosen } = await import('./sweeps/submit-sweep.ts');
    return submitChosen(this.project, selector, options);
  }

  /** The scripts as they would be given to the scheduler; changes nothing. */
  async dryRun(selector: Selector, options: SubmitOptions = {}): Promise<DryRun> {
    const { planDryRun } = await import('./submit/submit.ts');
    return planDryRun(this.project, selectAll(this.project, selector), options);
  }

  /**
   * What the submission of experiments would take at most: jobs, GPU hours, limits that it touches; changes nothing.
   *
   * @throws SheafError for whatever would be refused
   */
  async priceOf(selector: Selector, options: SubmitOptions = {}): Promise<Price> {
    const { priceExperiments } = await import('./submit/price.ts');
    return priceExperiments(this.project, selectAll(this.project, selector), options);
  }

  /** What {@link act} would do; changes nothing. @throws SheafError for whatever would be refused */
  async planAction(action: Action): Promise<ActionPlan> {
    const { planAction } = await import('./actions/plan-action.ts');
    return planAction(this.project, action);
  }

  /** What a form would make and submit, with the scripts; changes nothing. @throws SheafError for whatever would be refused */
  async previewMaking(action: FormAction): Promise<MakingPreview> {
    const { previewMaking } = await import('./actions/preview-making.ts');
    return previewMaking(this.project, action);
  }

  /** Does what a page of the dashboard asks for. @throws SheafError */
  async act(action: Action): Promise<ActionOutcome> {
    const { performAction } = await import('./actions/perform-action.ts');
    return performAction(this.project, action);
  }

  /**
   * Looks at the scheduler and records what changed, and does nothing else: nothing is submitted, retried, cancelled or
   * harvested. Answers as well in a project that may only be read, and without a scheduler.
   */
  async observe(): Promise<Observed> {
    const { observeJobs } = await import('./observe/observe-jobs.ts');
    return observeJobs(this.project);
  }

  /** Lets the adaptive sweeps of the user go on, as `wait` does. Costs next to nothing in a project without any. */
  takeRounds(options: TakeRoundsOptions = {}): Promise<RoundsTaken> {
    return this.#rounds.take(options);
  }

  /** Watches the files of active jobs between two calls of {@link observe}; asks no scheduler. */
  async watchJobs(): Promise<JobWatch> {
    const { openJobWatch } = await import('./observe/watch-jobs.ts');
    return openJobWatch(this.project);
  }

  /** Asks the scheduler once and records what changed; submits what was deferred, and retries by rule. */
  async refresh(): Promise<StatusReport> {
    const { reportStatus } = await import('./jobs/status.ts');
    const report = await reportStatus(this.project, undefined, () => this.#rounds.take({ forMs: BRIEF_MS }));
    return this.#addWaitJobs(report);
  }

  /** {@link refresh}, telling of these experiments. */
  async status(selector: Selector): Promise<StatusReport> {
    const { reportStatus } = await import('./jobs/status.ts');
    const report = await reportStatus(
      this.project,
      (project) => selectAll(project, selector),
      () => this.#rounds.take({ forMs: BRIEF_MS }),
    );
    return this.#addWaitJobs(report);
  }

  async #addWaitJobs(report: StatusReport): Promise<StatusReport> {
    const { addWaitJobs } = await import('./wait-job/report-wait-jobs.ts');
    return addWaitJobs(this.project, report);
  }

  /** Returns when none of the experiments is active any more and the results of those that completed are read. */
  async wait(selector: Selector, options: WaitOptions = {}): Promise<Waited> {
    const { waitFor } = await import('./jobs/wait.ts');
    return waitFor(this.project, selector, { rounds: this.#rounds, ...options });
  }

  /** Hands {@link wait} for a sweep over to a job of one CPU, unless one has it. The job submits its successor before its time limit. */
  async startWaitJob(request: WaitRequest): Promise<WaitJobAnswer> {
    const { startWaitJob } = await import('./wait-job/start-wait-job.ts');
    return startWaitJob(this.project, request, this.#rounds);
  }

  /** Ends the jobs that wait for a sweep; its members run on. */
  async stopWaitJobs(sweep: string): Promise<readonly WaitJob[]> {
    const { stopWaitJobs } = await import('./wait-job/start-wait-job.ts');
    return stopWaitJobs(this.project, sweep);
  }

  /** What a job does that was submitted by {@link startWaitJob}. Undefined: it must not wait. */
  async beginWaitJob(start: WaitJobStart): Promise<WaitJobRun | undefined> {
    const { beginWaitJob } = await import('./wait-job/run-wait-job.ts');
    return beginWaitJob(this.project, start);
  }

  /**
   * Ends jobs, queued or running.
   *
   * @param options `stop`: end them softly, with the status `stopped`, for this reason and without a call to the scheduler for
   * those that run
   */
  async cancel(selector: Selector, options: { readonly stop?: string } = {}): Promise<Acted> {
    const { cancel, stop } = await import('./jobs/job-actions.ts');
    const chosen = selectAll(this.project, selector);
    return options.stop === undefined ? cancel(this.project, chosen) : stop(this.project, chosen, options.stop);
  }

  async hold(selector: Selector): Promise<Acted> {
    const { hold } = await import('./jobs/job-actions.ts');
    return hold(this.project, selectAll(this.project, selector));
  }

  async release(selector: Selector): Promise<Acted> {
    const { release } = await import('./jobs/job-actions.ts');
    return release(this.project, selectAll(this.project, selector));
  }

  /** Puts running jobs back into the queue, under their own ids; the scheduler must be able to. */
  async requeue(selector: Selector): Promise<Acted> {
    const { requeue } = await import('./jobs/job-actions.ts');
    return requeue(this.project, selectAll(this.project, selector));
  }

  /** How many members of a sweep may run at once from now on; undefined: no limit. */
  async throttleSweep(name: string, maxParallel: number | undefined): Promise<SweepThrottled> {
    const { throttleSweep } = await import('./jobs/throttle.ts');
    return throttleSweep(this.project, name, maxParallel);
  }

  /** Changes how many members of a sweep run at once, and how it goes on by itself; also while it runs. */
  async setSweep(name: string, changes: SweepChanges): Promise<SweepSet> {
    const { setSweep } = await import('./sweeps/set-sweep.ts');
    return setSweep(this.project, name, changes);
  }

  /** The place of a waiting experiment in the queue; undefined when unknown. Asks the scheduler. */
  async queuePlace(expId: string): Promise<QueuePosition | undefined> {
    const { placeOf } = await import('./observe/queue-position.ts');
    return placeOf(this.project, expId);
  }

  /** Opens a shell where an experiment runs, on this terminal. @returns its exit status */
  async openShell(expId: string): Promise<number> {
    const { openShell } = await import('./jobs/open-shell.ts');
    return openShell(this.project, expId);
  }

  /** What changed since the attempts of an experiment, and which retry its failure asks for. */
  async retryAdvice(expId: string): Promise<RetryAdvice> {
    const { retryAdvice } = await import('./experiments/outdated.ts');
    return retryAdvice(this.project, expId);
  }

  /** A next attempt of what failed or was cancelled, and of what depends on it. */
  async retry(selector: Selector, options: RetryOptions = {}): Promise<Submitted> {
    const { retry } = await import('./jobs/job-actions.ts');
    return retry(this.project, selectAll(this.project, selector), options);
  }

  async tag(selector: Selector, add: readonly string[], remove: readonly string[] = []): Promise<Acted> {
    const { tag } = await import('./experiments/edit.ts');
    return tag(this.project, selectAll(this.project, selector), add, remove);
  }

  async note(selector: Selector, text: string): Promise<Acted> {
    const { note } = await import('./experiments/edit.ts');
    return note(this.project, selectAll(this.project, selector), text);
  }

  async archive(selector: Selector, archived = true): Promise<Acted> {
    const { archive } = await import('./experiments/edit.ts');
    return archive(this.project, selectAll(this.project, selector), archived);
  }

  /** Only for what never ran. */
  async rename(expId: string, newId: string): Promise<Experiment> {
    const { rename } = await import('./experiments/edit.ts');
    return rename(this.project, expId, newId);
  }

  /** Only for what never ran. */
  async remove(selector: Selector): Promise<Acted> {
    const { remove } = await import('./experiments/edit.ts');
    return remove(this.project, selectAll(this.project, selector));
  }

  /** What the files of the project take on the disk, and what is left of quotas. @throws if the signal is aborted */
  async measureDisk(request: DiskRequest = {}, options: RunOptions = {}): Promise<DiskReport> {
    const { measureDisk } = await import('./disk/measure-disk.ts');
    return measureDisk(this.project, request, options);
  }

  /** Checkouts of code that no run needs. */
  async prunable(): Promise<readonly PrunableCheckout[]> {
    const { listPrunable } = await import('./code/prune.ts');
    return listPrunable(this.project);
  }

  /** Removes them; the code itself is kept. */
  async prune(): Promise<readonly PrunableCheckout[]> {
    const { prune } = await import('./code/prune.ts');
    return prune(this.project);
  }

  /** The checkpoints of experiments, with the values of a metric at their steps; never asks the scheduler. */
  async checkpoints(selector: ListSelector = {}, options: ListCheckpointsOptions = {}): Promise<CheckpointList> {
    const { listCheckpoints } = await import('./checkpoints/list-checkpoints.ts');
    return listCheckpoints(this.project, openSelection(this.project, onlyWithAttempts(selector)).rows(), options);
  }

  /**
   * The checkpoint with the best value of a metric, of the experiment with the best final value that still has one.
   *
   * @param mode which values are better; default: as the harvest rule of the metric says
   * @throws SheafError `checkpoint.*`
   */
  async bestCheckpoint(metric: string, selector: ListSelector = {}, mode?: Mode): Promise<BestCheckpoint> {
    const { findBestOfAll } = await import('./checkpoints/best-checkpoint.ts');
    const { rankByMetric } = await import('./experiments/rank-by-metric.ts');
    const { rows, judge } = rankByMetric(this.project, onlyWithAttempts(selector), metric, mode);
    return findBestOfAll(this.project, rows, judge);
  }

  /** The checkpoints that have a name in the project, with the code and the data behind each. */
  async pinnedCheckpoints(selector: ListSelector = {}): Promise<PinnedLine[]> {
    const { listPinnedLines } = await import('./checkpoints/list-pinned.ts');
    const chosen = isSelective(selector) ? new Set(selectAll(this.project, selector).map(({ key }) => key)) : undefined;
    return listPinnedLines(this.project, ({ key }) => chosen?.has(key) ?? true);
  }

  /**
   * Gives a checkpoint of an experiment a name in the project, with a link `pinned/NAME`; repeating it does nothing.
   *
   * @throws SheafError `checkpoint.*`, `pin.*`
   */
  async pinCheckpoint(
    expId: string,
    choice: CheckpointChoice,
    name: string,
    options: JudgeOptions = {},
  ): Promise<Pinned> {
    const { chooseCheckpoint } = await import('./checkpoints/choose-checkpoint.ts');
    const { checkPinName, pinCheckpoint } = await import('./checkpoints/pins.ts');
    checkPinName(this.project, name);
    const experiment = findExperiment(this.project, expId);
    const chosen = await chooseCheckpoint(this.project, experiment, choice, options);
    return pinCheckpoint(this.project, experiment, chosen, name);
  }

  /** Takes a name from a checkpoint, which stays. @returns what had it @throws SheafError `pin.unknown` */
  async unpinCheckpoint(name: string): Promise<Unpinned> {
    const { unpinCheckpoint } = await import('./checkpoints/pins.ts');
    return unpinCheckpoint(this.project, name);
  }

  /**
   * What pruning would delete of the checkpoints of experiments: by default of all that are not archived. Unless it is a dry
   * run, what an interrupted command left is finished.
   *
   * @throws SheafError as `openChosen`
   */
  async planPrune(selector: Selector = {}, options: PrunePlanOptions = {}): Promise<PrunePlan> {
    const { planPrune } = await import('./prune/plan-prune.ts');
    return planPrune(this.project, selector, options);
  }

  /** Deletes what was planned to go, as far as nothing needs it by now. */
  async pruneCheckpoints(plan: PrunePlan, options: RunOptions = {}): Promise<Pruning> {
    const { pruneCheckpoints } = await import('./prune/prune-checkpoints.ts');
    return pruneCheckpoints(this.project, plan, options);
  }

  /** Checks everything and repairs what can be derived from the journal; with `repair: false` it only reports that. */
  async doctor(options: ExamineOptions = {}): Promise<DoctorFinding[]> {
    const { examine } = await import('./doctor.ts');
    return examine(this.project, options);
  }

  /**
   * What is wrong with the record, and of what little is left on the disk, without a look at each experiment. Changes
   * nothing and never asks the scheduler.
   */
  async findProblems(): Promise<DoctorFinding[]> {
    const { findProblems } = await import('./record-checks.ts');
    return findProblems(this.project);
  }
}

/** The project found upwards from `dir`, else one made in a folder of that name. */
async function projectFolder(dir: string, name: string): Promise<string> {
  const found = findRoot(dir);
  if (found !== undefined) return found;
  const folder = join(dir, name);
  if (getFileFacts(join(folder, 'sheaf.yaml')) === undefined) {
    const { initProject } = await import('./project/init.ts');
    await initProject({ dir: folder });
  }
  return folder;
}
