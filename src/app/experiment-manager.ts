import { join } from 'node:path';
import type { Experiment } from '../core/stored.ts';
import type { Value } from '../core/value.ts';
import { fileFacts } from '../system/index.ts';
import * as acting from './act.ts';
import { cloneExperiment, newExperiment } from './drafts.ts';
import { examine } from './doctor.ts';
import { findExperiment } from './find.ts';
import { initProject } from './init.ts';
import { findRoot, openProject, type Environment, type Project } from './project.ts';
import type {
  Acted,
  Created,
  DryRun,
  Finding,
  HarvestLine,
  HarvestReport,
  NewExperiment,
  NewSweep,
  Override,
  RunOptions,
  Selector,
  SpaceTexts,
  StatusReport,
  SubmitOptions,
  Submitted,
  SweepMade,
  SweepPlan,
  SweepSummary,
} from './results.ts';
import { chosen } from './select.ts';
import { reportStatus } from './status.ts';
import { dryRun, submitExperiments } from './submit.ts';
import { supervisorCommand } from './supervisor.ts';
import * as sweeping from './sweep.ts';
import * as tidying from './tidy.ts';
import { waitFor } from './wait.ts';

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
      dir: options.projectName === undefined ? dir : projectFolder(dir, options.projectName),
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
  async clone(expId: string, newId: string, changes: Override & { description?: string; tags?: readonly string[] } = {}): Promise<Created> {
    return cloneExperiment(this.project, expId, newId, changes);
  }

  planSweep(sweep: NewSweep): Promise<SweepPlan> {
    return sweeping.planNewSweep(this.project, sweep);
  }

  createSweep(sweep: NewSweep, options?: RunOptions): Promise<SweepMade> {
    return sweeping.createSweep(this.project, sweep, options);
  }

  planExtension(name: string, space: SpaceTexts): Promise<SweepPlan> {
    return sweeping.planExtension(this.project, name, space);
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
  wait(selector: Selector, options: RunOptions & { onChange?: (report: StatusReport) => void } = {}): Promise<StatusReport> {
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

  /** A next attempt of what failed or was cancelled, and of what depends on it. */
  retry(selector: Selector, options: SubmitOptions = {}): Promise<Submitted> {
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

  /** Checks everything and repairs what can be derived from the journal. */
  doctor(options: { rebuild?: boolean } = {}): Promise<Finding[]> {
    return examine(this.project, options);
  }
}

/** The project found upwards from `dir`, else one made in a folder of that name. */
function projectFolder(dir: string, name: string): string {
  const found = findRoot(dir);
  if (found !== undefined) return found;
  const folder = join(dir, name);
  if (fileFacts(join(folder, 'sheaf.yaml')) === undefined) initProject({ dir: folder });
  return folder;
}

export type { HarvestLine, HarvestReport, Value };
