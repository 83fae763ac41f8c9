export { runInParallel } from './in-parallel.ts';
export { findExperimentId, findKnownRuns } from './mlflow/known-runs.ts';
export type { Artifact, OutgoingRun, RunStatus, SentRun } from './mlflow/run.ts';
export { sendRun } from './mlflow/send-run.ts';
export { connectMlflow } from './mlflow/server.ts';
export { findEventFolders, nameEventLinks } from './event-files.ts';
export { buildEventFile } from './event-writer.ts';
export { findOfflineRuns, syncRun, type OfflineRun } from './wandb.ts';
