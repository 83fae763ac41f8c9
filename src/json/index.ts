/** The JSON documents that sheaf prints and serves: builders from what `app` returns, and the list of all of them. */
export {
  DOCUMENTS,
  errorJson,
  makeDocument,
  type Document,
  type DocumentData,
  type DocumentKind,
  type ErrorDocument,
} from './documents.ts';
export { checkpointsPruneJson, type CheckpointsPruneJson } from './files/prune.ts';
export {
  bestCheckpointJson,
  checkpointsJson,
  pinJson,
  pinnedJson,
  type BestCheckpointJson,
  type CheckpointsJson,
  type PinJson,
  type PinnedJson,
} from './files/checkpoints.ts';
export {
  compareGroupsJson,
  compareJson,
  groupTestJson,
  type CompareGroupsJson,
  type CompareJson,
  type GroupTestJson,
} from './inspect/compare.ts';
export { checkoutJson, diffJson, type CheckoutJson, type DiffJson } from './inspect/diff.ts';
export { listJson, type ListJson } from './inspect/list.ts';
export {
  showJson,
  stageScriptsJson,
  type AttemptJson,
  type EventJson,
  type ScriptsJson,
  type ShowJson,
} from './inspect/show.ts';
export { createdJson, rerunJson, type CreatedJson, type RerunJson } from './make/created.ts';
export {
  sweepJson,
  sweepMadeJson,
  sweepPlanJson,
  sweepSetJson,
  type SweepJson,
  type SweepMadeJson,
  type SweepPlanJson,
  type SweepSetJson,
} from './make/sweep.ts';
export { adviceJson, type AdviceJson, type CandidateJson, type ChoiceJson } from './resources/advise.ts';
export {
  efficiencyJson,
  type EfficiencyGroupJson,
  type EfficiencyJson,
  type EfficiencyRunJson,
} from './resources/efficiency.ts';
export {
  estimateRowsJson,
  type EstimateRowJson,
  type EstimateRowsJson,
  type EvaluationJson,
} from './resources/estimate-rows.ts';
export {
  estimateJson,
  type EstimateJson,
  type KnownEstimateJson,
  type UnknownEstimateJson,
} from './resources/estimate.ts';
export { clusterNowJson, type ClusterNowJson, type PlaceNowJson } from './resources/cluster-now.ts';
export { partitionsJson, type AccessJson, type PartitionJson, type PartitionsJson } from './resources/partitions.ts';
export { trackRecordJson, type TrackRecordJson } from './resources/track-record.ts';
export { exportJson, type ExportJson } from './results/export.ts';
export { discoverJson, harvestJson, type DiscoverJson, type HarvestJson } from './results/harvest.ts';
export { figureJson, plotJson, type FigureJson, type PlotJson } from './results/plot.ts';
export {
  mlflowJson,
  tensorboardJson,
  wandbJson,
  type MlflowJson,
  type TensorboardJson,
  type WandbJson,
} from './results/trackers.ts';
export { actedJson, type ActedJson } from './run/acted.ts';
export { logEntriesJson, type LogEntryJson } from './run/logs.ts';
export {
  allEndedJson,
  endedJson,
  roundJson,
  statusJson,
  type AllEndedJson,
  type RoundJson,
  type EndedJson,
  type StatusJson,
} from './run/status.ts';
export {
  waitJobJson,
  waitJobsStoppedJson,
  type SeenWaitJobJson,
  type WaitJobJson,
  type WaitJobStartedJson,
  type WaitJobsStoppedJson,
} from './run/wait-job.ts';
export { runJson, type RunJson } from './run/run.ts';
export { dryRunJson, submittedJson, type DryRunJson, type SubmissionJson, type SubmittedJson } from './run/submit.ts';
export { completionJson, type CompletionJson } from './start/completion.ts';
export { serveJson, type ServeJson } from './start/serve.ts';
export { doctorJson, recordingJson, type DoctorJson, type RecordingJson } from './start/doctor.ts';
export { diskJson, type DiskJson } from './start/disk.ts';
export { infoJson, type InfoJson } from './start/info.ts';
export { initJson, type InitJson } from './start/init.ts';
export {
  madeTemplateJson,
  templateJson,
  templatesJson,
  type MadeTemplateJson,
  type TemplateJson,
  type TemplatesJson,
} from './start/template.ts';
export { pruneJson, type PruneJson } from './tidy/prune.ts';
export { renameJson, type RenameJson } from './tidy/rename.ts';
export { statusLineJson, type StatusLineJson } from './parts/status-line.ts';
export type { MetricJson } from './parts/metric.ts';
export type { CodeJson, CodeSeenJson } from './parts/code.ts';
export { problemJson, type ProblemJson } from './parts/problem.ts';
