/** The use cases, for `cli`, `json`, `server` and `mcp`. The public library is `src/index.ts`. */
export { ExperimentManager, type ManagerOptions } from './manager.ts';
export { ResourceAdvisor, type AdvisorCatalogue, type JobRequest } from './advisor.ts';
export { detectMachine, type DetectedMachine } from './project/detect.ts';
export { getInfo, type Info } from './project/info.ts';
export { initProject, type Initialised } from './project/init.ts';
export { examineInstallation } from './installation/examine-installation.ts';
export { findInstallation } from './installation/installation.ts';
export { foldForParent } from './project/fold-for-parent.ts';
export { getInternalCommand, supervise as superviseSpool } from './project/supervisor.ts';
export { listBuiltinLines, type MadeTemplate, type TemplateLine } from './project/templates.ts';
export type {
  Acted,
  Created,
  Difference,
  DryRun,
  DoctorFinding,
  HarvestLine,
  HarvestReport,
  BestMember,
  NewExperiment,
  NewResults,
  NewSweep,
  Outdated,
  Progress,
  RetryOptions,
  RoundEffect,
  RunOptions,
  Selector,
  ShownDiagnosis,
  SearchPlan,
  SpaceTexts,
  StatusLine,
  ExperimentsProgress,
  StatusReport,
  Submission,
  SubmitOptions,
  Submitted,
  SweepMade,
  SweepOptions,
  SweepPreview,
} from './project/types.ts';
export { describeEffect } from './project/rounds.ts';
export type { Action, ActionOutcome, ActionPlan, FormAction, Texts } from './actions/action.ts';
export type { MakingPreview } from './actions/preview-making.ts';
export type { ViewSaved } from './views/views.ts';
export type { ClusterOffers } from './cluster/cluster-facts.ts';
export { recordCluster, type ClusterRecording } from './cluster/record-cluster.ts';
export type { BestCheckpoint } from './checkpoints/best-checkpoint.ts';
export type { CheckpointChoice } from './checkpoints/choose-checkpoint.ts';
export type { CheckpointLine, CheckpointList } from './checkpoints/list-checkpoints.ts';
export type { PinnedLine } from './checkpoints/list-pinned.ts';
export type { Pinned } from './checkpoints/pins.ts';
export type { CodeChanges } from './code/code-changes.ts';
export type { CheckedOut } from './code/checkout.ts';
export type { EnvironmentDifference } from './code/environment-record.ts';
export type { PrunableCheckout } from './code/prune.ts';
export type { AskedPolicy } from './prune/keep-policy.ts';
export type { PlannedExperiment, PrunePlan } from './prune/plan-prune.ts';
export type { Pruning } from './prune/prune-checkpoints.ts';
export { DISK_GROUPINGS, type DiskGroup, type DiskGrouping } from './disk/disk-groups.ts';
export type { DiskReport } from './disk/measure-disk.ts';
export type { DiskSpace } from './disk/disk-space.ts';
export { DISK_KINDS, type DiskUse } from './disk/disk-use.ts';
export type { ImportanceRequest, RunImportance } from './sweeps/importance.ts';
export type { SweepInspection } from './sweeps/inspect-sweep.ts';
export type { SearchProgress } from './sweeps/search-progress.ts';
export type { SweepSet } from './sweeps/set-sweep.ts';
export type { SweepSummary } from './sweeps/show-sweep.ts';
export type { ReportData } from './html-report/report-data.ts';
export type { RetryAdvice } from './experiments/outdated.ts';
export type { ListSelector } from './experiments/select.ts';
export type { Discovered, Discovery } from './harvest/discover.ts';
export type { FileHead } from './files/file-head.ts';
export type { FileList } from './files/list-files.ts';
export type { OpenedFile } from './files/open-file.ts';
export type { LogWindow } from './logs/log-window.ts';
export type { LogHit } from './logs/search-log.ts';
export type { LogError } from './logs/first-error.ts';
export type { LogChunk, LogRequest } from './logs/logs.ts';
export type { EfficiencyReport } from './past-runs/efficiency.ts';
export type { GpuHours } from './past-runs/gpu-hours.ts';
export type { SystemCurves } from './past-runs/system-curves.ts';
export type { Usage } from './past-runs/usage-curves.ts';
export type { Advice, OfferedChoice } from './advise/advise-core.ts';
export type { AdviseRequest } from './advise/advise.ts';
export { needsCopy, takeChoice, type GivenValues } from './advise/choice-command.ts';
export { estimateRows, readModelConfig, type EstimatedRow, type EstimatedRows } from './advise/estimate-rows.ts';
export { estimate, type Estimated, type EstimateRequest, type GpuFit, type Unused } from './advise/estimate.ts';
export type { TrackRecord } from './advise/track-record.ts';
export type { ComparedGroups } from './tables/compare-groups.ts';
export type { CompareResult } from './tables/compare.ts';
export { STAT_NAMES } from './tables/export-groups.ts';
export { EXPORT_FORMATS, exportFormat, type Exported, type ExportRequest } from './tables/export.ts';
export type { Grouped, GroupRequest } from './tables/group.ts';
export type { MetricGroup } from './tables/metric-group.ts';
export type { Facets, FacetsRequest } from './tables/facets.ts';
export type { FieldValues, ValuesRequest } from './tables/values.ts';
export type { Page, PageRequest, PageRows } from './tables/page.ts';
export type { FollowedLog } from './logs/file-stamps.ts';
export type { CurvesRequest } from './series/curves.ts';
export type { ActivityRequest } from './observe/activity.ts';
export type { Activity, Changes, Neighbours, SweepsByStatus } from '../store/index.ts';
export type { Listed, ListRequest } from './tables/list.ts';
export type {
  GroupPage,
  GroupReference,
  GroupsRequest,
  Members,
  MembersRequest,
  RankedGroups,
  RankRequest,
} from './groups/groups.ts';
export type { TestedGroups, TestedMetric } from './tables/t-test-groups.ts';
export {
  drawFigure,
  FIGURE_FORMATS,
  parseFigureFormat,
  writeFigure,
  type FigureFile,
  type FigureFormat,
} from './plot/plot-file.ts';
export type { PlotRequest, Plotted } from './plot/plot.ts';
export type { RunEvent, RunExperimentOptions, RunMember, RunRequest, RunResult, TemplateSource } from './run/run.ts';
export type { AttemptScripts, StageScripts } from './submit/scripts.ts';
export type { MlflowExported, MlflowLine } from './trackers/mlflow-export.ts';
export type { TensorboardPlan } from './trackers/tensorboard.ts';
export type { WandbLine, WandbSynced } from './trackers/wandb-sync.ts';
export type { ViewLine } from './views/views.ts';
export type { WaitOptions, Waited } from './jobs/wait.ts';
export type { RecordedWaitJob, WaitJob } from './project/wait-jobs.ts';
export { isReplaced } from './wait-job/run-wait-job.ts';
export type { WaitJobAnswer } from './wait-job/start-wait-job.ts';
export type { ClusterNow } from './inspect/cluster-now.ts';
export type { Diffed } from './inspect/diff.ts';
export { describeEvent } from './inspect/event-words.ts';
export type { Overview } from './inspect/overview.ts';
export type { Shown, ShownAttempt, ShownValue } from './inspect/show.ts';
export type { Experiment } from '../core/experiment/experiment.ts';
export { damagedFile, loadWholeProgram } from '../system/index.ts';
export type {
  GpuDescription,
  PartitionDescription,
  QosDescription,
  QueuePosition,
  SchedulerDescription,
  SchedulerKinds,
} from '../scheduler/index.ts';
export {
  asAttention,
  asOptimizer,
  asPrecision,
  asSharding,
  countGpusLeft,
  findLongestJobS,
  findNearestMiss,
  OPTIMIZERS,
  PRECISIONS,
  ROW_FIELDS,
  SHARDINGS,
  type Access,
  type Dropped,
  type EfficiencyGroup,
  type EstimateErrors,
  type Evaluation,
  type Forecast,
  type Measured,
  type MemoryParts,
  type MemoryVerdict,
  type ModelNumbers,
  type Offer,
  type ScoredCandidate,
  type Settled,
  type Share,
  type Suggestion,
  type TrackRow,
  type TrainingSetup,
} from '../advisor/index.ts';
export {
  BANDS,
  cleanLines,
  cleanText,
  cutMiddle,
  cutPainted,
  renderFigureText,
  graphemes,
  groupName,
  KINDS,
  formatMean,
  paint,
  paintedWidth,
  renderTable,
  sparkline,
  getStatusMeaning,
  textWidth,
  type Cell,
  type Figure,
  type FigureAxis,
  type GroupMetric,
  type Layout,
  type Meaning,
  type TableColumn,
} from '../report/index.ts';
