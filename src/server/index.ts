/** The use cases over HTTP, for the dashboard. The page knows the calls by their types alone. */
export { serveProject } from './serve.ts';
export { openLink } from './control/open-link.ts';
export { askServer, type RunningServer } from './control/running-server.ts';
export { isLoopback } from './serve-options.ts';
export type { Api, CallName } from './calls/calls.ts';
export type { Action, ReportData, SystemCurves, Usage } from '../app/index.ts';
export type { Compared, ComparedMetric } from './calls/compare.ts';
export type { ActAnswer, PlanAnswer } from './calls/action-desk.ts';
export type { SessionAnswer, SessionRequest } from './http/log-in.ts';
export { answerCalls } from './workers/answer-calls.ts';
export type { ChangedEvent, LiveEvents, SchedulerState } from './live/live-event.ts';
export type { Followed } from './calls/live-state.ts';
