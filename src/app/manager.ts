import { join } from 'node:path';
import type { Experiment } from '../core/experiment/stored.ts';
import { fileFacts } from '../system/index.ts';
import * as acting from './jobs/job-actions.ts';
import type { Advice } from './advise/advise-core.ts';
import type { AdviseRequest } from './advise/advise.ts';
import type { Estimated, EstimateRequest } from './advise/estimate.ts';
import type { TrackRecord } from './advise/track-record.ts';
import { compare, type Compared, type CompareRequest } from './tables/compare.ts';
import { compareGroups, type ComparedGroups } from './tables/compare-groups.ts';
import { testGroups, type TestedGroups, type TestRequest } from './tables/t-test-groups.ts';
import { cloneExperiment, newExperiment, type CloneChanges } from './experiments/new.ts';
import { checkOutCode, type CheckedOut } from './code/checkout.ts';
import { discoverRules, type Discovery } from './harvest/discover.ts';
import { diffExperiments, type Diffed } from './inspect/diff.ts';
import { retryAdvice, type RetryAdvice } from './experiments/outdated.ts';
import { plotFigure, type Plotted, type PlotRequest } from './plot/plot.ts';
import { prunable, prune, type Prunable } from './code/prune.ts';
import { rerunExperiment, type Rerun } from './experiments/rerun.ts';
import { examine } from './doctor.ts';
import { reportEfficiency, type EfficiencyReport, type EfficiencyRequest } from './past-runs/efficiency.ts';
import { exportTable, type Exported, type ExportRequest } from './tables/export.ts';
import { findExperiment } from './project/find.ts';
import { groupExperiments, type Grouped, type GroupRequest } from './tables/group.ts';
import { harvestExperiments, type HarvestOptions, type HarvestSelector } from './harvest/harvest.ts';
import { initProject } from './project/init.ts';
import { findRoot, openProject, type Environment, type Project } from './project/project.ts';
import type {
  Acted,
  Created,
  DryRun,
  Finding,
  HarvestLine,
  HarvestReport,
  NewExperiment,
  NewSweep,
  RetryOptions,
  RunOptions,
  Selector,
  SpaceTexts,
  StatusReport,
  SubmitOptions,
  Submitted,
  SweepMade,
  SweepPlan,
  SweepSummary,
} from './project/types.ts';
import { listExperiments, type Listed, type ListRequest } from './tables/list.ts';
import type { TensorboardOptions, TensorboardPlan, TensorboardSettings } from './trackers/tensorboard.ts';
import type { WandbOptions, WandbSynced } from './trackers/wandb-sync.ts';
import type { MlflowExported, MlflowRequest } from './trackers/mlflow-export.ts';
import { oldRulesWarnings } from './harvest/old-rules.ts';
import { readLogs, type LogChunk, type LogRequest } from './logs/logs.ts';
import { scriptsOf, type StageScripts } from './submit/scripts.ts';
import { chosen, selectExperiments, type ListSelector, type Selected } from './experiments/select.ts';
import { openShell, placeOf } from './jobs/queue-position.ts';
import { showExperiment, type Shown } from './inspect/show.ts';
import { reportStatus } from './jobs/status.ts';
import { dryRun, submitExperiments } from './submit/submit.ts';
import { supervisorCommand } from './project/supervisor.ts';
import * as sweeping from './sweeps/sweep.ts';
import * as templating from './project/templates.ts';
import type { MadeTemplate, TemplateLine } from './project/templates.ts';
import type { TemplateDescription } from '../template/index.ts';
import { throttleSweep, type SweepThrottled } from './jobs/throttle.ts';
import * as tidying from './experiments/edit.ts';
import type { QueuePlace } from '../scheduler/index.ts';
import type { ClusterOffers } from './cluster/cluster-facts.ts';
import type { PartitionsOptions } from './cluster/partitions.ts';
import { waitFor } from './jobs/wait.ts';

