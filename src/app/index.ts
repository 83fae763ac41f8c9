/**
 * The library: {@link ExperimentManager} and what its methods take and give.
 *
 * @example
 * import { ExperimentManager } from 'sheaf';
 * using manager = await ExperimentManager.open({ projectName: 'my_research' });
 */
export { SheafError, type Problem } from '../core/errors.ts';
export type { Experiment } from '../core/experiment/stored.ts';
export {
  BANDS,
  cleanLines,
  cleanText,
  figureText,
  KINDS,
  groupName,
  meanText,
  paint,
  renderTable,
  sparkline,
  statusStyle,
  type Band,
  type Cell,
  type Figure,
  type Layout,
  type GroupMetric,
  type TableColumn,
} from '../report/index.ts';
export {
  NAME_WORDS,
  nearest,
  type Candidate,
  type ChoiceName,
  type Cost,
  type Dropped,
  type Forecast,
  type Job,
  type Judged,
  type Need,
  type Spread,
  type Waves,
} from '../advisor/index.ts';
export type { Advised } from '../core/experiment/advised.ts';
export type { Subject } from './advise-subject.ts';
export type { Settled, TrackRow } from '../advisor/index.ts';
export type { Advice, OfferedChoice } from './advise-core.ts';
export type { AdviseRequest } from './advise.ts';
export { estimate, type Estimated, type EstimateRequest, type GpuFit, type Unused } from './estimate.ts';
export { estimateRows, readModelConfig, type EstimatedRow, type EstimatedRows } from './estimate-rows.ts';
export {
  OPTIMIZERS,
  PRECISIONS,
  ROW_FIELDS,
  SHARDINGS,
  asAttention,
  asOptimizer,
  asPrecision,
  asSharding,
  type EstimateErrors,
  type Evaluation,
  type MemoryEstimate,
  type MemoryParts,
  type MemoryVerdict,
  type ModelNumbers,
  type TrainingSetup,
} from '../advisor/index.ts';
export type { Access, FreeNode, GpuKind, Offer } from '../advisor/index.ts';
export type { ClusterFacts } from '../core/cluster/cluster-facts.ts';
export type { ClusterOffers } from './cluster-facts.ts';
export type { PartitionsOptions } from './partitions.ts';
export type { TrackRecord } from './track-record.ts';
export {
  ResourceAdvisor,
  type AdvisorCatalogue,
  type ForecastLine,
  type JobRequest,
  type MemoryAnswer,
  type PartitionSpec,
} from './resource-advisor.ts';
export type { CheckedOut } from './checkout.ts';
export type { Compared, CompareRequest } from './compare.ts';
export type { ComparedGroups } from './compare-groups.ts';
export type { TestedGroups, TestedMetric, TestKind, TestRequest } from './t-test-groups.ts';
export type { Diffed } from './diff.ts';
export type { Discovered, Discovery } from './discover.ts';
export { plotFigure, type Plotted, type PlotRequest } from './plot.ts';
export { figureFormat, writeFigure, type FigureFile, type FigureFormat } from './plot-file.ts';
export type { EfficiencyReport, EfficiencyRequest } from './efficiency.ts';
export type { EfficiencyGroup, Measured, Share, Suggestion } from '../advisor/index.ts';
export type { Prunable } from './prune.ts';
export type { Rerun } from './rerun.ts';
export { detectMachine, type Machine } from './detect.ts';
export { ExperimentManager, type ManagerOptions } from './experiment-manager.ts';
export { EXPORT_FORMATS, exportFormat, type Exported, type ExportFormat, type ExportRequest } from './export.ts';
export type { ColumnSpec, WrittenColumn } from '../core/settings/export-column.ts';
export type { Grouped, GroupRequest, MetricGroup, Unfinished } from './group.ts';
export { STAT_NAMES } from './export-groups.ts';
export type { HarvestOptions, HarvestSelector } from './harvest.ts';
export { info, type Info, type ProjectInfo } from './info.ts';
export { recordCluster, type ClusterRecording, type RecordOptions } from './record-cluster.ts';
export { initProject, type Initialised, type InitOptions } from './init.ts';
export type { Listed, ListRequest } from './list.ts';
export type { LogChunk, LogRequest } from './logs.ts';
export type {
  Acted,
  Created,
  Difference,
  DryRun,
  Finding,
  HarvestLine,
  HarvestReport,
  NewExperiment,
  NewSweep,
  Override,
  RetryOptions,
  Progress,
  RunOptions,
  Selector,
  ShownDiagnosis,
  SpaceTexts,
  StatusLine,
  StatusReport,
  Submission,
  SubmitOptions,
  Submitted,
  SweepMade,
  SweepPlan,
  SweepSummary,
} from './results.ts';
export type { MlflowExported, MlflowLine, MlflowRequest } from './mlflow-export.ts';
export type { ListSelector, Selected } from './select.ts';
export type { TensorboardOptions, TensorboardPlan, TensorboardSettings } from './tensorboard.ts';
export type { WandbLine, WandbOptions, WandbSynced } from './wandb-sync.ts';
export type { StageScripts } from './scripts.ts';
export type { EnvironmentDifference } from './environment-record.ts';
export type { Shown, ShownAttempt, ShownStage, ShownValue } from './show.ts';
export type { MadeTemplate, TemplateLine } from './templates.ts';
export { supervise as superviseSpool } from './supervisor.ts';
export type { SweepThrottled } from './throttle.ts';
export type {
  GpuDescription,
  PartitionDescription,
  QosDescription,
  QueuePlace,
  SchedulerDescription,
} from '../scheduler/index.ts';
export type { RetryAdvice } from './outdated.ts';
export type { Outdated } from './results.ts';
