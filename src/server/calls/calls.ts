import { actionsCalls, WORK, type ActionsApi } from './actions.ts';
import { adviceCalls, type AdviceApi } from './advice.ts';
import type { Call, CallsOf } from './call.ts';
import { clusterCalls, type ClusterApi } from './cluster.ts';
import { compareCalls, type CompareApi } from './compare.ts';
import { curvesCalls, type CurvesApi } from './curves.ts';
import { experimentCalls, type ExperimentApi } from './experiment.ts';
import { experimentsCalls, type ExperimentsApi } from './experiments.ts';
import { exportsCalls, type ExportsApi } from './exports.ts';
import { filesCalls, type FilesApi } from './files.ts';
import { formsCalls, type FormsApi } from './forms.ts';
import { groupsCalls, type GroupsApi } from './groups.ts';
import { liveCalls, type LiveApi } from './live.ts';
import { logsCalls, type LogsApi } from './logs.ts';
import { projectCalls, type ProjectApi } from './project.ts';
import { sweepsCalls, type SweepsApi } from './sweeps.ts';

/** All that a page can ask: what each call takes and gives, by its exact name. */
export type Api = ActionsApi &
  AdviceApi &
  ClusterApi &
  CompareApi &
  CurvesApi &
  ExperimentApi &
  ExperimentsApi &
  ExportsApi &
  FilesApi &
  FormsApi &
  GroupsApi &
  LiveApi &
  LogsApi &
  ProjectApi &
  SweepsApi;

export type CallName = keyof Api;

export const CALLS: CallsOf<Omit<Api, keyof ActionsApi>> = {
  ...adviceCalls,
  ...clusterCalls,
  ...compareCalls,
  ...curvesCalls,
  ...experimentCalls,
  ...experimentsCalls,
  ...exportsCalls,
  ...filesCalls,
  ...formsCalls,
  ...groupsCalls,
  ...liveCalls,
  ...logsCalls,
  ...projectCalls,
  ...sweepsCalls,
};

/** What only a server knows that may act. */
export const ACTION_CALLS: CallsOf<ActionsApi> = actionsCalls;

const WITH_ACTIONS = { ...CALLS, ...ACTION_CALLS };
const OF_WORKERS = { ...WITH_ACTIONS, ...WORK };

/** The call of a name, compared as a whole. @param mayAct otherwise the calls that change something do not exist */
export function findCall(name: string, mayAct: boolean): Call<unknown, unknown> | undefined {
  return find(mayAct ? WITH_ACTIONS : CALLS, name);
}

/** What a worker can be asked. */
export function findWork(name: string): Call<unknown, unknown> | undefined {
  return find(OF_WORKERS, name);
}

function find(calls: object, name: string): Call<unknown, unknown> | undefined {
  return Object.hasOwn(calls, name) ? (calls as Record<string, Call<unknown, unknown>>)[name] : undefined;
}
