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
  type ScoredCandidate,
  type Need,
  type Spread,
  type Waves,
} from '../advisor/index.ts';
export type { Advised } from '../core/experiment/advised.ts';
export type { AdviceTarget } from './advise/advise-target.ts';
export type { Settled, TrackRow } from '../advisor/index.ts';
export type { Advice, OfferedChoice } from './advise/advise-core.ts';
export type { AdviseRequest } from './advise/advise.ts';
export { needsCopy, takeChoice, type GivenValues } from './advise/choice-command.ts';
export { estimate, type Estimated, type EstimateRequest, type GpuFit, type Unused } from './advise/estimate.ts';
export { estimateRows, readModelConfig, type EstimatedRow, type EstimatedRows } from './advise/estimate-rows.ts';
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
export type { ClusterOffers } from './cluster/cluster-facts.ts';
export type { PartitionsOptions } from './cluster/partitions.ts';
export type { TrackRecord } from './advise/track-record.ts';
export {
  ResourceAdvisor,
  type AdvisorCatalogue,
  type ForecastLine,
  type JobRequest,
  type MemoryAnswer,
  type PartitionSpec,
} from './advisor.ts';
export type { CheckedOut } from './code/checkout.ts';
export type { Compared, CompareRequest } from './tables/compare.ts';
export type { ComparedGroups } from './tables/compare-groups.ts';
export type { TestedGroups, TestedMetric, TestKind, TestRequest } from './tables/t-test-groups.ts';
export type { Diffed } from './inspect/diff.ts';
export { describeEvent } from './inspect/event-words.ts';
export type { Discovered, Discovery } from './harvest/discover.ts';
export { plotFigure, type Plotted, type PlotRequest } from './plot/plot.ts';
export { figureFormat, writeFigure, type FigureFile, type FigureFormat } from './plot/plot-file.ts';
export type { EfficiencyReport, EfficiencyRequest } from './past-runs/efficiency.ts';
export type { EfficiencyGroup, Measured, Share, Suggestion } from '../advisor/index.ts';
export type { Prunable } from './code/prune.ts';
export type { Rerun } from './experiments/rerun.ts';
export { damagedFile, loadWholeProgram } from '../system/index.ts';
export { detectMachine, type Machine } from './project/detect.ts';
export { ExperimentManager, type ManagerOptions } from './manager.ts';
export { EXPORT_FORMATS, exportFormat, type Exported, type ExportFormat, type ExportRequest } from './tables/export.ts';
export type { ColumnSpec, WrittenColumn } from '../core/settings/export-column.ts';
export type { Grouped, GroupRequest, MetricGroup, Unfinished } from './tables/group.ts';
export { STAT_NAMES } from './tables/export-groups.ts';
export type { HarvestOptions, HarvestSelector } from './harvest/harvest.ts';
export type { SchedulerKind, SchedulerKinds } from '../scheduler/index.ts';
export { info, type Info, type ProjectInfo } from './project/info.ts';
export { recordCluster, type ClusterRecording, type RecordOptions } from './cluster/record-cluster.ts';
export { initProject, type Initialised, type InitOptions } from './project/init.ts';
export type { Listed, ListRequest } from './tables/list.ts';
export type { LogChunk, LogRequest } from './logs/logs.ts';
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
} from './project/types.ts';
export type { MlflowExported, MlflowLine, MlflowRequest } from './trackers/mlflow-export.ts';
export type { ListSelector, Selected } from './experiments/select.ts';
export type { TensorboardOptions, TensorboardPlan, TensorboardSettings } from './trackers/tensorboard.ts';
export type { WandbLine, WandbOptions, WandbSynced } from './trackers/wandb-sync.ts';
export type { StageScripts } from './submit/scripts.ts';
export type { EnvironmentDifference } from './code/environment-record.ts';
export type { Shown, ShownAttempt, ShownStage, ShownValue } from './inspect/show.ts';
export type { MadeTemplate, TemplateLine } from './project/templates.ts';
export { supervise as superviseSpool } from './project/supervisor.ts';
export type { SweepThrottled } from './jobs/throttle.ts';
export type {
  GpuDescription,
  PartitionDescription,
  QosDescription,
  QueuePosition,
  SchedulerDescription,
} from '../scheduler/index.ts';
export type { RetryAdvice } from './experiments/outdated.ts';
export type { Outdated } from './project/types.ts';
