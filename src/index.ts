/**
 * The library: {@link ExperimentManager} does what the commands do, {@link ResourceAdvisor} gives advice without a project,
 * too. All types that their methods take and return follow from them; those that programs most often name are here.
 *
 * @example
 * import { ExperimentManager } from 'sheaf';
 * using manager = await ExperimentManager.open({ projectName: 'my_research' });
 */
export {
  ExperimentManager,
  ResourceAdvisor,
  drawFigure,
  writeFigure,
  type Acted,
  type AdviseRequest,
  type Advice,
  type AdvisorCatalogue,
  type CompareResult,
  type Created,
  type Exported,
  type ExportRequest,
  type Grouped,
  type GroupRequest,
  type HarvestLine,
  type HarvestReport,
  type JobRequest,
  type Listed,
  type ListRequest,
  type ListSelector,
  type LogChunk,
  type LogRequest,
  type ManagerOptions,
  type NewExperiment,
  type NewSweep,
  type OfferedChoice,
  type Plotted,
  type PlotRequest,
  type RetryOptions,
  type RunEvent,
  type RunOptions,
  type Selector,
  type Shown,
  type StatusLine,
  type StatusReport,
  type SubmitOptions,
  type Submitted,
  type SweepMade,
} from './app/index.ts';
export { SheafError, type Problem } from './core/errors.ts';
export type { Cause } from './core/experiment/cause.ts';
export type { Metric, MissingMetric } from './core/experiment/metric.ts';
export { STATUSES, type Status } from './core/experiment/status.ts';
export type { Experiment } from './core/experiment/experiment.ts';