export interface ManagerOptions {
  /** Where to look for the project, upwards. Default: the working directory. */
  readonly dir?: string;
  /** Name of a project: found upwards, else made in a folder of that name. */
  readonly projectName?: string;
  /** Default: the environment of this process. */
  readonly env?: Environment;
  /** Told how many events of the journal have been read, while many are. */
  readonly onFold?: (events: number) => void;
}

/**
 * A project and all that can be done with it: the library behind every command.
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

  private constructor(project: Project) {
    this.project = project;
  }

  /** @throws SheafError `project.none` when there is no project and no `projectName` to make one of */
  static async open(options: ManagerOptions = {}): Promise<ExperimentManager> {
    const { dir = process.cwd(), env = process.env, onFold } = options;
    const project = await openProject({
      dir: options.projectName === undefined ? dir : await projectFolder(dir, options.projectName),
      env,
      supervisorArgv: supervisorCommand(),
      ...(onFold === undefined ? {} : { onFold }),
    });
    return new ExperimentManager(project);
  }

  /** The folder that holds `sheaf.yaml`. */
  get root(): string {
    return this.project.root;
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
    return newExperiment(this.project, request);
  }

  /** {@link create} for those who want the experiment alone. */
  async createExperiment(request: NewExperiment): Promise<Experiment> {
    return (await this.create(request)).experiment;
  }

  /** The same parameters, resources and command under another name, with changes. */
  async clone(expId: string, newId: string, changes: CloneChanges = {}): Promise<Created> {
    return cloneExperiment(this.project, expId, newId, changes);
  }

  /** The same parameters, resources and code under a new name. @throws SheafError `rerun.never` */
  rerun(expId: string, newId?: string): Promise<Rerun> {
    return rerunExperiment(this.project, expId, newId);
  }

  /** The code that an experiment ran, written into a new folder. @throws SheafError `code.*` */
  checkout(expId: string, folder: string): Promise<CheckedOut> {
    return checkOutCode(this.project, expId, folder);
  }

  /** All templates; one that cannot be read is told and does not hide the others. */
  templates(): Promise<TemplateLine[]> {
    return templating.templates(this.project);
  }

  /** @throws SheafError `template.unknown` and whatever is wrong with the file */
  describeTemplate(name: string): Promise<TemplateDescription> {
    return templating.describe(this.project, name);
  }

  /** Makes a template from a built-in one or from an sbatch script. */
  newTemplate(name: string, from?: string): Promise<MadeTemplate> {
    return templating.newTemplate(this.project, name, from);
  }

  /** @param submit how its members are to be submitted: then what would be refused is refused here */
  planSweep(sweep: NewSweep, submit?: SubmitOptions): Promise<SweepPlan> {
    return sweeping.planNewSweep(this.project, sweep, submit);
  }

  createSweep(sweep: NewSweep, options?: RunOptions): Promise<SweepMade> {
    return sweeping.createSweep(this.project, sweep, options);
  }

  planExtension(name: string, space: SpaceTexts, submit?: SubmitOptions): Promise<SweepPlan> {
    return sweeping.planExtension(this.project, name, space, submit);
  }

  /** Submits the members of a sweep that was just made or extended. */
  submitSweep(made: SweepMade, options: SubmitOptions = {}): Promise<Submitted> {
    return sweeping.submitMade(this.project, made, options);
  }

  extendSweep(name: string, space: SpaceTexts, options?: RunOptions): Promise<SweepMade> {
    return sweeping.extendSweep(this.project, name, space, options);
  }

  showSweep(name: string): SweepSummary {
    return sweeping.showSweep(this.project, name);
  }

  /** @throws SheafError `experiment.unknown` with the nearest names */
  find(expId: string): Experiment {
    return findExperiment(this.project, expId);
  }

  /** Experiments with how many there are; never asks the scheduler. */
  select(selector: ListSelector = {}): Selected {
    return selectExperiments(this.project, selector);
  }

  /** A table of experiments; never asks the scheduler. */
  list(request: ListRequest = {}): Listed {
    return listExperiments(this.project, request);
  }

  /** Says which of these were harvested with older versions of rules than those in force; empty when none was. */
  oldRules(selector: ListSelector = {}): Promise<string[]> {
    return oldRulesWarnings(this.project, selector);
  }

  /** All about one experiment. */
  show(expId: string, options: { events?: boolean } = {}): Shown {
    return showExperiment(this.project, expId, options);
  }

  /** The scripts that ran, and those that would run next. */
  scripts(expId: string): Promise<StageScripts[]> {
    return scriptsOf(this.project, expId);
  }

  /**
   * Partitions with their GPUs, what of them is free and who may use them.
   *
   * @throws SheafError when the cluster does not answer and `sheaf.yaml` says nothing of it
   */
  async partitions(options: PartitionsOptions = {}): Promise<ClusterOffers> {
    const { partitions } = await import('./cluster/partitions.ts');
    return partitions(this.project, options);
  }

  /**
   * Where an experiment, or one of a template, could run: what fits, when it would start, how long it would take, what it
   * would cost, and whether results can stand beside others. Nothing is submitted or recorded.
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
  compare(expIds: readonly string[], request: CompareRequest = {}): Compared {
    return compare(this.project, expIds, request);
  }

  /** What runs used of what they asked for, and what to ask for next time. */
  efficiency(request: EfficiencyRequest = {}): Promise<EfficiencyReport> {
    return reportEfficiency(this.project, request);
  }

  /** What went into two experiments: parameters, settings, code and environment. */
  diff(a: string, b: string): Promise<Diffed> {
    return diffExperiments(this.project, a, b);
  }

  /** Statistics of each metric over the rest. */
  group(request: GroupRequest): Grouped {
    return groupExperiments(this.project, request);
  }

  /** Groups side by side, with the best of each metric. */
  compareGroups(request: GroupRequest): ComparedGroups {
    return compareGroups(this.project, request);
  }

  /** Whether the means of two groups differ, for each metric. */
  testGroups(request: TestRequest): TestedGroups {
    return testGroups(this.project, request);
  }

  /** Reads what runs left behind; says what was found where, and what was not. */
  harvest(selector: HarvestSelector = {}, options: HarvestOptions = {}): Promise<HarvestReport> {
    return harvestExperiments(this.project, selector, options);
  }

  /** Proposes harvest rules that fit what an experiment left behind; changes nothing. */
  discover(expId: string, { signal }: Pick<RunOptions, 'signal'> = {}): Promise<Discovery> {
    return discoverRules(this.project, expId, signal);
  }

  /** {@link harvest} of one experiment. */
  async harvestResults(expId: string): Promise<HarvestLine> {
    const { lines } = await this.harvest({ ids: [expId] });
    const [line] = lines;
    if (line === undefined) throw new Error(`${expId} was neither harvested nor refused`);
    return line;
  }

  /** Writes a table of experiments, replacing the file atomically. */
  exportResults(file: string, request: ExportRequest = {}): Promise<Exported> {
    return exportTable(this.project, file, request);
  }

  /** The numbers of a figure of experiments; `writeFigure` draws it into a file, `figureText` for a terminal. */
  plot(request: PlotRequest): Promise<Plotted> {
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
    settings: TensorboardSettings = {},
    options: TensorboardOptions = {},
  ): Promise<void> {
    const { runTensorboard } = await import('./trackers/tensorboard.ts');
    return runTensorboard(this.project, plan, settings, options);
  }

  /** The log of an experiment, piece by piece. */
  logs(expId: string, request: LogRequest = {}): AsyncGenerator<LogChunk> {
    return readLogs(this.project, expId, request);
  }

  /** Gives each stage a live or a completed attempt; repeating it does nothing. */
  submitExperiment(expId: string, options: SubmitOptions = {}): Promise<Submitted> {
    return this.submit({ ids: [expId] }, options);
  }

  submit(selector: Selector, options: SubmitOptions = {}): Promise<Submitted> {
    return submitExperiments(this.project, chosen(this.project, selector), options);
  }

  /** The scripts as they would be given to the scheduler; changes nothing. */
  dryRun(selector: Selector, options: SubmitOptions = {}): Promise<DryRun> {
    return dryRun(this.project, chosen(this.project, selector), options);
  }

  /** Asks the scheduler once and records what changed. */
  refresh(): Promise<StatusReport> {
    return reportStatus(this.project);
  }

  /** {@link refresh}, telling of these experiments. */
  status(selector: Selector): Promise<StatusReport> {
    return reportStatus(this.project, (project) => chosen(project, selector));
  }

  /** Returns when none of the experiments is active any more. */
  wait(
    selector: Selector,
    options: RunOptions & { onChange?: (report: StatusReport) => void } = {},
  ): Promise<StatusReport> {
    return waitFor(this.project, (project) => chosen(project, selector), options);
  }

  cancel(selector: Selector): Promise<Acted> {
    return acting.cancel(this.project, chosen(this.project, selector));
  }

  hold(selector: Selector): Promise<Acted> {
    return acting.hold(this.project, chosen(this.project, selector));
  }

  release(selector: Selector): Promise<Acted> {
    return acting.release(this.project, chosen(this.project, selector));
  }

  /** Puts running jobs back into the queue, under their own ids; the scheduler must be able to. */
  requeue(selector: Selector): Promise<Acted> {
    return acting.requeue(this.project, chosen(this.project, selector));
  }

  /** How many members of a sweep may run at once from now on; undefined: no limit. */
  throttleSweep(name: string, maxParallel: number | undefined): Promise<SweepThrottled> {
    return throttleSweep(this.project, name, maxParallel);
  }

  /** Where a waiting experiment stands in the queue; undefined when that cannot be said. Asks the scheduler. */
  queuePlace(expId: string): Promise<QueuePlace | undefined> {
    return placeOf(this.project, expId);
  }

  /** Opens a shell where an experiment runs, on this terminal. @returns its exit status */
  openShell(expId: string): Promise<number> {
    return openShell(this.project, expId);
  }

  /** What changed since the attempts of an experiment, and which retry its failure asks for. */
  retryAdvice(expId: string): Promise<RetryAdvice> {
    return retryAdvice(this.project, expId);
  }

  /** A next attempt of what failed or was cancelled, and of what depends on it. */
  retry(selector: Selector, options: RetryOptions = {}): Promise<Submitted> {
    return acting.retry(this.project, chosen(this.project, selector), options);
  }

  tag(selector: Selector, add: readonly string[], remove: readonly string[] = []): Promise<Acted> {
    return tidying.tag(this.project, chosen(this.project, selector), add, remove);
  }

  note(selector: Selector, text: string): Promise<Acted> {
    return tidying.note(this.project, chosen(this.project, selector), text);
  }

  archive(selector: Selector, archived = true): Promise<Acted> {
    return tidying.archive(this.project, chosen(this.project, selector), archived);
  }

  /** Only for what never ran. */
  rename(expId: string, newId: string): Promise<Experiment> {
    return tidying.rename(this.project, expId, newId);
  }

  /** Only for what never ran. */
  remove(selector: Selector): Promise<Acted> {
    return tidying.remove(this.project, chosen(this.project, selector));
  }

  /** Checkouts of code that no run needs. */
  prunable(): Promise<readonly Prunable[]> {
    return prunable(this.project);
  }

  /** Removes them; the code itself is kept. */
  prune(): Promise<readonly Prunable[]> {
    return prune(this.project);
  }

  /** Checks everything and repairs what can be derived from the journal. */
  doctor(options: { rebuild?: boolean } = {}): Promise<Finding[]> {
    return examine(this.project, options);
  }
}

/** The project found upwards from `dir`, else one made in a folder of that name. */
async function projectFolder(dir: string, name: string): Promise<string> {
  const found = findRoot(dir);
  if (found !== undefined) return found;
  const folder = join(dir, name);
  if (fileFacts(join(folder, 'sheaf.yaml')) === undefined) await initProject({ dir: folder });
  return folder;
}
