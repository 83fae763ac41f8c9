export { runInParallel } from './in-parallel.ts';
export { experimentId, knownRuns } from './mlflow/known-runs.ts';
export type { Artifact, OutgoingRun, RunStatus, SentRun } from './mlflow/run.ts';
export { sendRun } from './mlflow/send-run.ts';
export { mlflowServer } from './mlflow/server.ts';
export { eventFolders, eventLinks } from './event-files.ts';
export { eventFile } from './event-writer.ts';
export { offlineRuns, syncRun, type OfflineRun } from './wandb.ts';
