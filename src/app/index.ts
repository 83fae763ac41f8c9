/**
 * The library: {@link ExperimentManager} and what its methods take and give.
 *
 * @example
 * import { ExperimentManager } from 'sheaf';
 * using manager = await ExperimentManager.open({ projectName: 'my_research' });
 */
export { SheafError, type Problem } from '../core/errors.ts';
export type { Experiment } from '../core/stored.ts';
export { cleanText, paint, renderTable, statusStyle, type TableColumn } from '../report/index.ts';
export { detectMachine, type Machine } from './detect.ts';
export { ExperimentManager, type ManagerOptions } from './experiment-manager.ts';
export { initProject, type Initialised, type InitOptions } from './init.ts';
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
  Progress,
  RunOptions,
  Selector,
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
export { supervise as superviseSpool } from './supervisor.ts';
