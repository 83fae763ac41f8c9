import type { Call, CallsOf } from './call.ts';
import { compareCalls, type CompareApi } from './compare.ts';
import { curvesCalls, type CurvesApi } from './curves.ts';
import { experimentCalls, type ExperimentApi } from './experiment.ts';
import { experimentsCalls, type ExperimentsApi } from './experiments.ts';
import { filesCalls, type FilesApi } from './files.ts';
import { groupsCalls, type GroupsApi } from './groups.ts';
import { liveCalls, type LiveApi } from './live.ts';
import { logsCalls, type LogsApi } from './logs.ts';
import { projectCalls, type ProjectApi } from './project.ts';
import { sweepsCalls, type SweepsApi } from './sweeps.ts';

/** All that a page can ask: what each call takes and gives, by its exact name. */
export type Api = CompareApi &
  CurvesApi &
  ExperimentApi &
  ExperimentsApi &
  FilesApi &
  GroupsApi &
  LiveApi &
  LogsApi &
  ProjectApi &
  SweepsApi;

export type CallName = keyof Api;

export const CALLS: CallsOf<Api> = {
  ...compareCalls,
  ...curvesCalls,
  ...experimentCalls,
  ...experimentsCalls,
  ...filesCalls,
  ...groupsCalls,
  ...liveCalls,
  ...logsCalls,
  ...projectCalls,
  ...sweepsCalls,
};

/** The call of a name, compared as a whole. */
export function findCall(name: string): Call<unknown, unknown> | undefined {
  return Object.hasOwn(CALLS, name) ? (CALLS[name as CallName] as unknown as Call<unknown, unknown>) : undefined;
}
