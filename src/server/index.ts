/** The use cases over HTTP, for the dashboard. The page knows the calls by their types alone. */
export { serveProject, type ServeOptions } from './serve.ts';
export type { Api, CallName } from './calls/calls.ts';
